package io.rendernode.problem;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The start is refused; the message is one clear line that names the variable at fault. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Refuses the start in that line. */
    public Refusal(String line) {
        super(line);
    }

    /** A file's failure in words. */
    public static String words(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NoSuchFileException) {
            return "it, or the folder above it, is not there";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it is no folder";
        }
        if (failure instanceof FileSystemException inFile && inFile.getReason() != null) {
            return inFile.getReason();
        }
        return String.valueOf(failure.getMessage());
    }
}
