package io.nearside.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of data in bytes, from 0 to {@link Long#MAX_VALUE}, written as a whole number with a binary unit:
 * {@code 512B}, {@code 64KiB}, {@code 64MiB}, {@code 2GiB}, {@code 1TiB}.
 *
 * <p>Decimal units ({@code MB}) are refused rather than guessed at: they are read as either 1,000,000 or 1,048,576.
 */
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,19})\\s?(B|KiB|MiB|GiB|TiB)");

    /** Rejects negative sizes. */
    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative: " + bytes);
        }
    }

    /** A size of {@code count} times 1024 times 1024 bytes. */
    public static DataSize ofMebibytes(long count) {
        return new DataSize(Math.multiplyExact(count, Unit.MIB.bytes));
    }

    /**
     * Reads a size as it is written in configuration.
     *
     * @throws IllegalArgumentException if the text is not a whole number with one of the binary units, or is too large
     */
    public static DataSize parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size");
        }
        Unit unit = Unit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
        try {
            return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit.bytes));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("too large", e);
        }
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The size in the largest unit that expresses it exactly; {@link #parse} reads it back. */
    @Override
    public String toString() {
        Unit best = Unit.B;
        for (Unit unit : Unit.values()) {
            if (bytes > 0 && bytes % unit.bytes == 0) {
                best = unit;
            }
        }
        return bytes / best.bytes + best.label;
    }

    private enum Unit {
        B("B", 1),
        KIB("KiB", 1L << 10),
        MIB("MiB", 1L << 20),
        GIB("GiB", 1L << 30),
        TIB("TiB", 1L << 40);

        private final String label;
        private final long bytes;

        Unit(String label, long bytes) {
            this.label = label;
            this.bytes = bytes;
        }
    }
}
