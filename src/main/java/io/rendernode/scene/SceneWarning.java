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

    /** The same with its sentence as the function makes it. */
    public SceneWarning withMessage(UnaryOperator<String> function) {
        return new SceneWarning(code, name, function.apply(message));
    }

    /** A warning of the node's own. */
    public static SceneWarning of(WarningCode code, String name, String message) {
        return new SceneWarning(code.label(), name, message);
    }
}
