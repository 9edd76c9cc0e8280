package io.rendernode.blender;

/** The render engines that come with Blender, by the identifiers it knows them by. */
public enum BlenderEngine {
    CYCLES,
    BLENDER_EEVEE,
    /** What EEVEE was called in Blender 4.2 to 4.4: either name asks for the EEVEE that is there. */
    BLENDER_EEVEE_NEXT,
    BLENDER_WORKBENCH
}
