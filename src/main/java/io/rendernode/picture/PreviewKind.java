package io.rendernode.picture;

import jakarta.ws.rs.core.MediaType;
import java.util.List;

/** What a preview is written as. */
enum PreviewKind {
    JPEG("image/jpeg", "jpg"),
    WEBP("image/webp", "webp");

    private final String type;
    private final String extension;

    PreviewKind(String type, String extension) {
        this.type = type;
        this.extension = extension;
    }

    /** What a client gets that accepts these: WebP where it names that and not JPEG, as browsers do for images. */
    static PreviewKind wanted(List<MediaType> accepted) {
        return names(accepted, WEBP) && !names(accepted, JPEG) ? WEBP : JPEG;
    }

    private static boolean names(List<MediaType> accepted, PreviewKind kind) {
        return accepted.stream()
                .anyMatch(type ->
                        kind.type.equalsIgnoreCase(type.getType() + "/" + type.getSubtype()) && !isRefused(type));
    }

    /** A quality of 0 is "not acceptable": RFC 9110, 12.4.2. */
    private static boolean isRefused(MediaType type) {
        return type.getParameters().getOrDefault("q", "1").matches("0(\\.0*)?");
    }

    /** The media type to serve it with. */
    String type() {
        return type;
    }

    /** What its file's name ends with, without the dot. */
    String extension() {
        return extension;
    }
}
