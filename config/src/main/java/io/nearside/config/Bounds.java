package io.nearside.config;

import org.jspecify.annotations.Nullable;

/**
 * The smallest and the largest accepted value of a setting.
 *
 * @param min as written in YAML; empty for none
 * @param max as written in YAML; empty for none
 */
record Bounds(String min, String max) {
    static final Bounds NONE = new Bounds("", "");

    static Bounds of(Setting setting) {
        return new Bounds(setting.min(), setting.max());
    }

    /** The bounds as they follow a description of the type; empty if there are none. */
    String describe() {
        if (min.isEmpty()) {
            return max.isEmpty() ? "" : " of at most " + max;
        }
        return max.isEmpty() ? " of at least " + min : " from " + min + " to " + max;
    }

    /** What is wrong with a value, or null if it lies within. */
    @Nullable String violation(Scalar<?> scalar, Object value) {
        if (!min.isEmpty() && compare(scalar, value, min) < 0) {
            return scalar.print(value) + " is below " + min;
        }
        if (!max.isEmpty() && compare(scalar, value, max) > 0) {
            return scalar.print(value) + " is above " + max;
        }
        return null;
    }

    @SuppressWarnings("unchecked") // Both come from the same parser; bounds stand only on comparable types.
    private static int compare(Scalar<?> scalar, Object value, String bound) {
        return ((Comparable<Object>) value).compareTo(scalar.parser().apply(bound));
    }
}
