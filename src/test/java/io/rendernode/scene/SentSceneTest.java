package io.rendernode.scene;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.rendernode.Await;
import io.rendernode.FakeNode;
import io.rendernode.store.Sql;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenes that are sent: by name, by content, kept for the jobs that need them. */
@QuarkusTest
@WithTestResource(FakeNode.class)
class SentSceneTest {
    private static final String BLEND = "BLENDER-v304";

    @Inject
    SentScenes scenes;

    @Inject
    Sql sql;

    private static Path folder() {
        return Path.of(ConfigProvider.getConfig().getValue("render.data-dir", String.class), "scenes");
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(SceneFiles.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static ValidatableResponse put(String path, String body) {
        return given().urlEncodingEnabled(false)
                .contentType("application/octet-stream")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .put(path)
                .then();
    }

    private static ValidatableResponse manifest(String name, String blend, Map<String, String> files) {
        List<Map<String, Object>> list = new ArrayList<>();
        files.forEach((path, text) -> list.add(Map.of("path", path, "sha256", sha256(text), "size", text.length())));
        return given().contentType("application/json")
                .body(Map.of("blend", blend, "files", list))
                .post("/scene/" + name)
                .then();
    }

    private static long post(String blend) {
        return given().contentType("application/json")
                .accept("application/json")
                .body(Map.of("from", 1, "to", 1, "blend", blend, "output", "sent_#"))
                .post("/job")
                .then()
                .statusCode(202)
                .extract()
                .jsonPath()
                .getLong("pid");
    }

    private static long treeCount() throws IOException {
        try (Stream<Path> trees = Files.list(folder().resolve("version"))) {
            return trees.count();
        }
    }

    private static long partCount() throws IOException {
        try (Stream<Path> parts = Files.list(folder().resolve("part"))) {
            return parts.count();
        }
    }

    @Test
    void aSceneIsSentReplacedListedAndDeleted() {
        String first = BLEND + "first";
        put("/scene/simple/a%20b.blend", first)
                .statusCode(201)
                .header("Location", "/scene/simple/a%20b.blend")
                .header("ETag", '"' + sha256(first) + '"')
                .body("path", equalTo("simple/a b.blend"))
                .body("sizeBytes", equalTo(first.length()));
        put("/scene/simple/a%20b.blend", first).statusCode(200);
        put("/scene/simple/a%20b.blend", BLEND + "second")
                .statusCode(200)
                .body("etag", equalTo(sha256(BLEND + "second")));
        given().get("/scene?folder=simple")
                .then()
                .body("scenes.path", equalTo(List.of("simple/a b.blend")))
                .body("scenes.etag", equalTo(List.of(sha256(BLEND + "second"))));
        given().get("/scene").then().body("folders", org.hamcrest.Matchers.hasItem("simple"));
        given().urlEncodingEnabled(false)
                .delete("/scene/simple/a%20b.blend")
                .then()
                .statusCode(204);
        given().urlEncodingEnabled(false)
                .delete("/scene/simple/a%20b.blend")
                .then()
                .statusCode(404);
        given().get("/scene?folder=simple").then().statusCode(404);
    }

    @Test
    void aSceneOfManyFilesIsMadeOfWhatIsThere() throws IOException {
        Map<String, String> files =
                Map.of("shot/010.blend", BLEND + "shot", "lib/tree.blend", BLEND + "tree", "bark.png", "");
        manifest("film", "shot/010.blend", files)
                .statusCode(409)
                .body(
                        "missing",
                        equalTo(files.values().stream()
                                .map(SentSceneTest::sha256)
                                .sorted()
                                .toList()));
        for (String text : files.values()) {
            put("/file/" + sha256(text), text).statusCode(201);
            put("/file/" + sha256(text), text).statusCode(200);
        }
        manifest("film", "shot/010.blend", files)
                .statusCode(201)
                .header("Location", "/scene/film/shot/010.blend")
                .header("ETag", matchesPattern("\"[0-9a-f]{64}\""));
        long trees = treeCount();
        manifest("film", "shot/010.blend", files).statusCode(200);
        assertThat(treeCount()).as("the same again is no new version").isEqualTo(trees);

        Path tree = scenes.tree(scenes.current("film/shot/010.blend").orElseThrow());
        assertThat(tree.resolve("shot/../lib/tree.blend")).hasContent(BLEND + "tree");
        assertThat(Files.isWritable(tree.resolve("shot/010.blend"))
                        && !System.getProperty("user.name").equals("root"))
                .isFalse();
        given().delete("/scene/film/shot/010.blend").then().statusCode(204);
        assertThat(tree).doesNotExist();
    }

    @Test
    void whatIsThereIsNotReplacedWhereItMustNotBe() {
        FakeNode.scene("taken");
        put("/scene/only/new.blend", BLEND).statusCode(201);
        for (String path : List.of("only/new.blend", "taken/scene.blend")) {
            given().header("If-None-Match", "*")
                    .body((BLEND + "other").getBytes(StandardCharsets.US_ASCII))
                    .contentType("application/octet-stream")
                    .put("/scene/" + path)
                    .then()
                    .statusCode(412);
        }
        given().get("/scene?folder=only").then().body("scenes.etag", equalTo(List.of(sha256(BLEND))));
        given().get("/scene?folder=taken").then().body("scenes[0].etag", nullValue());
        given().delete("/scene/taken/scene.blend").then().statusCode(404);
    }

    /** The behaviour of the fake Blender is a file of the scene. */
    private static void sendFake(String name, String conf) {
        Map<String, String> files = Map.of("scene.blend", BLEND + name, "fake-blender.conf", conf);
        files.values().forEach(text -> put("/file/" + sha256(text), text));
        assertThat(manifest(name, "scene.blend", files).extract().statusCode()).isIn(200, 201);
    }

    @Test
    void aJobRendersWhatItWasPostedWithAndHoldsIt() throws IOException {
        sendFake("held", "gated=yes\n");
        Path tree = scenes.tree(scenes.current("held/scene.blend").orElseThrow());
        long job = post("held/scene.blend");
        sendFake("held", "fault=crash\nfault_frame=1\n");
        given().delete("/scene/held/scene.blend")
                .then()
                .statusCode(409)
                .body(containsString("Scene is needed: by job " + job));
        scenes.tidy();
        Files.writeString(tree.resolve("open-all"), "");
        Await.until(
                "it is completed", () -> given().get("/job/" + job).asString().equals("Job completed"));
        given().delete("/scene/held/scene.blend").then().statusCode(204);
        assertThat(tree).doesNotExist();
        given().contentType("application/json")
                .body("{\"frames\":\"1\"}")
                .post("/job/" + job + "/retry")
                .then()
                .statusCode(409)
                .body(containsString("its scene 'held/scene.blend' was sent and is no longer kept"));
        given().get("/job/" + job).then().body(equalTo("Job completed"));
    }

    @Test
    void aSceneThatWasSentHidesTheBlendFoldersAndOldJobsKeepTheirs() {
        var scene = FakeNode.scene("hidden", "gated=yes");
        long job = post(scene.blend());
        put("/scene/" + scene.blend(), BLEND + "sent").statusCode(201);
        given().get("/scene?folder=hidden").then().body("scenes[0].etag", equalTo(sha256(BLEND + "sent")));
        scene.openAll();
        Await.until(
                "it is completed", () -> given().get("/job/" + job).asString().equals("Job completed"));
        assertThat(scene.renderedNumbers()).containsExactly(1);
        given().accept("application/json").get("/job/" + job).then().body("warnings.size()", equalTo(0));
        given().delete("/scene/" + scene.blend()).then().statusCode(204);
        given().get("/scene?folder=hidden").then().body("scenes[0].etag", nullValue());
    }

    @Test
    void whatNobodyHasUsedForLongGoesAndWhatAJobUsedLatelyStays() throws IOException {
        put("/scene/old/a.blend", BLEND + "a").statusCode(201);
        sendFake("used", "views=\n");
        put("/file/" + sha256("nobody's"), "nobody's").statusCode(201);
        long job = post("used/scene.blend");
        Await.until(
                "it is completed", () -> given().get("/job/" + job).asString().equals("Job completed"));
        Path used = scenes.tree(scenes.current("used/scene.blend").orElseThrow());
        Path old = scenes.tree(scenes.current("old/a.blend").orElseThrow());
        Instant long31 = Instant.now().minus(Duration.ofDays(31));
        sql.update("UPDATE scene_version SET used_at = ? WHERE path IN ('old/a.blend', 'used/scene.blend')", long31);
        sql.update("UPDATE sent_file SET sent_at = ?", long31);

        scenes.tidy();

        assertThat(old).doesNotExist();
        assertThat(used).exists();
        given().get("/scene?folder=old").then().statusCode(404);
        assertThat(scenes.has(sha256("nobody's"))).isFalse();
        assertThat(scenes.has(sha256(BLEND + "a"))).isFalse();
        assertThat(scenes.has(sha256(BLEND + "used"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bad/text.blend|hello|the scene is no .blend file",
                "bad/empty.blend||the scene is empty",
                "bad/name.txt|BLENDER-v304|must end in .blend",
                "bad/%2e%2e%2f%2e%2e%2fup.blend|BLENDER-v304|must not have '..' in it",
                "bad/%00.blend|BLENDER-v304|control characters",
                "bad/%2fabsolute.blend|BLENDER-v304|without empty parts",
                "bad/LONG.blend|BLENDER-v304|parts of at most 255 bytes",
            })
    void whatIsNoSceneIsRefused(String path, String body, String reason) throws IOException {
        given().urlEncodingEnabled(false)
                .contentType("application/octet-stream")
                .body(body == null ? new byte[0] : body.getBytes(StandardCharsets.US_ASCII))
                .put("/scene/" + path.replace("LONG", "x".repeat(260)))
                .then()
                .statusCode(400)
                .body(containsString(reason));
        assertThat(partCount()).isZero();
        given().get("/scene?folder=bad").then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nonsense|the manifest is no JSON",
                "[]|the manifest",
                "{'blend':'a.blend'}|files must be 1 to 20000 files",
                "{'blend':'a.blend','files':[],'more':1}|more is not as it must be",
                "{'blend':'a.blend','blend':'b.blend','files':[]}|Duplicate field",
                "{'files':[{'path':'a.blend','sha256':'SUM','size':1}]}|blend is missing",
                "{'blend':'b.blend','files':[{'path':'a.blend','sha256':'SUM','size':1}]}|blend 'b.blend' is none of the files",
                "{'blend':'a.blend','files':[{'path':'../a.blend','sha256':'SUM','size':1}]}|files[0].path must not have '..'",
                "{'blend':'a.blend','files':[{'path':'/a.blend','sha256':'SUM','size':1}]}|files[0].path must be a relative path",
                "{'blend':'a.blend','files':[{'path':'a.blend','sha256':'XY','size':1}]}|files[0].sha256 must be a SHA-256",
                "{'blend':'a.blend','files':[{'path':'a.blend','sha256':'SUM','size':-1}]}|files[0].size must be",
                "{'blend':'a.blend','files':[{'path':'a.blend','sha256':'SUM','size':1.5}]}|files[0].size is not as it must be",
                "{'blend':'a.blend','files':[{'path':'a.blend','sha256':'SUM','size':1},{'path':'a.blend','sha256':'SUM','size':1}]}|files[1].path comes twice",
                "{'blend':'a.blend','files':[{'path':'a.blend','sha256':'SUM','size':1},{'path':'a.blend/b','sha256':'SUM','size':1}]}|is a file and a folder",
                "{'blend':'a.blend','files':[{'path':'a.blend','sha256':'SUM','size':1},{'path':'b','sha256':'SUM','size':2}]}|files[1].size is another",
                "{'blend':'a.blend','files':[null]}|files[0].path is missing",
            })
    void aManifestThatIsWrongIsRefusedByItsField(String json, String reason) {
        given().contentType("application/json")
                .body(json.replace('\'', '"').replace("SUM", sha256("x")))
                .post("/scene/bad")
                .then()
                .statusCode(400)
                .body(containsString(reason));
    }

    @Test
    void aFilesNameAndSizeMustBeTrue() throws IOException {
        put("/file/" + sha256("one"), "other").statusCode(400).body(containsString("which is " + sha256("other")));
        put("/file/ABC", "other").statusCode(400).body(containsString("must be a SHA-256"));
        put("/file/" + sha256("sized"), "sized").statusCode(201);
        given().contentType("application/json")
                .body("{\"blend\":\"a.blend\",\"files\":[{\"path\":\"a.blend\",\"sha256\":\"" + sha256("sized")
                        + "\",\"size\":6}]}")
                .post("/scene/bad")
                .then()
                .statusCode(400)
                .body(containsString("files[0].size is 6, the file has 5"));
        assertThat(partCount()).isZero();
    }

    private static Socket begin(String head) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        socket.setSoTimeout(60_000);
        socket.getOutputStream()
                .write((head + "\nHost: localhost\n\n").replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void anUploadThatIsCutOffLeavesNothing() throws IOException {
        try (Socket socket = begin("PUT /scene/cut/off.blend HTTP/1.1\nContent-Length: 1000000")) {
            socket.getOutputStream().write(BLEND.getBytes(StandardCharsets.US_ASCII));
            Await.until("it is under way", () -> partCount() == 1);
        }
        Await.until("it is given up", () -> partCount() == 0);
        given().get("/scene?folder=cut").then().statusCode(404);
    }

    @Test
    void aBodyOfUnknownOrTooLargeSizeIsRefusedBeforeItComes() throws IOException {
        for (String[] wrong : new String[][] {
            {"Transfer-Encoding: chunked", "HTTP/1.1 411"}, {"Content-Length: 100000000000", "HTTP/1.1 507"}
        }) {
            try (Socket socket = begin("PUT /scene/large.blend HTTP/1.1\n" + wrong[0])) {
                String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                assertThat(answer).isEqualTo(wrong[1]);
            }
        }
    }

    @Test
    void theDoorStaysSmallForAllElse() {
        given().contentType("application/json")
                .body(" ".repeat(70_000))
                .post("/job")
                .then()
                .statusCode(413);
        given().contentType("application/json")
                .body(" ".repeat(5 << 20))
                .post("/scene/large")
                .then()
                .statusCode(413);
    }

    @Test
    void twoThatSendOneNameAtOnceBothEndWell() {
        List<CompletableFuture<Integer>> calls = Stream.of("x", "y", "x", "y")
                .map(text -> CompletableFuture.supplyAsync(() ->
                        put("/scene/two/at-once.blend", BLEND + text).extract().statusCode()))
                .toList();
        assertThat(calls.stream().map(CompletableFuture::join)).isSubsetOf(200, 201);
        given().get("/scene?folder=two").then().body("scenes.size()", equalTo(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 SHORT", "-1"})
    void aLengthThatIsNoneIsMalformed(String length) throws IOException {
        try (Socket socket = begin("PUT /scene/length.blend HTTP/1.1\nContent-Length: " + length)) {
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void whatIsGoneFromTheFolderIsThereAgainOnceItIsSentAgain() throws IOException {
        put("/scene/healed.blend", BLEND + "healed").statusCode(201);
        SentScenes.Version lost = scenes.current("healed.blend").orElseThrow();
        Files.move(scenes.tree(lost), scenes.tree(lost).resolveSibling("lost"));
        put("/scene/healed.blend", BLEND + "healed").statusCode(200);
        assertThat(scenes.file(scenes.current("healed.blend").orElseThrow())).exists();
    }

    @Test
    void aFolderOfAnotherStoreIsNotTouched() throws IOException {
        put("/scene/other-store.blend", BLEND).statusCode(201);
        Path identity = folder().resolve("identity");
        String own = Files.readString(identity);
        try {
            Files.writeString(identity, "another");
            scenes.look();
            put("/scene/other-store.blend", BLEND).statusCode(409).body(containsString("it is not the folder"));
            sql.update("DELETE FROM scene_place");
            scenes.look();
            scenes.tidy();
            put("/scene/other-store.blend", BLEND).statusCode(409).body(containsString("scenes of another store"));
            assertThat(Files.readString(identity)).isEqualTo("another");
        } finally {
            sql.update("INSERT INTO scene_place (one, identity) VALUES (1, ?) ON CONFLICT DO NOTHING", own);
            Files.writeString(identity, own);
            scenes.look();
        }
        put("/scene/other-store.blend", BLEND).statusCode(200);
    }
}
