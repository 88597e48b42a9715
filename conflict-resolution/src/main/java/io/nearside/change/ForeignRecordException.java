package io.nearside.change;

/**
 * A well-formed record that does not belong to the topic it was read from: of another region, or of no table. Its reader refuses
 * it, which is safe because it cannot concern anything that the reader keeps.
 */
public final class ForeignRecordException extends Exception {

    private static final long serialVersionUID = 1;

    public ForeignRecordException(String message) {
        super(message);
    }
}
