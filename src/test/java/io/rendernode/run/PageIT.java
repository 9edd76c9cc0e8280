package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.rendernode.TimeDependent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, against the packaged node with the real Blender. */
@TimeDependent
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageIT {
    /** What a browser loads before it shows an empty node. */
    private static final int FIRST_LOAD = 200_000;

    /** A job's name is anybody's text. */
    private static final String NAME = "<img src=x onerror=alert(1)> & \"heart\"";

    private static final String SMALL = "\"resolution\":20,\"samples\":1";

    @TempDir
    static Path folder;

    private static NodeProcess node;
    private static Playwright playwright;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        node = NodeProcess.start(folder, Map.of("RENDER_SLOTS", "2", "RENDER_NICE", "0"));
        playwright = BrowserPage.playwright();
        browser = BrowserPage.chromium(playwright);
    }

    @AfterAll
    static void stop() {
        playwright.close();
        node.close();
    }

    private static long jobOf(BrowserPage page) {
        return Long.parseLong(page.page().url().replaceAll(".*/", ""));
    }

    /** The node is empty still. */
    @Test
    @Order(1)
    void anEmptyNodeSaysWhatToDoAndRendersItsDemoSceneUntilThatIsCanceled() throws Exception {
        try (BrowserPage page = BrowserPage.open(browser, node, "")) {
            page.awaits("Nothing has been rendered here yet");
            page.awaits("0 of 2 slots busy");
            assertThat(page.bytes()).isBetween(20_000L, (long) FIRST_LOAD);
            assertThat(page.find("code").textContent()).contains("localhost:" + node.port() + "/job");
            page.assertOpenToAll();
            page.button("Render the demo scene").click();
            page.awaits("of 5 frames");
            page.button("Cancel…").click();
            page.button("Cancel the job").click();
            page.find("job-page state-mark[state=canceled]").waitFor();
            assertThat(node.status(jobOf(page))).startsWith("Job canceled");
            page.assertQuiet();
        }
    }

    @Test
    void aJobIsPostedByTheFormAndItsFramesAppearAndPlay() throws Exception {
        try (BrowserPage page = BrowserPage.open(browser, node, "#/new")) {
            page.button("demo.blend").click();
            page.find("#frames").fill("1-5,7");
            page.find("#samples").fill("1");
            page.find("#resolution").fill("20");
            page.find("#name").fill(NAME);
            page.assertOpenToAll();
            page.button("Render 6 frames").click();

            page.find("h1").filter(new Locator.FilterOptions().setHasText(NAME)).waitFor();
            long job = jobOf(page);
            page.find("frame-stage figure img").waitFor();
            page.find("frame-strip[aria-valuetext$='6 of 6 finished']").waitFor();
            page.find("job-page state-mark[state=completed]").waitFor();
            page.find("film-strip button.done img").first().waitFor();

            page.page().keyboard().press("Home");
            page.find("frame-strip[aria-valuenow='1']").waitFor();
            page.page().keyboard().press("ArrowLeft");
            page.find("frame-strip[aria-valuenow='7']").waitFor();
            page.page().keyboard().press("Space");
            page.find("button[aria-label=Stop]").waitFor();
            page.find("frame-strip[aria-valuenow='4']").waitFor();
            page.page().keyboard().press("Space");
            page.find("button[aria-label=Play]").waitFor();

            page.button("Read it").click();
            page.find("job-log pre:has-text('Saved:')").waitFor();
            String shown = page.find("frame-strip").getAttribute("aria-valuenow");
            page.find("job-log pre").press(shown.equals("1") ? "End" : "Home");
            assertThat(page.find("frame-strip").getAttribute("aria-valuenow")).isEqualTo(shown);
            page.assertOpenToAll();
            Download zip = page.page()
                    .waitForDownload(() -> page.button("Frames as a zip").click());
            assertThat(entries(zip.path())).hasSize(6);
            assertThat(node.json(job)).contains("\"frames\":\"1-5,7\"");
            page.assertQuiet();
        }
    }

    private static List<String> entries(Path zip) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream files = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = files.getNextEntry(); entry != null; entry = files.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void theListTellsOfJobsAsTheyComeAndWhyTheyFail() throws Exception {
        try (BrowserPage page = BrowserPage.open(browser, node, "#/?state=failed")) {
            page.find("jobs-page nav").waitFor();
            long job = node.post("{\"from\":1,\"to\":2,\"camera\":\"NOPE\",\"name\":\"No camera\"," + SMALL + "}");
            page.awaits("camera not found: 'NOPE'");
            page.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            page.assertOpenToAll();
            page.find("a[href='#/job/" + job + "']").click();
            page.awaits("cannot be rendered as it is");
            page.assertOpenToAll();
            page.go("#/nodes");
            page.awaits("Sandbox");
            page.assertOpenToAll();
            page.assertQuiet();
        }
    }

    /** Here alone the browser has something to say: that it is offline. */
    @Test
    void aLostConnectionIsToldAndComesBackByItself() throws Exception {
        try (BrowserPage page = BrowserPage.open(browser, node, "#/")) {
            page.find("slot-row").first().waitFor();
            page.context().setOffline(true);
            page.awaits("The node does not answer");
            long job = node.post(
                    "{\"from\":1,\"to\":1,\"name\":\"Meanwhile\",\"output\":\"meanwhile_####\"," + SMALL + "}");
            page.context().setOffline(false);
            page.find("a[href='#/job/" + job + "']").waitFor();
            page.find(".lost").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
            node.awaitEnd(job);
        }
    }

    @Test
    void whoHasATokenLogsInAndIsOfferedWhatItsRoleAllows() throws Exception {
        Path tokens = Files.writeString(
                folder.resolve("tokens"), "wall read the-wall-s-token\nann render the-token-of-ann\n");
        try (NodeProcess asking = NodeProcess.start(
                        folder.resolve("asking"),
                        Map.of("RENDER_API_TOKEN_FILE", tokens.toString(), "RENDER_SLOTS", "0"));
                BrowserPage page = BrowserPage.open(browser, asking, "")) {
            page.find("#token").waitFor();
            page.assertOpenToAll();
            page.assertQuiet();

            page.find("#token").fill("nobody-s-token");
            page.button("Log in").click();
            page.awaits("The node does not know that token");

            page.find("#token").fill("the-wall-s-token");
            page.button("Log in").click();
            page.awaits("It fills this page by itself");
            page.awaits("wall, read");
            assertThat(page.find("a.button, .ways").count()).isZero();

            page.button("Log out").click();
            page.find("#token").fill("the-token-of-ann");
            page.button("Log in").click();
            page.button("New job").waitFor();
            page.go("#/nodes");
            page.awaits("Last heard of");
            assertThat(page.find("nodes-page button").count()).isZero();

            Files.writeString(tokens, "wall read the-wall-s-token\n");
            page.find("#token").waitFor();
        }
    }

    @Test
    void aSceneIsDroppedAndItsJobIsPausedCanceledRetriedAndMadeAMovie() throws Exception {
        try (BrowserPage page = BrowserPage.open(browser, node, "#/")) {
            page.find("slot-row").first().waitFor();
            page.drop(Path.of("blend/files/demo.blend"), "dropped.blend");
            page.button("Render 120 frames").waitFor();
            page.drop(Path.of("blend/files/demo.blend"), "dropped.blend");
            page.awaits("Replace dropped.blend?");
            page.drop(Path.of("blend/files/demo.blend"), "other.blend");
            page.find("scene-picker button[aria-pressed=true]:has-text('other.blend')")
                    .waitFor();
            assertThat(page.find("dialog[open]").count()).isZero();
            page.button("Render 120 frames").waitFor();
            page.find("#frames").fill("1-30");
            page.find("#samples").fill("4");
            page.find("#output").evaluate("field => field.closest('details').open = true");
            page.find("#output").fill("dropped/f_####");
            page.find("#chunk").fill("1");
            page.button("Render 30 frames").click();

            page.button("Pause").click();
            page.find("job-page state-mark[state=paused]").waitFor();
            page.find("#priority").fill("70");
            page.find("#priority").press("Enter");
            page.awaits("Its priority is 70 now");
            long job = jobOf(page);
            assertThat(node.json(job)).contains("\"priority\":70", "\"paused\":true");
            page.button("Go on").click();
            page.find("film-strip button.done").first().waitFor();
            page.button("Cancel…").click();
            page.button("Cancel the job").click();
            page.button("Retry the").click();
            page.awaits("What is missing is in the line again");
            assertThat(page.find("notice-stand li.error").count()).isZero();
            page.find("frame-strip[aria-valuetext$='30 of 30 finished']").waitFor();
            page.find("job-page state-mark[state=completed]").waitFor();
            Download movie =
                    page.page().waitForDownload(() -> page.button("Movie").click());
            assertThat(movie.suggestedFilename()).isEqualTo("job-" + job + ".mp4");
            assertThat(Files.size(movie.path())).isPositive();
            page.assertQuiet();
        }
    }
}
