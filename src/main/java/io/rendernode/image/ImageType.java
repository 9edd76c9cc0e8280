package io.rendernode.image;

/** The kinds of image that a frame can be; a kind is told from a file's first bytes, never from its name. */
public enum ImageType {
    PNG("image/png", "png", "png"),
    JPEG("image/jpeg", "jpg", "jpeg"),
    /** No media type is registered for OpenEXR; this is the one that shared-mime-info uses. */
    OPEN_EXR("image/x-exr", "exr", "exr"),
    TIFF("image/tiff", "tif", "tiff"),
    WEBP("image/webp", "webp", "webp");

    private final String contentType;
    private final String extension;
    private final String longExtension;

    ImageType(String contentType, String extension, String longExtension) {
        this.contentType = contentType;
        this.extension = extension;
        this.longExtension = longExtension;
    }

    /** The media type to serve such a file with. */
    public String contentType() {
        return contentType;
    }

    /** The extension that Blender gives such a file, without the dot. */
    public String extension() {
        return extension;
    }

    /** Whether Blender takes an extension, given without the dot and in any case, as right for this kind. */
    public boolean hasExtension(String candidate) {
        return extension.equalsIgnoreCase(candidate) || longExtension.equalsIgnoreCase(candidate);
    }
}
