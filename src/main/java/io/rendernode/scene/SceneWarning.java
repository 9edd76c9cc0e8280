package io.rendernode.scene;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Something about a scene that will not be as its maker saw it.
 *
 * @param code what kind of thing, a label of {@link WarningCode}
 * @param name what it is about: a data-block, an object, a node
 * @param message a sentence
 */
@RegisterForReflection
@Schema(name = "Warning")
public record SceneWarning(String code, String name, String message) {

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_MESSAGE = 1000;

    /** Cuts what is too long, and leaves out what no database takes. */
    public SceneWarning {
        name = plain(name, LONGEST_NAME);
        message = plain(message, LONGEST_MESSAGE);
    }

    /** Text of so many characters at most, without halves of characters and control characters; null stays. */
    static String plain(String text, int longest) {
        return text == null
                ? null
                : text.codePoints()
                        .limit(longest)
                        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    /** The same with its sentence as the function makes it. */
    public SceneWarning withMessage(UnaryOperator<String> function) {
        return new SceneWarning(code, name, function.apply(message));
    }

    /** A warning of the node's own. */
    public static SceneWarning of(WarningCode code, String name, String message) {
        return new SceneWarning(code.label(), name, message);
    }
}
