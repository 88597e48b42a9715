package io.nearside.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as they are written in configuration: one whole number and one unit. */
final class Durations {
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,18})\\s?(ns|us|ms|s|m|h|d)");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ns", ChronoUnit.NANOS,
            "us", ChronoUnit.MICROS,
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);
    private static final Map<ChronoUnit, String> LABELS = labels();

    private Durations() {}

    /** Reads one duration. It must fit a {@code long} of nanoseconds (292 years), because that is how time is measured. */
    static Duration parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a duration");
        }
        try {
            ChronoUnit unit = UNITS.getOrDefault(matcher.group(2), ChronoUnit.FOREVER);
            return Duration.ofNanos(Math.multiplyExact(
                    Long.parseLong(matcher.group(1)), unit.getDuration().toNanos()));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too long", e);
        }
    }

    /** Prints a duration in the largest unit that expresses it exactly. */
    static String print(Duration duration) {
        long nanos = duration.toNanos();
        ChronoUnit best = nanos == 0 ? ChronoUnit.SECONDS : ChronoUnit.NANOS;
        for (ChronoUnit unit : LABELS.keySet()) {
            if (nanos != 0 && nanos % unit.getDuration().toNanos() == 0) {
                best = unit;
            }
        }
        return nanos / best.getDuration().toNanos() + LABELS.get(best);
    }

    private static Map<ChronoUnit, String> labels() {
        Map<ChronoUnit, String> labels = new TreeMap<>();
        UNITS.forEach((label, unit) -> labels.put(unit, label));
        return labels;
    }
}
