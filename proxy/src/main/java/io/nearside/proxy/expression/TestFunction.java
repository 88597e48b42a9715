package io.nearside.proxy.expression;

import java.util.Locale;
import java.util.Optional;

/** The functions that are conditions by themselves. */
public enum TestFunction {
    ATTRIBUTE_EXISTS(1),
    ATTRIBUTE_NOT_EXISTS(1),
    ATTRIBUTE_TYPE(2),
    BEGINS_WITH(2),
    CONTAINS(2);

    private final int operands;
    private final String label = name().toLowerCase(Locale.ROOT);

    TestFunction(int operands) {
        this.operands = operands;
    }

    /** As it is written in an expression. */
    public String label() {
        return label;
    }

    int operands() {
        return operands;
    }

    static Optional<TestFunction> named(String name) {
        for (TestFunction function : values()) {
            if (function.label.equals(name)) {
                return Optional.of(function);
            }
        }
        return Optional.empty();
    }
}
