package io.rendernode.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests made from the API's own description, right ones and such as are bent: values of every kind in every place,
 * methods, paths and headers that nobody asks for, and bytes changed, doubled, cut off or inserted on the wire.
 */
public final class Fuzz {
    /** A bound for a hang. */
    private static final int PATIENCE_MILLIS = 60_000;

    /** After so long without an answer a request is not whole, as far as the node can know. */
    private static final int SILENCE_MILLIS = 100;

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO", "get", "");

    /** The head of an answer that has no end. */
    private static final Pattern STREAM =
            Pattern.compile("(?i)HTTP/1.1 200 (?:[^\\r\\n]*\\r\\n)*content-type: *text/event-stream");

    private static final List<String> VALUES = List.of(
            "1",
            "0",
            "-1",
            "1.5",
            "999999999999999999999",
            "1048574",
            "true",
            "null",
            "",
            " ",
            "%00",
            "%2e%2e",
            "..",
            "%ZZ",
            "a/b",
            "'",
            "\"",
            ";",
            "ä",
            "_L",
            "queued",
            "x".repeat(300),
            "${7*7}",
            "<b>",
            "%0d%0aX: y",
            "1e9",
            "NaN");

    private static final List<String> JSON = List.of(
            "1",
            "5",
            "0",
            "-1",
            "1.5",
            "1e3",
            "true",
            "null",
            "\"\"",
            "\"1\"",
            "\"a\"",
            "\"../x\"",
            "\"/etc/passwd\"",
            "\"x_####\"",
            "\"####\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "[]",
            "[\"a\"]",
            "[1]",
            "{}",
            "99999999999999999999",
            "\"CYCLES\"",
            "\"PNG\"",
            "nope",
            "[[[[[[",
            "\"" + "x".repeat(2000) + "\"");

    private static final List<String> HEADERS = List.of(
            "Accept: ",
            "Content-Type: ",
            "Content-Length: ",
            "Transfer-Encoding: ",
            "Expect: ",
            "Range: ",
            "If-Range: ",
            "If-None-Match: ",
            "If-Modified-Since: ",
            "Idempotency-Key: ",
            "Origin: ",
            "Host: ",
            "Cookie: ",
            "Authorization: ",
            "Connection: ",
            "Upgrade: ",
            "traceparent: ",
            "X-Forwarded-Host: ",
            "Accept-Encoding: ",
            "Sec-Fetch-Site: ",
            "Accept-Language: ",
            "HTTP2-Settings: ",
            "Forwarded: ",
            "X-HTTP-Method-Override: ");

    /** Those that do not say where a request ends. */
    private static final List<String> HARMLESS = HEADERS.stream()
            .filter(header -> !header.matches("(Content-Length|Transfer-Encoding|Expect|Upgrade|Connection): "))
            .toList();

    private static final List<String> HEADER_VALUES = List.of(
            "",
            "*/*",
            "application/json",
            "text/plain;q=0.1, application/json",
            ";",
            "a/b/c",
            "text/plain;q=x",
            "\"",
            "0",
            "5",
            "-5",
            "chunked",
            "identity",
            "100-continue",
            "bytes=0-",
            "bytes=5-3",
            "bytes=-1,2-3",
            "*",
            "localhost",
            "http://localhost",
            "null",
            "cross-site",
            "close",
            "upgrade",
            "h2c",
            "websocket",
            "gzip",
            "Bearer x",
            "Basic",
            "x".repeat(1000),
            "\u00e4\u00ff",
            "a=b; c=\"d",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=");

    private final int port;
    private final Random random;
    private final List<String[]> operations = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();
    private final List<String> queries = new ArrayList<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    /** Reads what the node on that port says of its API. */
    public Fuzz(int port, long seed) throws IOException {
        this.port = port;
        this.random = new Random(seed);
        String answer = exchange(
                "GET /openapi?format=json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", PATIENCE_MILLIS);
        JsonNode api = new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
        api.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(call -> {
                    operations.add(new String[] {call.getKey().toUpperCase(Locale.ROOT), path.getKey()});
                    call.getValue()
                            .path("parameters")
                            .forEach(parameter ->
                                    queries.add(parameter.get("name").asText()));
                }));
        api.at("/components/schemas/RenderRequest/properties").fieldNames().forEachRemaining(fields::add);
    }

    /** Sends so many requests, each on a connection of its own. */
    public void run(int requests) {
        for (int number = 0; number < requests; number++) {
            boolean whole = random.nextInt(10) != 0;
            String request = request(whole);
            try {
                String answer = exchange(request, whole ? PATIENCE_MILLIS : SILENCE_MILLIS);
                int status =
                        answer.matches("(?s)HTTP/1\\.[01] \\d{3}.*") ? Integer.parseInt(answer.substring(9, 12)) : 0;
                statuses.merge(status, 1, Integer::sum);
                if ((status == 0 && whole) || (status >= 500 && status != 503 && status != 505)) {
                    fault(status == 0 ? "no answer" : "status " + status, request);
                }
            } catch (SocketTimeoutException silence) {
                statuses.merge(0, 1, Integer::sum);
                if (whole) {
                    fault("hangs", request);
                }
            } catch (IOException broken) {
                if (whole) {
                    fault(broken.toString(), request);
                }
            }
        }
    }

    /** What must not be, a line each. */
    public List<String> faults() {
        return faults;
    }

    /** How often each status came; 0 is a connection that ended without an answer. */
    public Map<Integer, Integer> statuses() {
        return statuses;
    }

    private void fault(String what, String request) {
        faults.add(what + ": "
                + request.substring(0, Math.min(request.length(), 600)).replace("\r\n", "\\n"));
    }

    /** A request that has an end, or one of which a byte or a header may have taken that away. */
    private String request(boolean whole) {
        String[] operation = pick(operations);
        String method = random.nextInt(10) == 0 ? pick(METHODS) : operation[0];
        StringBuilder path =
                new StringBuilder(operation[1].replaceAll("\\{id}|\\{number}", Matcher.quoteReplacement(value())));
        for (int more = random.nextInt(3); more > 0; more--) {
            path.append(path.indexOf("?") < 0 ? '?' : '&')
                    .append(pick(queries))
                    .append('=')
                    .append(value());
        }
        // One that follows a log, or that ends the node's work, is another program's.
        String target = path.toString().replace("follow=true", "follow=false").replace("/drain", "/drained");
        String body = method.equals("GET") || random.nextInt(4) == 0 ? "" : body();
        StringBuilder text =
                new StringBuilder(method + " " + (random.nextInt(30) == 0 ? value() : target) + " HTTP/1.1\r\n");
        text.append("Host: localhost\r\nConnection: close\r\n");
        if (!body.isEmpty()) {
            text.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.getBytes(StandardCharsets.ISO_8859_1).length)
                    .append("\r\n");
        }
        for (int more = random.nextInt(3); more > 0; more--) {
            text.append(pick(whole ? HARMLESS : HEADERS))
                    .append(pick(HEADER_VALUES))
                    .append("\r\n");
        }
        text.append("\r\n").append(body);
        return whole || random.nextBoolean() ? text.toString() : bent(text);
    }

    private String body() {
        StringBuilder body = new StringBuilder("{\"from\":1,\"to\":2");
        for (int more = random.nextInt(4); more > 0; more--) {
            body.append(",\"").append(pick(fields)).append("\":").append(pick(JSON));
        }
        return body.append('}').toString();
    }

    /** Something is changed, left out, doubled or put in somewhere. */
    private String bent(StringBuilder text) {
        for (int more = 1 + random.nextInt(3); more > 0; more--) {
            int from = random.nextInt(text.length());
            int to = Math.min(text.length(), from + 1 + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(from, (char) random.nextInt(256));
                case 1 -> text.delete(from, to);
                case 2 -> text.insert(from, text.substring(from, to));
                default -> text.insert(from, (char) random.nextInt(256));
            }
            if (text.length() == 0) {
                text.append("\r\n");
            }
        }
        return text.toString();
    }

    private String value() {
        return pick(VALUES);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** Sends all, and reads to the end of the connection, or of the head where a stream of events begins. */
    private String exchange(String request, int patienceMillis) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(patienceMillis);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream input = socket.getInputStream();
            try {
                byte[] piece = new byte[8192];
                int count = input.read(piece);
                while (count >= 0) {
                    answer.write(piece, 0, count);
                    boolean isEndless = STREAM.matcher(answer.toString(StandardCharsets.ISO_8859_1))
                            .lookingAt();
                    count = isEndless ? -1 : input.read(piece);
                }
            } catch (IOException end) {
                // What was sent beyond what is read resets the connection; the answer counts.
                if (answer.size() == 0) {
                    throw end;
                }
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
