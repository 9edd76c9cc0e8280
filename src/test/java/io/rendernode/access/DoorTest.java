package io.rendernode.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.FakeScene;
import io.rendernode.job.JobClient;
import io.restassured.RestAssured;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that mean harm, and pages of other sites, on a node without tokens. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class DoorTest {
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    private RawClient client() throws IOException {
        RawClient client = new RawClient();
        clients.add(client);
        return client;
    }

    private RawClient refused() throws IOException {
        for (RawClient client : clients) {
            if (client.isAnswered()) {
                return client;
            }
        }
        return null;
    }

    private static void assertThatAllIsWell() {
        given().get("/health/ready").then().statusCode(200);
        given().get("/metrics").then().statusCode(200);
        given().get("/job").then().statusCode(200);
        given().contentType("application/json").body("{}").post("/job").then().statusCode(400);
    }

    @Test
    void bodiesThatNeverComeTakeNoWorker() throws IOException {
        for (int number = 0; number < 300; number++) {
            client().send(
                            "POST /job HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 20\n\n{\"from\":");
        }
        assertThatAllIsWell();
    }

    @Test
    void fewLargeBodiesAreUnderWayAtOnceAndSmallOnesComeThrough() throws IOException {
        String head = "POST /job HTTP/1.1\nHost: localhost\nContent-Type: application/json\n";
        for (int number = 0; number < 65; number++) {
            client().send(head + "Content-Length: 60000\n\n" + " ".repeat(59_000));
        }
        // Which of them comes last is the node's to say.
        Await.until("one is refused", () -> refused() != null);
        assertThat(refused().readSome())
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After: 30", "Server busy, try again later");
        assertThatAllIsWell();
        close();
        given().contentType("application/json")
                .body(" ".repeat(60_000))
                .post("/job")
                .then()
                .statusCode(400);
    }

    @Test
    void requestsThatNobodyReadsTheAnswersOfHoldNobodyUp() throws IOException {
        RawClient client = client();
        String requests = "GET /openapi HTTP/1.1\nHost: localhost\n\n".repeat(1000);
        try {
            for (int number = 0; number < 20; number++) {
                client.send(requests);
            }
            // What had been answered before is still there to be read; then comes the end.
            client.readAll();
        } catch (IOException closed) {
            // By the system's word for a write, or for a read, to a connection that is gone.
            assertThat(closed.getMessage()).containsAnyOf("reset", "Broken pipe");
        }
        assertThatAllIsWell();
    }

    /** Twice the time after which a connection is looked at that has nothing to say. */
    private void idle() throws IOException {
        for (int times = 0; times < 2; times++) {
            assertThat(client().send("GET /job HTTP/1.1\nHost: local").readAll())
                    .isEmpty();
        }
    }

    @Test
    void whoNeitherAsksNorReadsIsSentAwayAndWhoWaitsIsNot() throws IOException {
        FakeScene scene = FakeNode.scene("silent", "gated=yes");
        JobClient.post(scene, 1, 1, "");
        long waiting = JobClient.post(scene, 1, 1, "");
        RawClient follower = client().send("GET /job/" + waiting + "/log?follow=true HTTP/1.1\nHost: localhost\n\n");
        RawClient deaf = client().send("GET /swagger-ui/swagger-ui-bundle.js HTTP/1.1\nHost: localhost\n\n".repeat(50));
        idle();
        idle();
        FakeNode.openGates();
        assertThat(follower.readAll()).contains("Fra:1 ");
        assertThat(deaf.readUntilGone().split("HTTP/1.1 200", -1)).hasSizeBetween(2, 45);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 70000|413|Request body too large",
                "Content-Length: 99999999999999999999|4|",
                "Transfer-Encoding: chunked|413|Request body too large"
            })
    void aBodyThatIsTooLargeIsRefusedWithoutItsBeingRead(String header, String status, String line) throws IOException {
        String chunk = "1000\n" + " ".repeat(0x1000) + "\n";
        String answer = client().send("POST /job HTTP/1.1\nHost: localhost\nContent-Type: application/json\n" + header
                        + "\n\n" + (header.startsWith("T") ? chunk.repeat(17) : ""))
                .readAll();
        assertThat(answer).startsWith("HTTP/1.1 " + status);
        if (line != null) {
            assertThat(answer).endsWith(line);
        }
    }

    @Test
    void aBodyMayBeAnnounced() throws IOException {
        RawClient client = client().send(
                        "POST /job HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 2\nExpect: 100-continue\n\n");
        assertThat(client.readSome()).startsWith("HTTP/1.1 100 ");
        assertThat(client.send("{}").readSome()).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Type: text/plain\n",
                "Content-Type: application/x-www-form-urlencoded\n",
                "Content-Type: multipart/form-data; boundary=x\n",
                "Content-Type: application/jsonp\n"
            })
    void aFormOfAnotherSiteIsNoJson(String contentType) throws IOException {
        String answer = RawClient.ask(
                "POST /job", contentType + "Content-Length: 17\n\n{\"from\":1,\"to\":1}".replace("\n{", "\n{"));
        assertThat(answer).startsWith("HTTP/1.1 415 ").contains("Unsupported content type: send application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /job|Accept: ;;;|400",
                "GET /job|Accept: text/plain;q|400",
                "GET /job|Accept: text/plain;q=abc|406",
                "GET /job/1|Accept: text/plain;q=abc|400",
                "GET /job|Accept: |200",
                "GET /job|Content-Type: |200",
                "GET /nope|Accept: |404",
                "GET /job|Accept: /|400",
                "GET /job|Accept: a/b/c|400",
                "GET /job|Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2|200",
                "GET /job|Content-Type: nonsense|400",
                "GET /job|Cookie: ;;;==|200",
                "GET /job|Range: bytes=x|200",
                "GET /job|Authorization: Bearer|200",
                "FOO /metrics/x|X: x|405",
                "FOO /metrics|X: x|405",
                "GET /metrics/x|X: x|404",
                "GET /%|X: x|400",
                "GET /job/%ZZ|X: x|400",
                "GET /job?limit=%ZZ|X: x|400",
                "GET /job?limit=1|X: x|200",
                "GET /job?name=%C3%A4|X: x|200",
                "GET /nope|X: x|404",
                "TRACE /job|X: x|405",
                "PUT /job|X: x|405"
            })
    void whatIsMalformedIsToldSoInALine(String line, String header, int status) throws IOException {
        String answer = RawClient.ask(line, header + "\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer.split("\r\n\r\n", 2)[1]).isNotBlank().doesNotContain("Exception", "\tat ");
    }

    @Test
    void whatIsTooLongIsToldSo() throws IOException {
        assertThat(RawClient.ask("GET /job/" + "x".repeat(9000), ""))
                .startsWith("HTTP/1.1 414 ")
                .endsWith("Request line too long");
        assertThat(RawClient.ask("GET /job", ("X-Long: " + "x".repeat(4000) + "\n").repeat(5)))
                .startsWith("HTTP/1.1 431 ")
                .endsWith("Request headers too large");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /job, http://evil.example, cross-site",
        "POST, /node/drain, http://evil.example, ",
        "POST, /node/drain, , cross-site",
        "POST, /node/drain, null, ",
        "POST, /node/drain, http://localhost:1, same-site",
        "DELETE, /job/1, http://evil.example, cross-site"
    })
    void aPageOfAnotherSiteChangesNothing(String method, String path, String origin, String site) throws IOException {
        String answer = RawClient.ask(
                method + " " + path,
                (origin == null ? "" : "Origin: " + origin + "\n")
                        + (site == null ? "" : "Sec-Fetch-Site: " + site + "\n"));
        assertThat(answer).startsWith("HTTP/1.1 403 ").contains("Forbidden: ");
        given().get("/node").then().body("draining", equalTo(false));
    }

    @Test
    void aPageOfItsOwnMayPost() {
        String here = "http://localhost:" + RestAssured.port;
        given().header("Origin", here)
                .header("Sec-Fetch-Site", "same-origin")
                .contentType("application/json")
                .body("{}")
                .post(here + "/job")
                .then()
                .statusCode(400)
                .body(containsString("from is missing"));
    }

    @Test
    void aNameThatWasGivenThisAddressIsNotLocal() throws IOException {
        try (RawClient rebound = new RawClient()) {
            assertThat(rebound.send("GET /job HTTP/1.1\nHost: evil.example\nConnection: close\n\n")
                            .readAll())
                    .startsWith("HTTP/1.1 403 ")
                    .contains("Host must be localhost");
        }
        for (String host : List.of("127.0.0.1:3000", "[::1]:3000", "LOCALHOST")) {
            try (RawClient local = new RawClient()) {
                assertThat(local.send("GET /job HTTP/1.1\nHost: " + host + "\nConnection: close\n\n")
                                .readAll())
                        .as(host)
                        .startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/job", "/nope", "/health", "/metrics", "/openapi", "/job/x/y/z"})
    void allThatIsServedTellsTheBrowserToTrustNothing(String path) {
        given().get(path)
                .then()
                .header("X-Content-Type-Options", "nosniff")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    }

    @Test
    void madeUpMethodsAndPathsDoNotFillTheLabels() throws IOException {
        for (int number = 0; number < 50; number++) {
            RawClient.ask("MADEUP" + number + " /job", "");
            RawClient.ask("POST /madeup" + number, "Content-Length: 1\n\nx");
            RawClient.ask("GET /job/madeup" + number, "");
        }
        assertThat(given().get("/metrics").asString())
                .contains("method=\"OTHER\"")
                .doesNotContainIgnoringCase("madeup");
    }

    @Test
    void http2InClearTextIsNotSpoken() throws IOException {
        assertThat(RawClient.ask("GET /job", "Upgrade: h2c\nHTTP2-Settings: AAMAAABkAAQAAP__\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(client().send("PRI * HTTP/2.0\n\nSM\n\n").readAll()).contains(" 400 ");
    }
}
