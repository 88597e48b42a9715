package io.nearside.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The spellings of a setting's name, and how near two of them are. */
final class Names {
    static final String ENVIRONMENT_PREFIX = "NEARSIDE_";

    private Names() {}

    /** The kebab-case form of a Java or snake-case name: {@code maxWeight} and {@code MAX_WEIGHT} are {@code max-weight}. */
    static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /** The part of an environment variable's name that stands for a key. */
    static String upperSnake(String kebab) {
        return kebab.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The candidate that a writer of {@code given} most likely meant, if any is near enough to be worth naming. */
    static Optional<String> nearest(String given, Collection<String> candidates) {
        String wanted = given.equals(given.toUpperCase(Locale.ROOT)) ? given : kebab(given);
        int tolerance = Math.max(2, wanted.length() / 3);
        return candidates.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(wanted, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(best -> distance(wanted, best) <= tolerance);
    }

    /** Damerau-Levenshtein distance (optimal string alignment): a swap of neighbours counts as one slip. */
    static int distance(String left, String right) {
        int[][] cost = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, left, right, i, j);
            }
        }
        return cost[left.length()][right.length()];
    }

    private static int cheapest(int[][] cost, String left, String right, int i, int j) {
        char a = left.charAt(i - 1);
        char b = right.charAt(j - 1);
        int best = Math.min(cost[i - 1][j - 1] + (a == b ? 0 : 1), 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a == right.charAt(j - 2) && b == left.charAt(i - 2);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
