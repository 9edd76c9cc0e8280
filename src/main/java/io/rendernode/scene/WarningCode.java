package io.rendernode.scene;

import java.util.Locale;

/** What about a scene will not be as its maker saw it. The labels are for programs: none is ever changed. */
public enum WarningCode {
    /** An image, a movie or a tile of one is not there. */
    MISSING_IMAGE,
    /** A linked .blend is not there. */
    MISSING_LIBRARY,
    /** A font is not there. */
    MISSING_FONT,
    /** A sound is not there. */
    MISSING_SOUND,
    /** The file of a sequencer strip is not there. */
    MISSING_STRIP,
    /** An Alembic or USD file is not there. */
    MISSING_CACHE,
    /** A volume's file is not there. */
    MISSING_VOLUME,
    /** A linked data-block is not in its library. */
    MISSING_DATA,
    /** A driver's Python is off. */
    DRIVER_OFF,
    /** A script that the scene would run is off. */
    SCRIPT_OFF,
    /** A driver fails, or what it reads is not there. */
    DRIVER_FAILED,
    /** A simulation has no bake. */
    SIMULATION_UNBAKED,
    /** A simulation's bake has fewer frames than are wanted. */
    BAKE_SHORT,
    /** Denoising is asked for, and this Blender has no denoiser. */
    DENOISER_MISSING,
    /** The frames have another format than the scene is set to. */
    FORMAT_REPLACED,
    /** A File Output node writes files beside the frames. */
    FILE_OUTPUT,
    /** A File Output node writes what the node cannot check, such as a movie, and is left out. */
    FILE_OUTPUT_SKIPPED,
    /** A newer Blender has saved the scene. */
    NEWER_FILE,
    /** This Blender drops something that the scene holds. */
    DROPPED_DATA,
    /** The scene's file has changed since the job was posted. */
    SCENE_CHANGED,
    /** Something about the scene could not be found out. */
    REPORT_INCOMPLETE,
    /** How many more warnings there are. */
    MORE;

    /** How JSON, metrics and the store name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
