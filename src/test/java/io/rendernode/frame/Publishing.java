package io.rendernode.frame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Moves a file into place as the node does, without a store. */
final class Publishing {
    private Publishing() {}

    static PublishedFile publish(OutputFiles files, Path privateFile, String name) throws IOException {
        PartFile staged = files.stage(privateFile, name);
        try {
            PublishedFile published = staged.place();
            Files.delete(privateFile);
            return published;
        } finally {
            staged.discard();
        }
    }
}
