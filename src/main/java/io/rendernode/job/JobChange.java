package io.rendernode.job;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.store.FrameList;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code PATCH /job/{id}}: what of a job changes; what is left out stays. Its fields are declared as a request's. */
@RegisterForReflection
@Schema(name = "JobChange", additionalProperties = Schema.False.class, minProperties = 1)
public record JobChange(
        @Schema(minimum = "0", maximum = "100", description = "higher goes first")
        Integer priority,

        @Schema(maxLength = RenderRequest.LONGEST_NAME, description = "what you call the job")
        String name,

        @Schema(description = "whether nothing of it starts; what renders finishes its task")
        Boolean paused) {

    private static final Map<String, RequestFields.Field> FIELDS = RequestFields.declared(JobChange.class);

    /**
     * Reads a change.
     *
     * @throws ProblemException if anything in it is wrong: the field and the reason
     */
    static JobChange read(byte[] body) {
        RequestFields fields = RequestFields.read(body, FIELDS, "{\"paused\": true}");
        if (fields.isEmpty()) {
            throw new ProblemException(Problem.INVALID_INPUT, "the body must name priority, name or paused");
        }
        return new JobChange(fields.number("priority"), fields.text("name"), fields.choice("paused"));
    }

    /** The body of {@code POST /job/{id}/retry}, where there is one. */
    @RegisterForReflection
    @Schema(name = "Retry", additionalProperties = Schema.False.class)
    public record Retry(
            @Schema(maxLength = 16384, description = "frames of the job to render anew, such as 3-5,8")
            String frames) {

        private static final Map<String, RequestFields.Field> FIELDS = RequestFields.declared(Retry.class);

        /**
         * Reads which frames are to be rendered anew.
         *
         * @param mostFrames how many frames a job may have
         * @return null where the body names none
         * @throws ProblemException if anything in it is wrong: the field and the reason
         */
        static FrameList read(byte[] body, int mostFrames) {
            if (body == null || body.length == 0) {
                return null;
            }
            String frames =
                    RequestFields.read(body, FIELDS, "{\"frames\": \"3-5,8\"}").text("frames");
            try {
                return frames == null ? null : FrameList.parse(frames, mostFrames);
            } catch (IllegalArgumentException unusable) {
                throw ProblemException.invalid("frames", unusable.getMessage());
            }
        }
    }
}
