package io.rendernode.store;

/** The store could not be read or written: it is away, locked, damaged or full. Nothing was changed. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The store failed for that reason. */
    public StoreException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
