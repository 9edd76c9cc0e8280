package io.rendernode.frame;

import io.rendernode.store.FrameFile;
import io.rendernode.store.TaskId;
import java.io.IOException;
import java.nio.file.Path;

/** Frames in an output folder, for the tests of those that read them. */
public final class TestOutput {
    private TestOutput() {}

    /** The files of that output folder, for a node with that folder of its own. */
    public static OutputFiles files(Path output, Path data) {
        return new OutputFiles(output, data);
    }

    /** The file of that name, which is there. */
    public static PublishedFile find(OutputFiles files, String name) throws IOException {
        return files.find(name).orElseThrow();
    }

    /** The file as a frame of a job that counts. */
    public static FrameFile frame(OutputFiles files, String name, TaskId task, int number) throws IOException {
        return find(files, name).asFrame(number, "", "", task, 1, null);
    }
}
