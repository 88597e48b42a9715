package io.nearside.load.soak;

import java.util.function.Predicate;

/**
 * What a proxy says of itself at {@code /metrics}.
 *
 * @param text Prometheus' text format
 */
record Scrape(String text) {
    /** The sum of all samples of this name; 0 if there is none. */
    double sum(String name) {
        return sum(name, labels -> true);
    }

    /** The sum of the samples of this name whose labels contain {@code label}. */
    double sum(String name, String label) {
        return sum(name, labels -> labels.contains(label));
    }

    private double sum(String name, Predicate<String> labels) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .filter(line -> line.length() > name.length() && " {".indexOf(line.charAt(name.length())) >= 0)
                .filter(line -> labels.test(line.substring(name.length(), line.lastIndexOf(' '))))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
