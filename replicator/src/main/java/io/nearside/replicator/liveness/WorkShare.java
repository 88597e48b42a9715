package io.nearside.replicator.liveness;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of its region's capture a process has, as its signs of life tell the others.
 *
 * @param tables so many tables it captures
 * @param behind so many of them have something that is not captured, or have not been looked at yet
 */
public record WorkShare(int tables, int behind) {

    private static final Pattern TEXT = Pattern.compile("tables=(\\d{1,9}) behind=(\\d{1,9})");

    public WorkShare {
        if (tables < 0 || behind < 0) {
            throw new IllegalArgumentException("tables and behind must not be negative: " + tables + ", " + behind);
        }
    }

    String toText() {
        return "tables=" + tables + " behind=" + behind;
    }

    /** Null if the text says nothing of the kind, as the signs of older versions. */
    static @Nullable WorkShare ofText(String text) {
        Matcher found = TEXT.matcher(text);
        return found.find() ? new WorkShare(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))) : null;
    }
}
