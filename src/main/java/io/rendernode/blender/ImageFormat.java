package io.rendernode.blender;

/** The still image formats whose files the node can tell to be whole, by Blender's identifiers. */
public enum ImageFormat {
    PNG(".png"),
    JPEG(".jpg"),
    OPEN_EXR(".exr"),
    OPEN_EXR_MULTILAYER(".exr"),
    TIFF(".tif"),
    WEBP(".webp");

    private final String extension;

    ImageFormat(String extension) {
        this.extension = extension;
    }

    /** Answers the extension that Blender gives such a file, with its dot (seen on 3.4, 4.3 and 5.2). */
    public String extension() {
        return extension;
    }
}
