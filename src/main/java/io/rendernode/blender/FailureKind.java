package io.rendernode.blender;

/** Why a render fails, as far as Blender's words tell. */
public enum FailureKind {
    /** The scene has no camera. */
    NO_CAMERA(true),
    /** The .blend is not there, cut short, of a format or a version that this Blender does not read. */
    BAD_BLEND(true),
    /** This Blender has no engine of that name. */
    UNKNOWN_ENGINE(true),
    /** The .blend has no scene of that name. */
    SCENE_NOT_FOUND(true),
    /** The .blend has no camera of that name. */
    CAMERA_NOT_FOUND(true),
    /** This build or this machine lacks what the scene needs: the denoiser, an image format, OpenGL. */
    NOT_SUPPORTED(true),
    /** The script that settles the scene ended with an exception. */
    PYTHON(true),
    /** The device is full. */
    DISK_FULL(false),
    /** A frame's file cannot be written, for another reason than a full device. */
    CANNOT_WRITE(false),
    /** Blender, or the graphics card, has no memory left. */
    OUT_OF_MEMORY(false),
    /** Any other line that Blender calls an error; some of them do no harm. */
    OTHER(false);

    private final boolean lasting;

    FailureKind(boolean lasting) {
        this.lasting = lasting;
    }

    /** Answers whether another try by the same Blender on the same machine must fail in the same way. */
    public boolean isFinal() {
        return lasting;
    }
}
