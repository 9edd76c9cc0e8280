package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README is short, and the way to every other page. */
class PageTest {
    private static final int MOST_LINES = 250;

    @Test
    void theReadmeIsShort() {
        assertThat(Page.README.text().lines()).hasSizeLessThanOrEqualTo(MOST_LINES);
    }

    @Test
    void theReadmeLeadsToEveryPageOnce() throws IOException {
        List<String> pages = pages().stream()
                .filter(page -> !page.equals(Page.README))
                .map(page -> page.file().toString())
                .toList();
        assertThat(Page.README.links().stream().filter(link -> link.endsWith(".md")))
                .containsExactlyInAnyOrderElementsOf(pages);
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        for (Page page : pages()) {
            for (String link : page.links()) {
                String[] parts = link.split("#", 2);
                assertThat(Path.of(parts[0])).as(page + " links to it").exists();
                if (parts.length == 2) {
                    assertThat(new Page(Path.of(parts[0])).anchors())
                            .as(page + " links to " + link)
                            .contains(parts[1]);
                }
            }
        }
    }

    private static List<Page> pages() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("deploy"))) {
            return Stream.concat(
                            Stream.of(Page.README.file()),
                            files.filter(file -> file.toString().endsWith(".md")))
                    .map(Page::new)
                    .toList();
        }
    }
}
