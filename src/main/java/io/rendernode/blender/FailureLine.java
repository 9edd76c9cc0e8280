package io.rendernode.blender;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells what an error line of Blender, or of its libraries, is about; the words are those of 3.4, 4.3 and 5.2. */
final class FailureLine {
    /** A rule holds for lines that hold one of its words, in whatever case. The first rule that holds counts. */
    private record Rule(FailureKind kind, boolean onlyErrors, Pattern words) {}

    private static final List<Rule> RULES = List.of(
            rule(FailureKind.DISK_FULL, "no space left on device|disk quota exceeded"),
            rule(
                    FailureKind.OUT_OF_MEMORY,
                    "out of gpu memory|out of memory|alloc returns null|cannot allocate memory|std::bad_alloc"),
            rule(FailureKind.SCENE_NOT_FOUND, "can't find scene: '"),
            rule(FailureKind.NOT_SUPPORTED, "couldn't open libegl|unable to open a display"),
            // What a network file system says while it is away may be gone at the next try.
            errorRule(
                    FailureKind.OTHER,
                    "input/output error|stale file handle|transport endpoint|timed out|too many open files"),
            errorRule(FailureKind.NOT_AS_SAVED, "^strict: "),
            errorRule(FailureKind.NO_CAMERA, "cannot render, no camera|no camera found in scene"),
            errorRule(
                    FailureKind.BAD_BLEND,
                    "cannot read file |file format is not supported in file|failed to read blend file"
                            + "|failed to read file |unable to open file|missing dna block|cannot read blend file"),
            errorRule(FailureKind.UNKNOWN_ENGINE, "engine not found '"),
            errorRule(FailureKind.SCENE_NOT_FOUND, "scene not found: '"),
            errorRule(FailureKind.CAMERA_NOT_FOUND, "camera not found: '"),
            errorRule(FailureKind.CANNOT_WRITE, "cannot save: |couldn't create directory|could not write"),
            errorRule(
                    FailureKind.NOT_SUPPORTED,
                    "openimagedenoise|format not available in this blender|views share a file suffix"
                            + "|a view's file suffix |output path too long"));

    private FailureLine() {}

    private static Rule rule(FailureKind kind, String words) {
        return new Rule(kind, false, Pattern.compile(words));
    }

    private static Rule errorRule(FailureKind kind, String words) {
        return new Rule(kind, true, Pattern.compile(words));
    }

    /** Answers the failure that a line tells of; empty for one that is neither marked as an error nor known as one. */
    static Optional<BlenderEvent> read(String text, boolean isError) {
        String lowerCase = text.toLowerCase(Locale.ROOT);
        for (Rule rule : RULES) {
            if ((isError || !rule.onlyErrors) && rule.words.matcher(lowerCase).find()) {
                return Optional.of(new BlenderEvent.Failure(rule.kind, text));
            }
        }
        return isError && !text.isEmpty()
                ? Optional.of(new BlenderEvent.Failure(FailureKind.OTHER, text))
                : Optional.empty();
    }
}
