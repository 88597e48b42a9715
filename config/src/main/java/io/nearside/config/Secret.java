package io.nearside.config;

/**
 * A configured value that must not be seen: {@link #toString()} is a mask, so that a secret which reaches a log line, an
 * error message or the effective-config print-out by accident does no harm.
 */
public final class Secret {
    /** What is shown instead of any secret, whatever its length. */
    public static final String MASK = "******";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Wraps a secret; the value may be empty. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The secret itself, for the one place that needs it. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && value.equals(secret.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
