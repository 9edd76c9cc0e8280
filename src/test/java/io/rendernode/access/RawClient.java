package io.rendernode.access;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks HTTP byte by byte, as no well-behaved client does. */
final class RawClient implements AutoCloseable {
    /** A bound for a hang. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    RawClient() throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Sends that; a line's end is {@code \n} here and CRLF on the wire. */
    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Whether anything has come. */
    boolean isAnswered() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** All that comes until the server closes. */
    String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** All that comes until the connection ends, in whatever way. */
    String readUntilGone() {
        StringBuilder all = new StringBuilder();
        try {
            for (String some = readSome(); !some.isEmpty(); some = readSome()) {
                all.append(some);
            }
        } catch (IOException reset) {
            return all.toString();
        }
        return all.toString();
    }

    /** The next answer's status, with as much of it as has come. */
    String readSome() throws IOException {
        byte[] some = new byte[65_536];
        InputStream input = socket.getInputStream();
        int count = input.read(some);
        return count < 0 ? "" : new String(some, 0, count, StandardCharsets.UTF_8);
    }

    /** What a request of that line and those header lines, each with its end, is answered; it asks for the end. */
    static String ask(String line, String headers) throws IOException {
        try (RawClient client = new RawClient()) {
            return client.send(line + " HTTP/1.1\nHost: localhost\nConnection: close\n" + headers + "\n")
                    .readAll();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
