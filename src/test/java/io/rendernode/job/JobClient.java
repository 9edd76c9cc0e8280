package io.rendernode.job;

import static io.restassured.RestAssured.given;

import io.rendernode.Await;
import io.rendernode.FakeScene;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;

/** Speaks to the node as a client does. */
public final class JobClient {
    private JobClient() {}

    /** Posts frames of the scene; {@code more} is further JSON such as {@code ,"chunk":2}. */
    static Response submit(FakeScene scene, int from, int to, String more) {
        return given().contentType(ContentType.JSON)
                .body("{\"from\":" + from + ",\"to\":" + to + ",\"blend\":\"" + scene.blend() + "\"" + more + "}")
                .post("/job");
    }

    /** The number of the job that is accepted for frames of the scene. */
    public static long post(FakeScene scene, int from, int to, String more) {
        Response answer = submit(scene, from, to, more);
        answer.then().statusCode(202);
        return answer.jsonPath().getLong("pid");
    }

    static String status(long job) {
        return given().get("/job/" + job).asString();
    }

    static JsonPath json(long job) {
        return given().accept(ContentType.JSON).get("/job/" + job).jsonPath();
    }

    public static int delete(long job) {
        return given().delete("/job/" + job).statusCode();
    }

    /** Waits until Blender runs for the job and has said something. */
    static void awaitRunning(long job) {
        Await.until(() -> given().get("/job/" + job + "/log").asString().contains("Fra:"));
    }

    /** Waits until the job has ended and gives its line. */
    public static String awaitEnd(long job) {
        return Await.until(() -> status(job), line -> !line.equals("Job still running"));
    }

    /** The process of a job that waits or renders; asked later it says of itself, whatever has the pid by then. */
    static ProcessHandle process(long job) {
        return ProcessHandle.of(job).orElseThrow(() -> new AssertionError("nothing lives that has pid " + job));
    }

    /** The kill of the shell: what a person at the node's machine would type. */
    static void kill(String signal, long pid) {
        try {
            int code = new ProcessBuilder("kill", "-s", signal, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill ended with " + code);
            }
        } catch (java.io.IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }
}
