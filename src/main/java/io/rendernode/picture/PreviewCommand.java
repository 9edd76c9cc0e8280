package io.rendernode.picture;

import io.rendernode.image.ExrChannels;
import io.rendernode.scene.SceneReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** How oiiotool is called to make a preview. It starts nothing. */
final class PreviewCommand {
    /** What Blender shows colours by where nothing is known of the scene. */
    private static final SceneReport.View PLAIN = new SceneReport.View("sRGB", "Standard", "None", 0, 1);

    /** oiiotool would take a brace for an expression, and what begins with a hyphen for a flag of its own. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._()/+&:-]{0,99}");

    /** As above, and without what parts one channel from the next, and its new name from its old. */
    private static final Pattern CHANNEL = Pattern.compile("[^-{},=:\\p{Cntrl}][^{},=:\\p{Cntrl}]*");

    /** Blender's own range is -32 to 32. */
    private static final double MOST_EXPOSURE = 32;

    /** Blender's own range is 0 to 5; at 0 it leaves all as it is. */
    private static final double LEAST_GAMMA = 0.01;

    private static final int QUALITY = 90;

    private PreviewCommand() {}

    /**
     * How colours that are linear in the scene come to be shown.
     *
     * @param configuration OpenColorIO's, Blender's own
     * @param view of the scene; null where nothing is known of it
     * @param channels what is red, green and blue in the file
     */
    record Colours(Path configuration, SceneReport.View view, ExrChannels channels) {}

    /**
     * Gives argv. Colours first and size then, as one who scales down what Blender shows.
     *
     * @param frame the frame's file, whose name means nothing to oiiotool: no wildcard, no expression
     * @param colours where the file has linear ones; what all other kinds hold is for a display already
     * @param side the most pixels of the longer side; a smaller picture is left as it is
     * @throws IllegalArgumentException if the file has channels of names that cannot be said
     */
    static List<String> arguments(Path program, Path frame, Optional<Colours> colours, int side, Path preview) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--threads", "1", "--nosoftwareattrib"));
        colours.ifPresent(linear ->
                command.addAll(List.of("--colorconfig", linear.configuration().toString())));
        command.add(frame.toString());
        if (colours.isPresent()) {
            develop(colours.get(), command);
        } else {
            command.addAll(List.of("--if", "{TOP.nchannels<3}", "--ch", "0,0,0", "--else", "--ch", "0,1,2", "--endif"));
            command.addAll(List.of("--chnames", "R,G,B"));
        }
        String most = Integer.toString(side);
        command.addAll(List.of("--if", "{TOP.width>=TOP.height}"));
        command.addAll(List.of("--if", "{TOP.width>" + most + "}", "--resize", most + "x0", "--endif", "--else"));
        command.addAll(List.of("--if", "{TOP.height>" + most + "}", "--resize", "0x" + most, "--endif", "--endif"));
        // What a scene's stamp tells of its maker's folders is nobody's business.
        command.addAll(List.of("--eraseattrib", ".*", "--sattrib", "jpeg:subsampling", "4:4:4"));
        command.addAll(List.of("--quality", Integer.toString(QUALITY), "-d", "uint8", "-o", preview.toString()));
        return command;
    }

    /** As Blender does: exposure, look and view, and gamma at last. */
    private static void develop(Colours colours, List<String> command) {
        ExrChannels channels = colours.channels();
        for (String name : channels.names()) {
            if (!CHANNEL.matcher(name).matches()) {
                throw new IllegalArgumentException("it has a channel whose name oiiotool cannot be told");
            }
        }
        if (channels.part() > 0) {
            command.addAll(List.of("--subimage", Integer.toString(channels.part())));
        }
        command.addAll(List.of("--ch", String.join(",", channels.names()), "--chnames", "R,G,B"));
        command.addAll(List.of("--iscolorspace", "scene_linear"));
        SceneReport.View view = isKnown(colours.view()) ? colours.view() : PLAIN;
        if (view.exposure() != 0) {
            command.addAll(List.of("--mulc", Double.toString(Math.pow(2, view.exposure()))));
        }
        if (view.look() != null
                && !view.look().equals("None")
                && NAME.matcher(view.look()).matches()) {
            command.addAll(List.of("--ociolook:from=scene_linear:to=scene_linear", view.look()));
        }
        command.addAll(List.of("--ociodisplay:from=scene_linear", view.display(), view.view()));
        if (view.gamma() != 1 && view.gamma() >= LEAST_GAMMA) {
            command.addAll(List.of("--powc", Double.toString(1 / view.gamma())));
        }
    }

    private static boolean isKnown(SceneReport.View view) {
        return view != null
                && view.display() != null
                && view.view() != null
                && NAME.matcher(view.display()).matches()
                && NAME.matcher(view.view()).matches()
                && Math.abs(view.exposure()) <= MOST_EXPOSURE
                && Double.isFinite(view.gamma());
    }
}
