package io.rendernode.job;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.FakeNode;
import io.rendernode.store.FrameList;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the API's description says of a request's fields is what the reader goes by. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class RequestFieldsTest {
    private static final String SCHEMA = "components.schemas.RenderRequest.properties";

    @Test
    void theReaderKnowsTheDescribedFields() {
        JsonPath api = given().accept(ContentType.JSON).get("/openapi").jsonPath();
        List<String> described = List.copyOf(api.<String, Object>getMap(SCHEMA).keySet());
        assertThat(described)
                .hasSize(21)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RenderRequest.class.getRecordComponents())
                        .map(component -> component.getName())
                        .toList());
        given().contentType(ContentType.JSON)
                .body("{\"from\":1,\"to\":5,\"nope\":1}")
                .post("/job")
                .then()
                .statusCode(400)
                .body(
                        containsString(
                                "known are from, to, step, frames, blend, output, format, engine, scene, camera, samples,"
                                        + " resolution, chunk, priority, name, skipExisting, tags, denoise, strict, scripts, simulate"));
    }

    @Test
    void theReaderKeepsTheDescribedBounds() {
        JsonPath api = given().accept(ContentType.JSON).get("/openapi").jsonPath();
        for (String field : List.of("samples", "resolution", "chunk", "priority")) {
            int largest = api.getInt(SCHEMA + "." + field + ".maximum");
            given().contentType(ContentType.JSON)
                    .body("{\"from\":1,\"to\":5,\"" + field + "\":" + (largest + 1L) + "}")
                    .post("/job")
                    .then()
                    .statusCode(400)
                    .body(containsString(field + " must be " + api.getInt(SCHEMA + "." + field + ".minimum") + " to "
                            + largest + ", not "));
        }
        assertThat(api.getInt(SCHEMA + ".to.maximum")).isEqualTo(FrameList.LARGEST_FRAME);
        for (String field : List.of("output", "scene", "camera", "name")) {
            int longest = api.getInt(SCHEMA + "." + field + ".maxLength");
            given().contentType(ContentType.JSON)
                    .body(Map.of("from", 1, "to", 5, field, "x".repeat(longest + 1)))
                    .post("/job")
                    .then()
                    .statusCode(400)
                    .body(equalTo("Invalid input: " + field + " must have 1 to " + longest + " characters"));
        }
    }

    @Test
    void theNumberOfAttemptsIsDescribed() {
        given().accept(ContentType.JSON)
                .get("/openapi")
                .then()
                .body("paths.'/job/{id}'.get.parameters.findAll { it.name == 'attempts' }", hasSize(1));
    }
}
