package io.rendernode.blender;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line that renders some frames of a .blend into a folder of their own.
 *
 * <p>What a client wrote reaches Blender as data only: settings go as JSON behind {@code --}, where Blender looks for no
 * options, to {@link #SCRIPTS}. The frames' files are named as {@link FrameNames} says.
 *
 * @param blender the program, a path or a name on the PATH
 * @param blend the scene file, absolute
 * @param scripts the unpacked scripts, absolute
 * @param frameFolder where Blender writes, absolute; Blender makes it if it is not there
 * @param settings what is asked of the scene
 * @param frames ascending, without doubles
 * @param threads threads to render with, at least 1: for 0 Blender takes all cores of the machine, whatever the container's limit
 * @param cyclesDevice what Cycles renders on, as its {@code --cycles-device} takes it, whatever the scene says; empty
 *     leaves it to the scene and the user's preferences, which are not loaded and name no GPU
 */
public record BlenderCommand(
        Path blender,
        Path blend,
        List<Path> scripts,
        Path frameFolder,
        SceneSettings settings,
        List<Integer> frames,
        int threads,
        Optional<String> cyclesDevice) {

    /** The names of the scripts that Blender runs once a scene is loaded, in this order: resources beside this class. */
    public static final List<String> SCRIPTS =
            List.of("scene_report.py", "file_outputs.py", "simulations.py", "render_node.py");

    /** Seven digits hold the largest frame number, so that names sort by number. */
    private static final String FRAME_PATTERN = "#######";

    /** Blender's limit, past which it says that it takes this many. */
    private static final int MOST_THREADS = 1024;

    /** What a scene is called while it renders whose own name does not pass the command line as it is. */
    private static final String SCENE_ALIAS = "render-node scene";

    private static final JsonMapper ASCII_JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** @throws IllegalArgumentException if a path that must be absolute is not, or a path holds a line end, or there is no thread */
    public BlenderCommand {
        frames = List.copyOf(frames);
        scripts = List.copyOf(scripts);
        List<Path> all = new ArrayList<>(scripts);
        all.addAll(List.of(blend, frameFolder));
        for (Path path : all) {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("path must be absolute: " + path);
            }
        }
        all.add(blender);
        for (Path path : all) {
            if (path.toString().lines().count() > 1) {
                throw new IllegalArgumentException("path must be on one line: " + path);
            }
        }
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, not " + threads);
        }
    }

    /**
     * Answers the whole command line, the program first. Its order counts: what stands before the file is overwritten
     * by it, and frames are rendered with what stands before them.
     *
     * @throws IllegalArgumentException if there are no frames, or not as they must be, or too scattered for one command
     */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(begin(blender, threads, settings.scripts()));
        arguments.add(blend.normalize().toString());
        arguments.addAll(List.of("-o", output()));
        scripts.forEach(script -> arguments.addAll(List.of("--python", script.toString())));
        sceneArgument().ifPresent(scene -> arguments.addAll(List.of("-S", scene)));
        if (!byOption().isEmpty()) {
            arguments.addAll(FrameArguments.of(byOption()));
        }
        arguments.add("--");
        cyclesDevice.ifPresent(device -> arguments.addAll(List.of("--cycles-device", device)));
        arguments.addAll(List.of("--render-node", wish()));
        return List.copyOf(arguments);
    }

    /** What stands behind -S, if anything does. */
    Optional<String> sceneArgument() {
        return settings.scene().map(BlenderCommand::sceneArgument);
    }

    /** The frames that options ask for, as their first and last ones without a gap between. */
    List<List<Integer>> runs() {
        return FrameArguments.runs(byOption());
    }

    private List<Integer> byOption() {
        return frames.stream().filter(frame -> frame >= 0).toList();
    }

    /** The command line of one that runs a script and loads nothing. */
    static List<String> waiting(Path blender, Path script, int threads, Optional<String> cyclesDevice, String wish) {
        List<String> arguments = new ArrayList<>(begin(blender, threads, false));
        arguments.addAll(List.of("--python", script.toString(), "--"));
        cyclesDevice.ifPresent(device -> arguments.addAll(List.of("--cycles-device", device)));
        arguments.addAll(List.of("--render-node", wish));
        return List.copyOf(arguments);
    }

    /** The command line that only tells what is in a .blend. */
    public static List<String> report(Path blender, Path blend, Path script) {
        List<String> arguments = new ArrayList<>(begin(blender, 1, false));
        arguments.addAll(List.of(blend.normalize().toString(), "--python", script.toString()));
        arguments.addAll(List.of("--", "--render-node", "{\"report\":true}"));
        return List.copyOf(arguments);
    }

    /**
     * The command line that makes a Blender import what it imports for a render, so that its Python keeps the modules
     * compiled.
     *
     * @param cache where Python keeps them, absolute
     */
    public static List<String> compile(Path blender, Path cache) {
        List<String> arguments = new ArrayList<>(List.of("env", "PYTHONPYCACHEPREFIX=" + cache, blender.toString()));
        arguments.addAll(List.of("-b", "-noaudio", "-Y", "--factory-startup", "--python-use-system-env"));
        // Our scripts', Freestyle's, what scenes' scripts use most: each on its own, as it may not be there.
        for (String modules : List.of("ctypes, json, signal", "parameter_editor", "numpy")) {
            arguments.addAll(List.of("--python-expr", "import " + modules));
        }
        // Which Cycles parses, with modules of its own.
        arguments.addAll(List.of("--", "--cycles-device", "CPU"));
        return arguments;
    }

    private static List<String> begin(Path blender, int threads, boolean scripts) {
        List<String> arguments = new ArrayList<>(List.of(blender.toString(), "-b", "-noaudio"));
        // Since 4 its Python looks for compiled modules where it is told to only with this.
        arguments.addAll(List.of(scripts ? "-y" : "-Y", "--factory-startup", "--python-use-system-env"));
        arguments.addAll(List.of("-t", String.valueOf(Math.min(threads, MOST_THREADS))));
        arguments.addAll(List.of("--python-exit-code", "1"));
        return arguments;
    }

    private String output() {
        return frameFolder.normalize().resolve(FRAME_PATTERN).toString();
    }

    private static String sceneArgument(String scene) {
        // What is not ASCII reaches a child only if the locale agrees, and -S ignores a name that it does not find.
        boolean plain = !scene.startsWith("-") && scene.chars().allMatch(c -> c >= ' ' && c < 127);
        return plain ? scene : SCENE_ALIAS;
    }

    private String wish() {
        ObjectNode wish = JsonNodeFactory.instance.objectNode();
        wish.put("output", output());
        settings.engine().ifPresent(engine -> wish.put("engine", engine.name()));
        settings.scene().ifPresent(scene -> wish.put("scene", scene).put("sceneArgument", sceneArgument(scene)));
        settings.camera().ifPresent(camera -> wish.put("camera", camera));
        settings.samples().ifPresent(samples -> wish.put("samples", samples));
        settings.resolution().ifPresent(resolution -> wish.put("resolution", resolution));
        settings.format().ifPresent(format -> wish.put("format", format.name()));
        settings.denoise().ifPresent(denoise -> wish.put("denoise", denoise));
        if (settings.strict()) {
            wish.put("strict", true);
        }
        if (settings.scripts()) {
            wish.put("scripts", true);
        }
        if (!settings.simulate()) {
            wish.put("simulate", false);
        }
        if (!frames.isEmpty()) {
            wish.put("last", frames.get(frames.size() - 1));
        }
        // As an option Blender takes a negative number for an offset.
        List<Integer> negative = frames.stream().filter(frame -> frame < 0).toList();
        if (!negative.isEmpty()) {
            negative.forEach(wish.putArray("frames")::add);
        }
        try {
            return ASCII_JSON.writeValueAsString(wish);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can always be written", e);
        }
    }
}
