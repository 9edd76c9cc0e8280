package io.rendernode.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.picture.FrameResource.FrameView;
import io.rendernode.scene.SceneWarning;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An event as JSON; each names its job. */
sealed interface EventView {
    /** What the stream calls the event. */
    @JsonIgnore
    String type();

    /** The job's number. */
    long job();

    /** A job stands there now. */
    @RegisterForReflection
    @Schema(name = "StateEvent")
    record State(
            long job,

            @Schema(description = "queued, running, completed, failed or canceled")
            String state,

            @Schema(description = "why it ended so, or null")
            String reason,

            @Schema(description = "whether nothing of it starts")
            boolean paused,

            @Schema(description = "true where nothing has changed: the stream begins anew, with what is so now")
            boolean present)
            implements EventView {
        @Override
        public String type() {
            return "state";
        }
    }

    /** A job is that far. */
    @RegisterForReflection
    @Schema(name = "ProgressEvent")
    record Progress(long job, @JsonUnwrapped JobProgress is) implements EventView {
        @Override
        public String type() {
            return "progress";
        }
    }

    /** A frame is finished: as in the list of frames. */
    @RegisterForReflection
    @Schema(name = "FrameEvent")
    record Frame(long job, @JsonUnwrapped FrameView is) implements EventView {
        @Override
        public String type() {
            return "frame";
        }
    }

    /** Something about a job's scene will not be as its maker saw it: as in the job's warnings. */
    @RegisterForReflection
    @Schema(name = "WarningEvent")
    record Warning(long job, @JsonUnwrapped SceneWarning is) implements EventView {
        @Override
        public String type() {
            return "warning";
        }
    }
}
