package io.nearside.proxy.expression;

import java.util.EnumMap;
import java.util.Map;

/**
 * What is wrong with an expression beyond its syntax. DynamoDB checks a whole expression for one kind of fault after the
 * other and reports the first; here they are all noted in one pass, and the one that DynamoDB would name is thrown.
 */
final class Faults {
    /** Kinds of faults, in the order in which DynamoDB looks for them. */
    enum Kind {
        LIMIT,
        NAME,
        SECTION,
        OVERLAP,
        UNDEFINED,
        OPERAND
    }

    private final ExpressionKind expression;
    private final Map<Kind, String> first = new EnumMap<>(Kind.class);

    Faults(ExpressionKind expression) {
        this.expression = expression;
    }

    void note(Kind kind, String message) {
        first.putIfAbsent(kind, message);
    }

    /** A name or value that the request does not define; in conditions, a fault like those of the operands around it. */
    void noteUndefined(String message) {
        note(expression == ExpressionKind.UPDATE ? Kind.UNDEFINED : Kind.OPERAND, message);
    }

    /** For what DynamoDB finds while it still reads, before any other fault. */
    InvalidExpressionException now(String message) {
        return expression.invalid(message);
    }

    void throwFirst() {
        if (!first.isEmpty()) {
            throw expression.invalid(first.values().iterator().next());
        }
    }
}
