package io.nearside.replicator.capture;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One part of a table's scan.
 *
 * @param purpose why the table is scanned
 * @param index from 0
 * @param total how many there are
 */
record ScanSegment(Purpose purpose, int index, int total) {

    /** Why a table is scanned; a resynchronisation outranks and replaces an initial scan. */
    enum Purpose {
        /** The stream was taken for the first time: what was in the table before is to be published. */
        INITIAL,
        /** Records were lost: nothing in the table can be trusted to have been published. */
        RESYNC,
        /** Records were lost: what the log has and the table has not was deleted meanwhile. */
        MISSED_DELETES
    }

    static List<ScanSegment> all(Purpose purpose, int total) {
        return IntStream.range(0, total)
                .mapToObj(index -> new ScanSegment(purpose, index, total))
                .toList();
    }

    /** The form in which it is stored, {@code RESYNC 2/4}. */
    String toText() {
        return purpose + " " + index + "/" + total;
    }

    /** Reads the stored form; null if it is none. */
    static @Nullable ScanSegment ofText(String text) {
        String[] words = text.split("[ /]", -1);
        try {
            return words.length == 3
                    ? new ScanSegment(Purpose.valueOf(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]))
                    : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
