package io.nearside.config;

import java.util.function.Function;

/**
 * A type of single values: how it is read, printed and described.
 *
 * @param name the type's name in the reference
 * @param accepted what may be written, completing "write …"
 * @param parser reads a written value; throws {@link IllegalArgumentException} for what is not accepted
 * @param printer prints a value so that the parser reads the same value back (a secret: its mask)
 * @param secret whether values must never be shown
 */
record Scalar<T>(
        String name, String accepted, Function<String, T> parser, Function<T, String> printer, boolean secret) {
    Scalar(String name, String accepted, Function<String, T> parser, Function<T, String> printer) {
        this(name, accepted, parser, printer, false);
    }

    @SuppressWarnings("unchecked") // A scalar only ever prints what it has read.
    String print(Object value) {
        return printer.apply((T) value);
    }
}
