package io.rendernode.node;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.rendernode.problem.Refusal;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program. A start that cannot work ends in one clear line instead of a stack trace. */
@QuarkusMain
public final class Main {
    /** Kept, since a logger that nobody holds forgets its level. */
    private static final Logger VALIDATOR = Logger.getLogger("org.hibernate.validator");

    /** Properties whose variable is not simply their name in capitals. */
    private static final Map<String, String> VARIABLES = Map.of(
            "render.scene-dir", "SCENE_DIR",
            "render.port", "PORT",
            "quarkus.http.port", "PORT",
            "render.blender-path", "BLENDER_PATH",
            "render.blend-file-path", "BLEND_FILE_PATH",
            "render.output-dir", "OUTPUT_DIR",
            "render.data-dir", "DATA_DIR",
            "render.database-url", "DB_URL");

    /** How SmallRye Config words a value that is none of its type. */
    private static final Pattern NO_SUCH_VALUE = Pattern.compile(
            "The config property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted"
                    + "(?: SRCFG\\d+:)? ?(.*)");

    /** How SmallRye Config words a value that is none of a few. */
    private static final Pattern ENUM = Pattern.compile("Cannot convert .* to enum class \\S+, allowed values: ");

    /** How Hibernate Validator's messages begin here. */
    private static final Pattern OUT_OF_RANGE = Pattern.compile("(render\\.[a-z-]+) (must .*)");

    private Main() {}

    /** Runs the node until it is told to stop. */
    public static void main(String[] arguments) {
        VALIDATOR.setLevel(Level.WARNING);
        // What the node writes is for programs as well: its digits are theirs, whatever the machine's language.
        Locale.setDefault(Locale.ROOT);
        // Answered by the door, in its words; Quarkus would send a bare 400.
        System.setProperty("vertx.disableURIValidation", "true");
        readPassword();
        Quarkus.run(null, Main::exit, arguments);
    }

    /** A secret is mounted as a file more often than it is set as a variable. */
    private static void readPassword() {
        String file = System.getenv("DB_PASSWORD_FILE");
        if (file == null || file.isBlank()) {
            return;
        }
        try {
            System.setProperty(
                    "quarkus.datasource.postgresql.password",
                    Files.readString(Path.of(file)).strip());
        } catch (IOException unreadable) {
            exit(1, new Refusal("DB_PASSWORD_FILE: " + file + " cannot be read: " + Refusal.words(unreadable)));
        }
    }

    private static void exit(int code, Throwable failure) {
        if (failure != null) {
            Optional<String> line = line(failure);
            System.err.println("render-node cannot start: " + line.orElseGet(failure::toString));
            if (line.isEmpty()) {
                failure.printStackTrace();
            }
        }
        System.exit(code);
    }

    /** The line for a failure that a person can mend. */
    static Optional<String> line(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refusal) {
                return Optional.of(cause.getMessage());
            }
            if (cause instanceof ConfigValidationException invalid) {
                return Optional.of(line(invalid.getProblem(0).getMessage()));
            }
        }
        return Optional.empty();
    }

    private static String line(String problem) {
        Matcher noSuchValue = NO_SUCH_VALUE.matcher(problem);
        if (noSuchValue.find()) {
            return variable(noSuchValue.group(1)) + ": '" + noSuchValue.group(2) + "' cannot be used: "
                    + ENUM.matcher(noSuchValue.group(3)).replaceFirst("it may be ");
        }
        Matcher outOfRange = OUT_OF_RANGE.matcher(problem);
        return outOfRange.find() ? variable(outOfRange.group(1)) + ": " + outOfRange.group(2) : problem;
    }

    private static String variable(String property) {
        return VARIABLES.getOrDefault(
                property, property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
    }
}
