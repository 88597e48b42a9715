package io.nearside.proxy.expression;

import java.util.ArrayList;
import java.util.List;

/**
 * Parses the expressions of one request, whose names and values they share. All methods throw
 * {@link InvalidExpressionException} for an expression that DynamoDB would refuse whatever the table holds. After the last
 * expression, {@link Placeholders#checkAllUsed} says whether any name or value was left over.
 *
 * <p>Time is linear in the size of an expression, except where a projection's or an update's paths do overlap: to name the pair
 * that DynamoDB names is quadratic in their number, which the 4 KiB of an expression bound. Not safe for use from several threads.
 */
public final class ExpressionParser {
    /** The longest expression that DynamoDB takes, in bytes. */
    public static final int MAX_BYTES = 4096;

    private final Placeholders placeholders;

    /** A parser for a request with these names and values. */
    public ExpressionParser(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    /** Parses a ProjectionExpression, from the UTF-8 bytes of its text. */
    public Projection projection(byte[] utf8) {
        Tokenizer tokens = tokenize(ExpressionKind.PROJECTION, utf8);
        Faults faults = new Faults(ExpressionKind.PROJECTION);
        PathParser parser = new PathParser(tokens, placeholders, faults);
        List<DocumentPath> paths = new ArrayList<>();
        do {
            paths.add(parser.parse());
        } while (tokens.accept(TokenKind.COMMA));
        tokens.expectEnd();
        PathOverlap.check(paths, faults);
        faults.throwFirst();
        return Projection.of(paths);
    }

    /**
     * Parses a condition.
     *
     * @param kind KEY_CONDITION, FILTER or CONDITION: all of one grammar
     */
    public Condition condition(ExpressionKind kind, byte[] utf8) {
        return new ConditionParser(tokenize(kind, utf8), placeholders, new Faults(kind)).parse();
    }

    /** Parses an UpdateExpression. */
    public UpdateExpression update(byte[] utf8) {
        Tokenizer tokens = tokenize(ExpressionKind.UPDATE, utf8);
        return new UpdateParser(tokens, placeholders, new Faults(ExpressionKind.UPDATE)).parse(utf8);
    }

    private static Tokenizer tokenize(ExpressionKind kind, byte[] utf8) {
        if (utf8.length == 0) {
            throw kind.invalid("The expression can not be empty;");
        }
        if (utf8.length > MAX_BYTES) {
            throw kind.invalid(
                    "Expression size has exceeded the maximum allowed size; expression size: " + utf8.length);
        }
        return new Tokenizer(kind, utf8);
    }
}
