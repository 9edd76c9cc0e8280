package io.rendernode.image;

/** An image file that is not whole: cut off, damaged, never finished, or no image at all. */
public class TornImageException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param fault what is wrong, a phrase without a full stop
     * @param offset where in the file it was noticed, in bytes from its start
     */
    public TornImageException(String fault, long offset) {
        super(fault + " (at byte " + offset + ")");
    }
}
