package io.rendernode.blender;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a fork of a waiting Blender is told, so that it renders the same frames as a command line would: one line of JSON,
 * which {@link #SCRIPT} documents.
 *
 * @param command the command line in whose stead it renders
 * @param room the room that it goes into, as JSON; empty is none
 * @param environment variables that are the task's own; TMPDIR among them
 * @param keep what the Blender with the scene loaded may do that it leaves behind for others, as JSON, {@code false} where
 *     it is kept to no room; empty leaves none
 * @param cold the whole command line, for one whose scene has changed since it was loaded
 */
public record RenderOrder(
        BlenderCommand command,
        Optional<String> room,
        Map<String, String> environment,
        Optional<String> keep,
        List<String> cold) {
    /** The name of the script that waits, and that forks run: a resource beside this class. */
    public static final String SCRIPT = "waiting_blender.py";

    /** What a fork says first of all, and then the descriptors of the pipes to the Blender that it leaves behind. */
    public static final String EMPTY = "render-node: fork of an empty Blender";

    /** What a fork of a Blender says first of all that has the scene loaded. */
    public static final String LOADED = "render-node: fork of a loaded Blender";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** The order on one line. */
    public String line() {
        try {
            ObjectNode order = JSON.createObjectNode();
            ObjectNode render = order.putObject("render");
            render.set("room", JSON.readTree(room.orElse("null")));
            render.set("environment", JSON.valueToTree(environment));
            render.put("blend", command.blend().normalize().toString());
            render.set("arguments", JSON.valueToTree(command.arguments()));
            render.set(
                    "scripts",
                    JSON.valueToTree(
                            command.scripts().stream().map(Path::toString).toList()));
            render.put("scene", command.sceneArgument().orElse(null));
            render.set("runs", JSON.valueToTree(command.runs()));
            render.set("keep", JSON.readTree(keep.orElse("null")));
            render.set("cold", JSON.valueToTree(cold));
            return JSON.writeValueAsString(order);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("plain values can always be written", impossible);
        }
    }

    /**
     * The command line of a Blender that waits with nothing loaded.
     *
     * @param script the unpacked {@link #SCRIPT}
     * @param scripts the unpacked {@link BlenderCommand#SCRIPTS}, which forks will run
     * @param room the script that builds rooms, if forks go into any
     */
    public static List<String> waiting(
            Path blender,
            Path script,
            List<Path> scripts,
            Optional<Path> room,
            int threads,
            Optional<String> cyclesDevice) {
        ObjectNode wish = JSON.createObjectNode();
        wish.set(
                "scripts", JSON.valueToTree(scripts.stream().map(Path::toString).toList()));
        wish.put("room", room.map(Path::toString).orElse(null));
        wish.put("threads", threads);
        return BlenderCommand.waiting(blender, script, threads, cyclesDevice, wish.toString());
    }
}
