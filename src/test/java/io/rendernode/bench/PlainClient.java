package io.rendernode.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One kept connection to a node. It uses a plain socket, since it shares the machine with what it measures. */
final class PlainClient implements AutoCloseable {
    private static final int LONGEST_WAIT_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream input;

    /** Connects to the node on that port of this machine. */
    PlainClient(int port) throws IOException {
        socket = new Socket("localhost", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LONGEST_WAIT_MILLIS);
        input = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param location the header Location, or null
     * @param body the body, empty where there is none
     */
    record Answer(int status, String location, String body) {

        /** This answer, if it has that status; otherwise the measurement ends. */
        Answer require(int wanted) {
            if (status != wanted) {
                throw new IllegalStateException("the node answered " + status + ": " + body);
            }
            return this;
        }
    }

    /** GET, with that Accept header. */
    Answer read(String path, String accept) throws IOException {
        return call("GET", path, "Accept: " + accept + "\r\n", "");
    }

    /** POST of JSON. */
    Answer post(String path, String json) throws IOException {
        return call("POST", path, "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n", json);
    }

    /** DELETE. */
    Answer delete(String path) throws IOException {
        return call("DELETE", path, "", "");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Answer call(String method, String path, String headers, String body) throws IOException {
        String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        int status = Integer.parseInt(line().substring("HTTP/1.1 ".length()).substring(0, 3));
        int length = 0;
        boolean chunked = false;
        String location = null;
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            String value = header.substring(colon + 1).trim();
            String name = header.substring(0, colon);
            if (name.equalsIgnoreCase("Content-Length")) {
                length = Integer.parseInt(value);
            } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
                chunked = true;
            } else if (name.equalsIgnoreCase("Location")) {
                location = value;
            }
        }
        byte[] answer = chunked ? chunks() : input.readNBytes(length);
        return new Answer(status, location, new String(answer, StandardCharsets.UTF_8));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            whole.write(input.readNBytes(size));
            line();
        }
        line();
        return whole.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = input.read(); read != '\n'; read = input.read()) {
            if (read < 0) {
                throw new IOException("the node closed the connection");
            }
            if (read != '\r') {
                line.append((char) read);
            }
        }
        return line.toString();
    }
}
