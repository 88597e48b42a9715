package io.nearside.load.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The median of several readings with the smallest and the largest. */
public record Spread(double least, double median, double most) {
    /** Of at least one reading. */
    public static Spread of(List<Double> readings) {
        if (readings.isEmpty()) {
            throw new IllegalArgumentException("no readings");
        }
        var sorted = readings.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** For instance {@code 0.81 (0.78 to 0.83)}. */
    public String format(int digits) {
        var number = "%." + digits + "f";
        return String.format(Locale.ROOT, number + " (" + number + " to " + number + ")", median, least, most);
    }
}
