package io.rendernode.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataFolderTest {
    private static final String STORE = "render-node.db";

    /** Each line a folder as a node left it that ended so far, with an earlier one's remains; in the end all are the same. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nothing was done            | =old -wal=log .replaced=earlier .replaced-wal=earlier .restored=new
            what lay aside was removed  | =old -wal=log .restored=new
            the store was moved         | -wal=log .replaced=old .restored=new
            all of the old one was      | .replaced=old .replaced-wal=log .restored=new
            the new one as well         | =new .replaced=old .replaced-wal=log
            """)
    void aRestoredStoreTakesItsPlaceAndTheOldOneStaysWhereverANodeEnded(String ended, String left, @TempDir Path folder)
            throws Exception {
        for (String file : left.split(" ", -1)) {
            String[] words = file.split("=", 2);
            Files.writeString(folder.resolve(STORE + words[0]), words[1]);
        }
        take(folder);
        assertThat(stores(folder))
                .as(ended)
                .isEqualTo(Map.of(STORE, "new", STORE + ".replaced", "old", STORE + ".replaced-wal", "log"));
    }

    private static void take(Path folder) throws IOException {
        DataFolder data = new DataFolder(Settings.of("dataDir", folder.toString(), "nice", 10));
        assertThat(data.take()).isTrue();
        data.release();
    }

    private static Map<String, String> stores(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(STORE)) {
                    contents.put(name, Files.readString(file));
                }
            }
        }
        return contents;
    }
}
