package io.rendernode.task;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The folders that the node works in: where they are on the machine is nothing that clients need to know. */
@ApplicationScoped
public class KnownFolders {
    private final List<Map.Entry<String, String>> names;

    KnownFolders(
            TaskConfig config,
            @ConfigProperty(name = "render.output-dir") String output,
            @ConfigProperty(name = "render.scene-dir") Optional<String> scenes) {
        names = Stream.concat(
                        scenes.stream().map(folder -> Map.entry(absolute(folder), "SCENE_DIR")),
                        Stream.of(
                                Map.entry(absolute(output), "OUTPUT_DIR"),
                                Map.entry(absolute(config.dataDir()), "DATA_DIR"),
                                Map.entry(absolute(config.blendFilePath()).getParent(), "the blend folder")))
                .flatMap(folder -> Stream.of(folder, Map.entry(real(folder.getKey()), folder.getValue())))
                .filter(folder -> folder.getKey().getNameCount() > 0)
                .map(folder -> Map.entry(folder.getKey().toString(), folder.getValue()))
                .distinct()
                // One may be within another.
                .sorted(Comparator.comparing(folder -> -folder.getKey().length()))
                .toList();
    }

    /** The text with what is in these folders by relative paths, and the folders by what they are called; null stays. */
    public String hide(String text) {
        String hidden = text;
        for (Map.Entry<String, String> folder : names) {
            if (hidden != null && hidden.contains(folder.getKey())) {
                hidden = hidden.replace(folder.getKey() + "/", "").replace(folder.getKey(), folder.getValue());
            }
        }
        return hidden;
    }

    /** What Blender and the kernel call a folder that a link leads to. */
    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException missing) {
            return folder;
        }
    }

    private static Path absolute(String folder) {
        return Path.of(folder).toAbsolutePath().normalize();
    }
}
