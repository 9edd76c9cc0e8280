package io.rendernode.blender;

/** Why a render fails, as far as Blender's words tell. */
public enum FailureKind {
    /** The scene has no camera. */
    NO_CAMERA,
    /** The .blend is not there, cut short, of a format or a version that this Blender does not read. */
    BAD_BLEND,
    /** This Blender has no engine of that name. */
    UNKNOWN_ENGINE,
    /** The .blend has no scene of that name. */
    SCENE_NOT_FOUND,
    /** The .blend has no camera of that name. */
    CAMERA_NOT_FOUND,
    /** There are warnings about the scene, and the request is strict. */
    NOT_AS_SAVED,
    /** This build or this machine lacks what the scene needs: the denoiser, an image format, OpenGL. */
    NOT_SUPPORTED,
    /** The script that settles the scene ended with an exception. */
    PYTHON,
    /** The device is full. */
    DISK_FULL,
    /** A frame's file cannot be written, for another reason than a full device. */
    CANNOT_WRITE,
    /** Blender, or the graphics card, has no memory left. */
    OUT_OF_MEMORY,
    /** Any other line that Blender calls an error; some of them do no harm. */
    OTHER
}
