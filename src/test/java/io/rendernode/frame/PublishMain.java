package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.Path;

/** Publishes one file in a process of its own, which a test can set limits for. */
final class PublishMain {
    static final int FAILED = 3;

    private PublishMain() {}

    /** Takes the output folder, the private file, the name and the data folder; prints why where it fails. */
    public static void main(String[] arguments) {
        try {
            Publishing.publish(
                    new OutputFiles(Path.of(arguments[0]), Path.of(arguments[3])), Path.of(arguments[1]), arguments[2]);
        } catch (IOException e) {
            System.out.println(e.getMessage());
            System.exit(FAILED);
        }
    }
}
