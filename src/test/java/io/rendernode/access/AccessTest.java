package io.rendernode.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.deploy.Page;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that asks for tokens. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
@TestProfile(AccessTest.WithTokens.class)
class AccessTest {
    private static final String READER = "a-reader-s-token";
    private static final String ANN = "the-token-of-ann";
    private static final String BOB = "the-token-of-bob";
    private static final String OPERATOR = "operator-s-token";
    private static final String TOKENS = String.join(
            "\n",
            "# who may what",
            "wall read " + READER,
            "ann render " + ANN,
            "bob render " + BOB,
            "wrangler operate " + OPERATOR);
    private static final Pattern CALL = Pattern.compile("`(GET|POST|PUT|PATCH|DELETE) (/[^?` ]*)");
    private static final Path FILE = file();

    /** The file of the tokens, and small shares. */
    public static class WithTokens implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "render.api-token-file", FILE.toString(),
                    "render.owner-jobs", "3",
                    "render.owner-tasks", "20",
                    "render.metrics-open", "false",
                    "render.output-per-owner", "true");
        }
    }

    private static Path file() {
        try {
            return Files.writeString(Files.createTempFile("tokens", ""), TOKENS);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static final AtomicInteger SCENES = new AtomicInteger();

    private FakeScene scene;

    @BeforeEach
    void makeScene() {
        scene = FakeNode.scene("access-" + SCENES.incrementAndGet());
    }

    @AfterEach
    void openGates() {
        FakeNode.openGates();
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    private Response post(String token, String more) {
        return as(token)
                .contentType(ContentType.JSON)
                .body("{\"from\":1,\"to\":1,\"blend\":\"" + scene.blend() + "\"" + more + "}")
                .post("/job");
    }

    private static Response patch(String token, long job, int priority) {
        return as(token)
                .contentType(ContentType.JSON)
                .body("{\"priority\":" + priority + "}")
                .patch("/job/" + job);
    }

    private static long accepted(Response answer) {
        answer.then().statusCode(202);
        return answer.jsonPath().getLong("id");
    }

    private static void end(long job) {
        as(OPERATOR).delete("/job/" + job);
        Await.until(() -> as(READER).get("/job/" + job).statusCode() == 200);
    }

    /** The least role for each call, as the README's table has it; null where none is asked for. */
    private static Map<String, Role> table() {
        Map<String, Role> table = new TreeMap<>();
        for (List<String> row : Page.README.rows()) {
            Matcher call = CALL.matcher(row.get(0));
            while (call.find()) {
                String path = call.group(2).replace("{n}", "{number}");
                String role = row.get(1).replaceAll(",.*", "");
                table.put(
                        call.group(1).toLowerCase(Locale.ROOT) + " " + path,
                        role.equals("none") ? null : Role.of(role));
            }
        }
        return table;
    }

    @Test
    void eachCallAsksForItsRole() throws Exception {
        JsonNode paths = new ObjectMapper()
                .readTree(given().accept(ContentType.JSON)
                        .get("/openapi?format=json")
                        .asString())
                .get("paths");
        Map<String, Role> table = table();
        Map<String, Role> described = new TreeMap<>();
        List<Callable<Void>> calls = new ArrayList<>();
        paths.properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    String call = method + " " + path.getKey();
                    Role least = table.get(call);
                    described.put(call, least);
                    calls.add(() -> allows(method, path.getKey(), null, least == null));
                    calls.add(() -> allows(method, path.getKey(), READER, least == null || least == Role.READ));
                    calls.add(() -> allows(method, path.getKey(), ANN, least != Role.OPERATE));
                }));
        assertThat(described).isEqualTo(table);
        // Each refusal takes a second; a client that comes to speak only after one is gone from this node.
        ExecutorService together = Executors.newFixedThreadPool(12);
        for (Future<Void> call : together.invokeAll(calls)) {
            call.get();
        }
        together.shutdown();
    }

    private static Void allows(String method, String path, String token, boolean allowed) throws Exception {
        String there = path.replace("{id}", "999999999")
                .replace("{number}", "1")
                .replace("{path}", "nope.blend")
                .replace("{name}", "nope")
                .replace("{sha256}", "0".repeat(64));
        HttpRequest.Builder call = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + there))
                .header("Content-Type", "application/json")
                .method(
                        method.toUpperCase(Locale.ROOT),
                        HttpRequest.BodyPublishers.ofString(method.equals("post") ? "{}" : ""));
        if (token != null) {
            call.header("Authorization", "Bearer " + token);
        }
        // Some answers have no end.
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(call.build(), HttpResponse.BodyHandlers.ofInputStream());
        answer.body().close();
        assertThat(answer.statusCode())
                .as("%s %s by %s", method, path, token)
                .matches(status -> allowed ? status != 401 && status != 403 : status == (token == null ? 401 : 403));
        return null;
    }

    @Test
    void whoHasNoTokenIsToldToBringOne() {
        given().get("/job")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Bearer")
                .body(equalTo("Unauthorized: a token is needed, Authorization: Bearer"));
        as("the-token-of-eve")
                .accept(ContentType.JSON)
                .get("/job")
                .then()
                .statusCode(401)
                .body("status", equalTo(401));
        given().header("Authorization", "Basic YTpi").get("/job").then().statusCode(401);
        as(READER)
                .post("/node/drain")
                .then()
                .statusCode(403)
                .body(equalTo("Forbidden: the token's role does not allow this"));
        as("the-token-of-eve")
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/job")
                .then()
                .statusCode(401);
    }

    @Test
    void healthIsOpenAndMetricsAreClosedWhereThatIsAsked() {
        given().get("/health/ready").then().statusCode(200);
        given().get("/openapi").then().statusCode(200);
        given().get("/metrics").then().statusCode(401);
        as(READER).get("/metrics").then().statusCode(200).body(containsString("status=\"401\""));
        given().urlEncodingEnabled(false).get("/health/../job").then().statusCode(401);
        given().urlEncodingEnabled(false).get("/health/%2e%2e/job").then().statusCode(401);
        given().urlEncodingEnabled(false).get("/health//../../job").then().statusCode(401);
    }

    @Test
    void aBodyIsNotReadFromWhoMayNot() throws IOException {
        try (RawClient client = new RawClient()) {
            assertThat(client.send(
                                    "POST /job HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 60000\n\n")
                            .readSome())
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void aBrowserGetsACookieForItsToken() {
        Response login = as(ANN).post("/login");
        login.then().statusCode(204).header("Set-Cookie", startsWith("render-node="));
        assertThat(login.header("Set-Cookie"))
                .contains("; HttpOnly", "; SameSite=Strict", "; Path=/")
                .doesNotContain(ANN);
        // A proxy has ended TLS: the node hears of it by the browser alone.
        String origin = "https://localhost:" + RestAssured.port;
        assertThat(as(ANN).header("Origin", origin).post("/login").header("Set-Cookie"))
                .endsWith("; Secure");
        String cookie = login.cookie("render-node");

        given().cookie("render-node", cookie).get("/job").then().statusCode(200);
        given().cookie("render-node", cookie).post("/node/drain").then().statusCode(403);
        given().cookie("render-node", cookie.substring(1)).get("/job").then().statusCode(401);
        given().cookie("render-node", cookie)
                .header("Origin", "http://evil.example")
                .delete("/login")
                .then()
                .statusCode(403);
        given().cookie("render-node", cookie)
                .header("Origin", "http://localhost:" + RestAssured.port)
                .delete("/login")
                .then()
                .statusCode(204)
                .header("Set-Cookie", containsString("Max-Age=0"));
        as("the-token-of-eve").post("/login").then().statusCode(401);
    }

    @Test
    void thePageIsOpenAndLearnsWhoItIsFor() {
        given().get("/")
                .then()
                .statusCode(200)
                .contentType(ContentType.HTML)
                .header("Content-Security-Policy", equalTo(Browsers.PAGE));
        given().get("/page/render-node.js").then().statusCode(200).header("Cache-Control", containsString("max-age=0"));
        given().get("/_static/lit/index.js").then().statusCode(200);
        given().get("/login")
                .then()
                .statusCode(200)
                .body("asked", equalTo(true), "name", nullValue(), "role", nullValue());
        given().cookie("render-node", "no-cookie-of-ours")
                .get("/login")
                .then()
                .statusCode(200)
                .body("role", nullValue());
        as("the-token-of-eve").get("/login").then().statusCode(401);
        as(ANN).get("/login").then().statusCode(200).body("name", equalTo("ann"), "role", equalTo("render"));
        String cookie = as(OPERATOR).post("/login").cookie("render-node");
        given().cookie("render-node", cookie)
                .get("/login")
                .then()
                .header("Cache-Control", "no-store")
                .body("name", equalTo("wrangler"), "role", equalTo("operate"));
        given().get("/login/").then().statusCode(401);
        given().get("/pages").then().statusCode(401);
    }

    @Test
    void aJobIsItsOwnersAndItsFramesAreInItsFolder() {
        long job = accepted(post(ANN, ",\"output\":\"shot_####\""));
        Await.until(() -> as(READER).get("/job/" + job).asString().equals("Job completed"));
        as(READER)
                .accept(ContentType.JSON)
                .get("/job/" + job)
                .then()
                .body("owner", equalTo("ann"), "output", equalTo("ann/shot_####"));
        as(READER)
                .get("/job/" + job + "/log")
                .then()
                .body(
                        containsString("Saved: '"),
                        not(containsString(FakeNode.output().getParent().toString())));
        Path frame = FakeNode.output().resolve("ann/shot_0001.png");
        assertThat(frame).exists();
        as(READER)
                .head("/job/" + job + "/frame/1")
                .then()
                .statusCode(200)
                .header("Content-Length", Long.toString(frame.toFile().length()));
    }

    @Test
    void onlyItsOwnerAndAnOperatorMayEndAJob() {
        scene.behave("gated=yes");
        long job = accepted(post(ANN, ""));
        as(BOB).delete("/job/" + job).then().statusCode(403).body(equalTo("Forbidden: the job is ann's"));
        as(BOB).post("/job/" + job + "/retry").then().statusCode(403).body(equalTo("Forbidden: the job is ann's"));
        patch(BOB, job, 10).then().statusCode(403).body(equalTo("Forbidden: the job is ann's"));
        patch(ANN, job, 76).then().statusCode(400).body(containsString("priority must be at most 75"));
        as(READER).delete("/job/" + job).then().statusCode(403);
        as(ANN).delete("/job/" + job).then().statusCode(204);
        end(job);
        long another = accepted(post(ANN, ""));
        end(another);
        as(READER).get("/job/" + another).then().body(startsWith("Job canceled"));
    }

    @Test
    void oneOwnerCannotFillTheLineAndNotPassEverybody() {
        scene.behave("gated=yes");
        long first = accepted(post(ANN, ""));
        Await.until(() -> as(READER)
                .accept(ContentType.JSON)
                .get("/job/" + first)
                .jsonPath()
                .getString("state")
                .equals("running"));
        long second = accepted(post(ANN, ""));
        long third = accepted(post(ANN, ""));
        long fourth = accepted(post(ANN, ""));
        post(ANN, "")
                .then()
                .statusCode(503)
                .header("Retry-After", "30")
                .body(equalTo("Server busy, try again later: ann has 3 jobs waiting, and may have 3"));
        as(BOB).contentType(ContentType.JSON)
                .body("{\"from\":1,\"to\":21,\"chunk\":1,\"blend\":\"" + scene.blend() + "\"}")
                .post("/job")
                .then()
                .statusCode(503)
                .body(equalTo("Server busy, try again later: bob has 0 tasks waiting, and may have 20"));
        long bobs = accepted(post(BOB, ""));
        long operators = accepted(post(OPERATOR, ",\"priority\":100"));
        post(BOB, ",\"priority\":76").then().statusCode(400).body(containsString("priority must be at most 75"));
        for (long job : new long[] {first, second, third, fourth, bobs, operators}) {
            end(job);
        }
    }

    @Test
    void aKeyIsItsOwners() {
        long job = accepted(as(ANN).header("Idempotency-Key", "k-1")
                .contentType(ContentType.JSON)
                .body("{\"from\":1,\"to\":1,\"blend\":\"" + scene.blend() + "\"}")
                .post("/job"));
        as(BOB).header("Idempotency-Key", "k-1")
                .contentType(ContentType.JSON)
                .body("{\"from\":1,\"to\":1,\"blend\":\"" + scene.blend() + "\"}")
                .post("/job")
                .then()
                .statusCode(422);
        end(job);
    }

    @Test
    void theFileIsReadAgainWhenItChanges() throws IOException {
        try {
            Files.writeString(FILE, TOKENS + "\neve read the-token-of-eve");
            Await.until(() -> as("the-token-of-eve").get("/job").statusCode() == 200);
            Files.writeString(FILE, TOKENS + "\neve reed the-token-of-eve");
            Files.writeString(FILE, TOKENS.replace(BOB, "another-for-bob-"));
            Await.until(() -> as(BOB).get("/job").statusCode() == 401);
            as("another-for-bob-").get("/job").then().statusCode(200);
        } finally {
            Files.writeString(FILE, TOKENS);
            Await.until(() -> as(BOB).get("/job").statusCode() == 200);
        }
    }
}
