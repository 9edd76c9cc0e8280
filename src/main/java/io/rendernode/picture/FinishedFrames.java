package io.rendernode.picture;

import io.rendernode.frame.OutputFiles;
import io.rendernode.frame.PublishedFile;
import io.rendernode.problem.Numbers;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import io.rendernode.problem.Refusal;
import io.rendernode.store.FrameFile;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Job;
import io.rendernode.store.JobStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A job's frames as they are in the output folder now. */
@ApplicationScoped
public class FinishedFrames {
    private static final int PAGE = 500;

    private final JobStore jobs;
    private final FrameStore frames;
    private final OutputFiles files;

    FinishedFrames(JobStore jobs, FrameStore frames, OutputFiles files) {
        this.jobs = jobs;
        this.frames = frames;
        this.files = files;
    }

    /**
     * The job of that number.
     *
     * @throws ProblemException if there is none
     */
    Job job(String id) {
        return Numbers.tryId(id)
                .flatMap(jobs::find)
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "there is no job " + id));
    }

    /** The file as it was moved into place. */
    static PublishedFile published(FrameFile frame) {
        return new PublishedFile(frame.path(), frame.sizeBytes(), frame.modifiedAt(), frame.inode());
    }

    /** What tells the file from all others of its name. */
    static String tag(FrameFile frame) {
        PublishedFile file = published(frame);
        return Long.toHexString(file.inode()) + "-" + Long.toHexString(file.sizeBytes()) + "-"
                + Long.toHexString(file.lastModified().toEpochMilli());
    }

    /**
     * The files of the finished frames, by number; what a later job has replaced is left out.
     *
     * @param chosen of the files of some frames those that are wanted
     * @param most after so many it may leave off, with one more at least
     */
    List<FrameFile> inPlace(long job, int first, int last, UnaryOperator<List<FrameFile>> chosen, int most) {
        Map<String, FrameFile> found = new LinkedHashMap<>();
        int next = first;
        while (next <= last && found.size() <= most) {
            List<FrameFile> page = frames.ofJob(job, next, PAGE);
            if (page.isEmpty()) {
                break;
            }
            for (FrameFile frame : chosen.apply(page)) {
                if (frame.number() <= last && isInPlace(frame)) {
                    found.put(frame.path(), frame);
                }
            }
            next = page.get(page.size() - 1).number() + 1;
        }
        return new ArrayList<>(found.values());
    }

    /** What cannot be found out is no reason to leave a frame out, without a word. */
    private boolean isInPlace(FrameFile frame) {
        try {
            return files.isSame(published(frame));
        } catch (IOException unreadable) {
            throw new ProblemException(
                    Problem.NOT_FOUND, frame.path() + " cannot be read: " + Refusal.words(unreadable));
        }
    }

    /**
     * Where the file is, if it is the one that was moved into place then.
     *
     * @throws ProblemException if it is not
     */
    Path unchanged(FrameFile frame) {
        try {
            if (files.isSame(published(frame))) {
                return files.resolve(frame.path());
            }
        } catch (IOException unreadable) {
            throw new ProblemException(
                    Problem.NOT_FOUND,
                    "the file of frame " + frame.number() + " cannot be read: " + Refusal.words(unreadable));
        }
        throw new ProblemException(
                Problem.NOT_FOUND, "the file of frame " + frame.number() + " has been replaced or removed since");
    }
}
