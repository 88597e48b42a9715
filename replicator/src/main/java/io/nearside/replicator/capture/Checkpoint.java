package io.nearside.replicator.capture;

/** How far a shard was captured: everything up to here is settled and acknowledged, or will never be needed. */
public sealed interface Checkpoint {

    /** The shard is being read from its beginning; nothing of it is captured yet. */
    record Begun() implements Checkpoint {
        @Override
        public String toText() {
            return BEGUN;
        }
    }

    /** The last record of the shard up to which nothing is missing. */
    record At(String sequenceNumber) implements Checkpoint {
        @Override
        public String toText() {
            return sequenceNumber;
        }
    }

    /** The shard is closed and captured to its end. */
    record Done() implements Checkpoint {
        @Override
        public String toText() {
            return DONE;
        }
    }

    /** The text of {@link Begun}. */
    String BEGUN = "BEGUN";

    /** The text of {@link Done}; every other text is a sequence number. */
    String DONE = "DONE";

    /** The form in which it is stored. */
    String toText();

    /**
     * Reads the stored form.
     *
     * @throws NumberFormatException if it is none of these words and no number
     */
    static Checkpoint ofText(String text) {
        return switch (text) {
            case BEGUN -> new Begun();
            case DONE -> new Done();
            default -> new At(SequenceNumber.of(text).digits());
        };
    }
}
