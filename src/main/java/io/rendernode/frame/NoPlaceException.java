package io.rendernode.frame;

import java.nio.file.FileSystemException;

/** A name below the output folder at which there never is a place for a file, however much room there is. */
public final class NoPlaceException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    NoPlaceException(String name, String reason) {
        super(name, null, reason);
    }
}
