package io.rendernode.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.rendernode.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A node's page in a browser of its own, and what the browser complained of, and asked for, meanwhile. */
final class BrowserPage implements AutoCloseable {
    /** Keeps Chromium from calling anybody but the node. */
    private static final List<String> ALONE = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final BrowserContext context;
    private final Page page;
    private final String root;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<String> elsewhere = new CopyOnWriteArrayList<>();
    private final AtomicLong bytes = new AtomicLong();

    private BrowserPage(BrowserContext context, String root) {
        this.context = context;
        this.page = context.newPage();
        this.root = root;
        page.setDefaultTimeout((double) Await.LONGEST.toMillis());
        page.onConsoleMessage(message -> said.add(message.type() + ": " + message.text()));
        page.onPageError(said::add);
        page.onRequest(request -> {
            if (!request.url().replaceFirst("^blob:", "").startsWith(root + "/")) {
                elsewhere.add(request.url());
            }
        });
        page.onRequestFinished(
                request -> bytes.addAndGet(request.sizes().responseBodySize + request.sizes().responseHeadersSize));
    }

    /** Playwright without browsers of its own. */
    static Playwright playwright() {
        return Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    /** The Chromium that {@code deploy/setup.sh} installs. */
    static Browser chromium(Playwright playwright) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of("/usr/bin/chromium"))
                        .setArgs(ALONE));
    }

    /** The page of that node, in a browser that knows nothing of it yet. */
    static BrowserPage open(Browser browser, NodeProcess node, String place) {
        BrowserPage opened = new BrowserPage(browser.newContext(), "http://localhost:" + node.port());
        opened.go(place);
        return opened;
    }

    void go(String place) {
        page.navigate(root + "/" + place);
    }

    Page page() {
        return page;
    }

    BrowserContext context() {
        return context;
    }

    Locator find(String selector) {
        return page.locator(selector);
    }

    Locator button(String name) {
        return page.locator("button:visible, a.button:visible")
                .filter(new Locator.FilterOptions().setHasText(name))
                .first();
    }

    /** Waits until the page shows that. */
    void awaits(String text) {
        page.getByText(text).first().waitFor();
    }

    /** Drops a file onto the page, as from a file manager. */
    void drop(Path file, String name) throws IOException {
        JSHandle carried = page.evaluateHandle(
                "([bytes, name]) => { const data = new DataTransfer();"
                        + " data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name)); return data; }",
                List.of(Base64.getEncoder().encodeToString(Files.readAllBytes(file)), name));
        for (String event : List.of("dragenter", "dragover", "drop")) {
            page.dispatchEvent("render-node", event, Map.of("dataTransfer", carried));
        }
    }

    /** Bytes of all answers that have come whole so far, with their heads. */
    long bytes() {
        return bytes.get();
    }

    /** Nothing that keeps people out: neither serious nor critical by Axe. */
    void assertOpenToAll() {
        assertThat(new AxeBuilder(page)
                        .analyze().getViolations().stream()
                                .filter(fault -> List.of("serious", "critical").contains(fault.getImpact()))
                                .map(fault -> fault.getId() + ": "
                                        + fault.getNodes().get(0).getHtml()))
                .isEmpty();
    }

    /** The browser has said nothing, and has called nobody but the node. */
    void assertQuiet() {
        assertThat(said).isEmpty();
        assertThat(elsewhere).isEmpty();
    }

    @Override
    public void close() {
        context.close();
    }
}
