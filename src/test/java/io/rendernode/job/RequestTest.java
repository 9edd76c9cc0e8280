package io.rendernode.job;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.FakeNode;
import io.restassured.http.ContentType;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each wrong request gets its answer, and the node goes on. */
@QuarkusTest
@QuarkusTestResource(FakeNode.class)
class RequestTest {

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("", "the body"),
                Arguments.of("{}", "from is missing"),
                Arguments.of("{\"from\":1}", "to is missing"),
                Arguments.of("{\"to\":1}", "from is missing"),
                Arguments.of("null", "must be a JSON object"),
                Arguments.of("[1,5]", "must be a JSON object"),
                Arguments.of("{\"from\":null,\"to\":5}", "from must not be null"),
                Arguments.of("{\"from\":1.5,\"to\":5}", "from must be a whole number, not 1.5"),
                Arguments.of("{\"from\":1.0,\"to\":5}", "from must be a whole number"),
                Arguments.of("{\"from\":\"1.9\",\"to\":5}", "from must be a whole number"),
                Arguments.of("{\"from\":\"\",\"to\":5}", "from must be a whole number"),
                Arguments.of("{\"from\":\"1; rm -rf /\",\"to\":5}", "from must be a whole number"),
                Arguments.of("{\"from\":true,\"to\":5}", "from must be a whole number"),
                Arguments.of("{\"from\":-1048575,\"to\":5}", "from must be -1048574 to 1048574, not -1048575"),
                Arguments.of("{\"from\":1,\"frames\":\"2\"}", "from must not be there beside frames"),
                Arguments.of("{\"frames\":\"2-1\"}", "frames must ascend: 1 is before 2"),
                Arguments.of("{\"frames\":\"a\"}", "frames must be frames such as 1-10,15,20-40x5, not 'a'"),
                Arguments.of("{\"from\":1,\"to\":5,\"step\":0}", "step must be 1 to 1048574, not 0"),
                Arguments.of("{\"frames\":\"1-6000\"}", "frames has more than 5000 frames"),
                Arguments.of("{\"from\":1,\"to\":5,\"denoise\":\"no\"}", "denoise must be true or false"),
                Arguments.of("{\"from\":1,\"to\":1048575}", "to must be -1048574 to 1048574"),
                Arguments.of("{\"from\":1,\"to\":99999999999999999999}", "to must be -1048574 to 1048574"),
                Arguments.of("{\"from\":5,\"to\":1}", "to must not be before from"),
                Arguments.of("{\"from\":1,\"to\":5001}", "RENDER_MAX_FRAMES"),
                Arguments.of("{\"from\":1,\"to\":5,\"colour\":\"red\"}", "unknown field 'colour'"),
                Arguments.of("{\"from\":1,\"from\":2,\"to\":5}", "from is given twice"),
                Arguments.of("{\"from\":1,\"to\":5} x", "the body is no JSON, line 1 column 19"),
                Arguments.of("{\"from\":1,\"to\":5}{}", "there is text after the JSON"),
                Arguments.of("{\"from\":1,\"to\"", "the body is no JSON"),
                Arguments.of("from=1&to=5", "the body is no JSON"),
                Arguments.of("{\"from\":1,\"to\":5,\"blend\":\"../scene.blend\"}", "blend must not leave"),
                Arguments.of("{\"from\":1,\"to\":5,\"blend\":\"/etc/passwd\"}", "blend must be a path below"),
                Arguments.of("{\"from\":1,\"to\":5,\"blend\":\"nope.blend\"}", "blend 'nope.blend' is not in"),
                Arguments.of("{\"from\":1,\"to\":5,\"blend\":\"rendered.log\"}", "blend 'rendered.log' is "),
                Arguments.of("{\"from\":1,\"to\":5,\"blend\":5}", "blend must be text"),
                Arguments.of("{\"from\":1,\"to\":5,\"output\":\"../x_####\"}", "output"),
                Arguments.of("{\"from\":1,\"to\":5,\"output\":\"/tmp/x_####\"}", "output"),
                Arguments.of("{\"from\":1,\"to\":5,\"engine\":\"NOPE\"}", "engine must be one of CYCLES"),
                Arguments.of("{\"from\":1,\"to\":5,\"format\":\"MPEG\"}", "format must be one of PNG"),
                Arguments.of("{\"from\":1,\"to\":5,\"samples\":0}", "samples must be 1 to"),
                Arguments.of("{\"from\":1,\"to\":5,\"priority\":101}", "priority must be 0 to 100"),
                Arguments.of("{\"from\":1,\"to\":5,\"skipExisting\":\"yes\"}", "skipExisting must be true or false"),
                Arguments.of("{\"from\":1,\"to\":5,\"tags\":\"gpu\"}", "tags must be a list"),
                Arguments.of("{\"from\":1,\"to\":5,\"tags\":[\"gpu\"]}", "tags asks for 'gpu', this node offers none"),
                Arguments.of("{\"from\":1,\"to\":5,\"name\":\"\"}", "name must have 1 to 255 characters"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongRequestIsToldWhichFieldAndWhy(String body, String reason) {
        given().contentType(ContentType.JSON)
                .body(body)
                .post("/job")
                .then()
                .statusCode(400)
                .contentType(startsWith("text/plain"))
                .body(startsWith("Invalid input: "), containsString(reason));
    }

    @Test
    void anErrorIsAProblemForThoseWhoLikeJsonBetter() {
        given().contentType(ContentType.JSON)
                .accept("application/json")
                .body("{}")
                .post("/job")
                .then()
                .statusCode(400)
                .contentType(startsWith("application/problem+json"))
                .body("title", equalTo("Invalid input: from is missing"), "status", equalTo(400));
    }

    @Test
    void aBodyThatIsTooLargeOrNoJsonIsRefused() {
        given().contentType(ContentType.JSON)
                .body("{\"from\":1,\"to\":5,\"name\":\"" + "x".repeat(10_000_000) + "\"}")
                .post("/job")
                .then()
                .statusCode(413)
                .body(equalTo("Request body too large"));
        given().contentType(ContentType.JSON)
                .accept("application/json")
                .body(" ".repeat(70_000) + "{\"from\":1,\"to\":5}")
                .post("/job")
                .then()
                .statusCode(413)
                .body("title", equalTo("Request body too large"));
        given().contentType("text/plain")
                .body("{\"from\":1,\"to\":5}")
                .post("/job")
                .then()
                .statusCode(415)
                .body(startsWith("Unsupported content type"));
    }

    @Test
    void anIdThatNamesNoJobIsAnsweredAsTheTutorialDoes() {
        for (String id : new String[] {"999999999", "abc", "-1", "1.5", "99999999999999999999"}) {
            given().get("/job/" + id).then().statusCode(400).body(equalTo("Job not found"));
            given().delete("/job/" + id).then().statusCode(400).body(equalTo("Job not found"));
            given().get("/job/" + id + "/frame").then().statusCode(404);
            given().get("/job/" + id + "/frame/1").then().statusCode(404);
            given().get("/job/" + id + "/log").then().statusCode(404);
        }
    }
}
