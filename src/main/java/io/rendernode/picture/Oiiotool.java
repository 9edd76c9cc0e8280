package io.rendernode.picture;

import io.rendernode.attempt.Rooms;
import io.rendernode.image.ExrChannels;
import io.rendernode.image.TornImageException;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.process.ChildProcess;
import io.rendernode.process.ProcessExit;
import io.rendernode.scene.SceneReport;
import io.rendernode.task.HeldProcesses;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Has oiiotool write a frame as it is shown, in a room of its own and at a lower priority than Blender. */
@ApplicationScoped
public class Oiiotool {
    private static final Logger LOG = Logger.getLogger(Oiiotool.class);

    /** How long it may take: an OpenEXR of 8192 by 8192 pixels takes it 20 s; a connection may be silent for 60. */
    private static final Duration LIMIT = Duration.ofSeconds(45);

    private final PreviewConfig config;
    private final HeldProcesses processes;
    private final Rooms rooms;

    Oiiotool(PreviewConfig config, HeldProcesses processes, Rooms rooms) {
        this.config = config;
        this.processes = processes;
        this.rooms = rooms;
    }

    /**
     * A frame to be shown.
     *
     * @param file where it is
     * @param linear whether its colours are linear, as in OpenEXR, and not yet for a display
     * @param view how its scene shows colours; null where nothing is known of it
     * @param isThere throws where another frame has taken its place
     */
    record Picture(Path file, boolean linear, SceneReport.View view, Runnable isThere) {}

    /** A frame cannot be shown; the message says why, a phrase for the client. */
    static final class UnshownException extends Exception {
        private static final long serialVersionUID = 1L;

        UnshownException(String reason) {
            super(reason);
        }
    }

    /**
     * Where it is.
     *
     * @throws ProblemException if there is none
     */
    Path program() {
        return Tools.find(config.oiiotoolPath(), "oiiotool (RENDER_OIIOTOOL_PATH), which shows frames");
    }

    /**
     * Writes the picture.
     *
     * @param home an empty folder, for this picture alone
     * @param name the file's name in it, whose ending says what it is written as
     * @param side the most pixels of the longer side
     * @param running is given the process, which may be stopped
     * @return the file, which is one of its own
     * @throws UnshownException if it cannot be shown
     */
    Path show(Picture picture, Path home, String name, int side, Consumer<ChildProcess> running)
            throws IOException, InterruptedException, UnshownException {
        Path program = program();
        // By a name of ours: oiiotool finds wildcards and expressions in names.
        Path frame = Files.createSymbolicLink(home.resolve("frame"), picture.file());
        Path shown = home.resolve(name);
        List<Path> readable = new ArrayList<>(List.of(picture.file()));
        readable.addAll(Tools.reads(program));
        try {
            Optional<PreviewCommand.Colours> colours =
                    picture.linear() ? Optional.of(colours(picture)) : Optional.empty();
            colours.ifPresent(found -> readable.add(found.configuration().getParent()));
            List<String> command = new ArrayList<>(Tools.AFTER_BLENDER);
            command.addAll(
                    rooms.enterAsTool(readable, home, PreviewCommand.arguments(program, frame, colours, side, shown)));
            picture.isThere().run();
            run(command, shown, running);
            picture.isThere().run();
            return shown;
        } catch (TornImageException | IllegalArgumentException unreadable) {
            throw new UnshownException(unreadable.getMessage());
        }
    }

    private PreviewCommand.Colours colours(Picture picture) throws IOException, TornImageException {
        Path configuration = rooms.colours()
                .orElseThrow(() -> new ProblemException(
                        Problem.NOT_INSTALLED, "Blender's colour configuration (OCIO), which to show OpenEXR needs"));
        return new PreviewCommand.Colours(configuration, picture.view(), ExrChannels.ofPicture(picture.file()));
    }

    private void run(List<String> command, Path shown, Consumer<ChildProcess> running)
            throws IOException, InterruptedException, UnshownException {
        AtomicReference<String> said = new AtomicReference<>("");
        ChildProcess process = processes.hold();
        try {
            running.accept(process);
            process.start(command, line -> said.compareAndSet("", line));
            ProcessExit exit = process.exit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!exit.isSuccess() || !Files.isRegularFile(shown, LinkOption.NOFOLLOW_LINKS)) {
                LOG.warnf("oiiotool could not show a frame (%s): %s", exit.describe(), said.get());
                throw new UnshownException("oiiotool ended with " + exit.describe());
            }
        } catch (TimeoutException slow) {
            throw new UnshownException("oiiotool was not done with it after " + LIMIT.toSeconds() + " s");
        } catch (ExecutionException failed) {
            throw new IOException(failed);
        } finally {
            process.stop(Duration.ZERO);
        }
    }
}
