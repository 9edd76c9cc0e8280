package io.rendernode.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rendernode.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Listens to events as a browser's EventSource does. */
public final class EventStream implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final HttpResponse<java.io.InputStream> answer;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private volatile String lastId;
    private volatile boolean ended;

    /** An event as it came: with the id that its client would resume by then. */
    public record Event(String type, JsonNode data, String lastId) {
        public String text(String field) {
            return data.path(field).asText();
        }
    }

    private EventStream(HttpResponse<java.io.InputStream> answer) {
        this.answer = answer;
        Thread reader = new Thread(this::read, "event-stream");
        reader.setDaemon(true);
        reader.start();
    }

    /** Listens to what is at that address, from the id on if it is not null. */
    public static EventStream open(String address, String lastEventId) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address)).header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            return new EventStream(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopping) {
            throw new AssertionError(stopping);
        }
    }

    HttpResponse<java.io.InputStream> answer() {
        return answer;
    }

    List<String> comments() {
        return comments;
    }

    /** All that came so far. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** All of a type that came so far. */
    public Stream<Event> events(String type) {
        return events.stream().filter(event -> event.type().equals(type));
    }

    /** Waits until an event of that type has come whose field has that text, and gives it. */
    public Event await(String type, String field, String text) {
        Await.until(() -> events().toString(), () -> find(type, field, text).count() > 0);
        return find(type, field, text).findFirst().orElseThrow();
    }

    /** Waits until the stream has ended. */
    public void awaitEnd() {
        Await.until(() -> events().toString(), () -> ended);
    }

    /** By what id a client would resume now. */
    public String lastId() {
        return lastId;
    }

    private Stream<Event> find(String type, String field, String text) {
        return events(type).filter(event -> event.text(field).equals(text));
    }

    private void read() {
        ObjectMapper json = new ObjectMapper();
        List<String> event = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    event.add(line);
                    continue;
                }
                lastId = field(event, "id:", lastId);
                String data = field(event, "data:", null);
                event.stream().filter(one -> one.startsWith(":")).forEach(comments::add);
                if (data != null) {
                    events.add(new Event(field(event, "event:", "message"), json.readTree(data), lastId));
                }
                event.clear();
            }
        } catch (IOException closed) {
            // By this side.
        }
        ended = true;
    }

    private static String field(List<String> event, String name, String otherwise) {
        return event.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse(otherwise);
    }

    @Override
    public void close() throws IOException {
        answer.body().close();
    }
}
