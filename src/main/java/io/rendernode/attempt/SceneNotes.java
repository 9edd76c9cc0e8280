package io.rendernode.attempt;

import io.rendernode.scene.BlendFolder;
import io.rendernode.scene.SceneReport;
import io.rendernode.scene.SceneStore;
import io.rendernode.scene.SceneWarning;
import io.rendernode.scene.WarningCode;
import io.rendernode.store.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** What an attempt finds out about its job's scene, until the store has it. One thread uses it. */
final class SceneNotes {
    private final long job;
    private final SceneStore store;
    private final List<SceneWarning> warnings = new ArrayList<>();
    private SceneReport report;

    /** Where notes are begun. */
    @ApplicationScoped
    static class Book {
        private final BlendFolder scenes;
        private final SceneStore store;

        Book(BlendFolder scenes, SceneStore store) {
            this.scenes = scenes;
            this.store = store;
        }

        SceneNotes begin(Job job) {
            return new SceneNotes(job, scenes, store);
        }
    }

    /** Begins with what the scene's file has become since the job was posted. */
    SceneNotes(Job job, BlendFolder scenes, SceneStore store) {
        this.job = job.id();
        this.store = store;
        if (scenes.hasChanged(job.spec().blend(), job.sceneFile())) {
            warnings.add(SceneWarning.of(
                    WarningCode.SCENE_CHANGED,
                    job.spec().blend(),
                    "the scene '" + job.spec().blend() + "' has changed since the job was posted"));
        }
    }

    /** Blender's side tells what it has loaded. */
    void tell(SceneReport told) {
        report = told;
    }

    /**
     * Writes what is not written yet.
     *
     * @throws io.rendernode.store.StoreException if the store does not answer: call again
     */
    void write() {
        if (!warnings.isEmpty()) {
            store.warn(job, warnings);
            warnings.clear();
        }
        if (report != null) {
            store.keep(job, report);
            report = null;
        }
    }
}
