package io.nearside.replicator.capture;

import io.nearside.item.ItemKey;
import java.util.HexFormat;

/** How far one segment of a table's scan came. */
public sealed interface ScanProgress {

    /** Not begun. */
    record Pending() implements ScanProgress {
        @Override
        public String toText() {
            return PENDING;
        }
    }

    /** Every row up to this key, in the scan's own order, is settled and acknowledged. */
    record After(ItemKey key) implements ScanProgress {
        @Override
        public String toText() {
            return HexFormat.of().formatHex(key.toBytes());
        }
    }

    /** Scanned to its end. */
    record Done() implements ScanProgress {
        @Override
        public String toText() {
            return DONE;
        }
    }

    /** The text of {@link Pending}. */
    String PENDING = "PENDING";

    /** The text of {@link Done}; every other text is a key in hexadecimal. */
    String DONE = "DONE";

    /** The form in which it is stored. */
    String toText();

    /**
     * Reads the stored form.
     *
     * @throws IllegalArgumentException if it is no such form
     */
    static ScanProgress ofText(String text) {
        return switch (text) {
            case PENDING -> new Pending();
            case DONE -> new Done();
            default -> new After(ItemKey.ofBytes(HexFormat.of().parseHex(text)));
        };
    }
}
