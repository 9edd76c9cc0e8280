package io.rendernode.store;

import java.time.Instant;

/**
 * What a client asked for, and how far it is.
 *
 * @param id the job's number: standalone the pid of its first process
 * @param state where it stands
 * @param reason why it ended so, or what it waits for; null where there is nothing to say
 * @param spec how its frames are rendered
 * @param frames which frames
 * @param framesDone how many of them are stored
 * @param priority 0 to 100, higher goes first
 * @param owner whose token it came with, or null
 * @param sceneFile what the scene's file was when the job was posted: its size, time and the like; or null
 * @param sceneEngine the engine that its scene was saved with; null until Blender has loaded it
 * @param cancelRequested whether it is to end; while a task still runs the state follows later
 * @param paused whether nothing of it starts
 * @param submittedAt when it was accepted
 * @param startedAt when its first task started, or null
 * @param endedAt when it ended, or null
 */
public record Job(
        long id,
        State state,
        String reason,
        RenderSpec spec,
        FrameList frames,
        int framesDone,
        int priority,
        String owner,
        String sceneFile,
        String sceneEngine,
        boolean cancelRequested,
        boolean paused,
        Instant submittedAt,
        Instant startedAt,
        Instant endedAt) {}
