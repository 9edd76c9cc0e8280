package io.rendernode;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Folders of its own for the node that the tests share, with the fake Blender. */
public final class FakeNode implements QuarkusTestResourceLifecycleManager {
    private static Path root;
    private static final List<FakeScene> SCENES = new CopyOnWriteArrayList<>();
    private static FakeScene scene;

    @Override
    public Map<String, String> start() {
        try {
            root = Files.createTempDirectory("render-node-test");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        scene = new FakeScene(root.resolve("blend"));
        Map<String, String> settings = new HashMap<>();
        settings.put("render.port", "0");
        settings.put("quarkus.http.test-port", "0");
        settings.put("quarkus.http.idle-timeout", "1S");
        settings.put("render.data-dir", root.resolve("data").toString());
        settings.put("render.output-dir", output().toString());
        settings.put("render.blend-file-path", scene.file().toString());
        settings.put("render.blender-path", FakeScene.blender().toString());
        settings.put("render.queue-limit", "20");
        settings.put("render.max-frames", "5000");
        // A Blender that must wait for a busy machine is slow, and is no finding.
        settings.put("render.nice", "0");
        // It keeps a diary beside its scene.
        settings.put("render.sandbox", "off");
        settings.put("render.stop-grace", "1s");
        settings.put("render.retry-delay", "50ms");
        settings.put("render.poll-interval", "100ms");
        return settings;
    }

    @Override
    public void stop() {
        scene = null;
    }

    /** Where this node's finished frames go. */
    public static Path output() {
        return root.resolve("output");
    }

    /** A scene of that name in the blend folder, which the fake Blender renders as the lines say. */
    public static FakeScene scene(String name, String... behaviour) {
        FakeScene made = new FakeScene(root.resolve("blend").resolve(name));
        made.behave(behaviour);
        SCENES.add(made);
        return made;
    }

    /** Whatever a test has left at its gates renders on: it keeps the slot from no other. */
    public static void openGates() {
        SCENES.forEach(FakeScene::openAll);
        SCENES.clear();
    }
}
