package io.nearside.proxy.expression;

/**
 * Watches for a pair of parentheses that directly encloses another pair, which DynamoDB refuses, and for nesting that no
 * acceptable expression can have.
 */
final class ParenthesesCheck {
    /** Each pair must hold an operator that another does not, and there may be 300 of these. */
    private static final int MAX_DEPTH = 310;

    private static final String REDUNDANT = "The expression has redundant parentheses;";

    private final Tokenizer tokens;
    private final Faults faults;
    private int depth;
    private int lastGroupStart = -1;
    private int lastGroupEnd = -1;

    ParenthesesCheck(Tokenizer tokens, Faults faults) {
        this.tokens = tokens;
        this.faults = faults;
    }

    /** Leaves an opening parenthesis behind; the result is to be handed to {@link #close}. */
    Group open() {
        Group group = new Group(tokens.start());
        tokens.expect(TokenKind.LEFT_PAREN);
        if (++depth > MAX_DEPTH) {
            // The stack is bounded too; this deep, the expression is wrong whatever follows.
            throw faults.now(REDUNDANT);
        }
        group.contentStart = tokens.start();
        return group;
    }

    /** Leaves the closing parenthesis behind. */
    void close(Group group) {
        boolean redundant = group.contentStart == lastGroupStart && tokens.previousEnd() == lastGroupEnd;
        tokens.expect(TokenKind.RIGHT_PAREN);
        if (redundant) {
            throw faults.now(REDUNDANT);
        }
        depth--;
        lastGroupStart = group.start;
        lastGroupEnd = tokens.previousEnd();
    }

    /** Like {@link #close} for the parentheses of a function, which are never redundant. */
    void closeCall() {
        tokens.expect(TokenKind.RIGHT_PAREN);
        depth--;
    }

    /** A pair of parentheses that is open. */
    static final class Group {
        private final int start;
        private int contentStart;

        private Group(int start) {
            this.start = start;
        }
    }
}
