package io.nearside.proxy.expression;

/** The request parameters that hold an expression. */
public enum ExpressionKind {
    PROJECTION("ProjectionExpression"),
    KEY_CONDITION("KeyConditionExpression"),
    FILTER("FilterExpression"),
    CONDITION("ConditionExpression"),
    UPDATE("UpdateExpression");

    private final String parameter;

    ExpressionKind(String parameter) {
        this.parameter = parameter;
    }

    /** The parameter's name in a request. */
    public String parameter() {
        return parameter;
    }

    InvalidExpressionException invalid(String reason) {
        return new InvalidExpressionException("Invalid " + parameter + ": " + reason);
    }
}
