package io.rendernode.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.FakeNode;
import io.rendernode.StoredJobs;
import io.rendernode.store.AttemptStore;
import io.rendernode.store.FrameFile;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Sql;
import io.rendernode.store.TaskId;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers whose size a client can foresee, whatever a job has been through. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class JobPagesTest {
    @Inject
    StoredJobs stored;

    @Inject
    AttemptStore attempts;

    @Inject
    FrameStore frames;

    @Inject
    Sql sql;

    private TaskId task;

    @BeforeEach
    void job() {
        task = stored.running(30);
        sql.transaction(() -> {
            for (int number = 2; number <= 150; number++) {
                attempts.insert(stored.attempt(task, number), Instant.now());
            }
        });
        stored.end(task.job(), Duration.ZERO);
    }

    @AfterEach
    void forget() {
        sql.update("DELETE FROM job WHERE id = ?", task.job());
    }

    @Test
    void aListHasNoAttempts() {
        given().get("/job?limit=500")
                .then()
                .statusCode(200)
                .body("id.find { it == " + task.job() + "L }", equalTo(task.job()))
                .body("$", everyItem(not(hasKey("attempts"))));
    }

    @Test
    void aJobHasItsNewestAttemptsTheOldestOfThemFirst() {
        assertThat(attemptsOf("")).hasSize(100).startsWith(51).endsWith(150);
        assertThat(attemptsOf("?attempts=2")).containsExactly(149, 150);
        assertThat(attemptsOf("?attempts=1000")).hasSize(150).startsWith(1);
        given().accept(ContentType.JSON)
                .get("/job/" + task.job() + "?attempts=0")
                .then()
                .statusCode(200)
                .body("attempts", hasSize(0));
    }

    private List<Integer> attemptsOf(String query) {
        return given().accept(ContentType.JSON)
                .get("/job/" + task.job() + query)
                .jsonPath()
                .getList("attempts.number", Integer.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1001", "all", "1.5"})
    void aNumberOfAttemptsThatIsNoneIsNamed(String number) {
        given().accept("application/json")
                .get("/job/" + task.job() + "?attempts=" + number)
                .then()
                .statusCode(400)
                .body("title", equalTo("Invalid input: attempts must be a whole number from 0 to 1000"));
    }

    @Test
    void pagesOfFramesHoldEachFileOnce() {
        sql.transaction(() -> {
            for (int number = 1; number <= 5; number++) {
                frames.insert(List.of(file(number, "_L"), file(number, "_R")));
            }
        });
        List<String> seen = new ArrayList<>();
        String next = "/job/" + task.job() + "/frame?from=0&limit=2";
        while (next != null) {
            Response page = given().get(next);
            page.then().statusCode(200);
            seen.addAll(page.jsonPath().getList("files.href.flatten()", String.class));
            String link = page.header("Link");
            next = link == null ? null : link.substring(1, link.indexOf('>'));
        }
        assertThat(seen).hasSize(10).doesNotHaveDuplicates();
    }

    private FrameFile file(int number, String view) {
        return new FrameFile(
                task,
                number,
                "",
                view,
                1,
                "f_" + number + view + ".png",
                100,
                Instant.EPOCH,
                number,
                1.0,
                Instant.now());
    }
}
