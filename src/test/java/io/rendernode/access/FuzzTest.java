package io.rendernode.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.bench.Fuzz;
import io.restassured.RestAssured;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The short form of {@code deploy/bench.sh fuzz}. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class FuzzTest {
    @Test
    void everyRequestHasItsAnswer() throws IOException {
        Fuzz fuzz = new Fuzz(RestAssured.port, 20_261_125);
        fuzz.run(2000);
        assertThat(fuzz.faults()).as("answers by status: %s", fuzz.statuses()).isEmpty();
        assertThat(fuzz.statuses()).containsKeys(200, 202, 400, 404, 405);
    }

    @AfterEach
    void endWhatWasPosted() {
        for (String state : List.of("queued", "running")) {
            Await.until(() -> {
                List<Integer> left =
                        given().get("/job?limit=500&state=" + state).jsonPath().getList("id");
                left.forEach(job -> given().delete("/job/" + job));
                return left.isEmpty();
            });
        }
    }
}
