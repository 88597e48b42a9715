package io.nearside.proxy.expression;

/** How a condition compares two operands. */
public enum Relation {
    EQ("="),
    NE("<>"),
    LT("<"),
    LE("<="),
    GT(">"),
    GE(">=");

    private final String symbol;

    Relation(String symbol) {
        this.symbol = symbol;
    }

    /** As it is written in an expression. */
    public String symbol() {
        return symbol;
    }

    /** The relation that means the same with the operands exchanged. */
    Relation mirrored() {
        return switch (this) {
            case LT -> GT;
            case LE -> GE;
            case GT -> LT;
            case GE -> LE;
            case EQ, NE -> this;
        };
    }

    /** Whether it asks for an order, which only strings, numbers and binary values have. */
    boolean isOrdering() {
        return this != EQ && this != NE;
    }
}
