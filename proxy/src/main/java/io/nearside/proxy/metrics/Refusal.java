package io.nearside.proxy.metrics;

/** Why the proxy itself refused a request, for a metric tag. */
public enum Refusal {
    /** The caller could not be identified. */
    UNAUTHENTICATED("unauthenticated"),
    /** The caller may not do this. */
    UNAUTHORIZED("unauthorized"),
    /** The body is longer than DynamoDB takes. */
    TOO_LARGE("too_large"),
    /** More long bodies at a time than there is memory for. */
    OVERLOADED("overloaded"),
    /** The request breaks one of DynamoDB's rules. */
    INVALID("invalid"),
    /** More connections than configured. */
    TOO_MANY_CONNECTIONS("too_many_connections"),
    /** The request took too long to arrive. */
    TOO_SLOW("too_slow"),
    /** DynamoDB gave no answer. */
    UPSTREAM("upstream"),
    /** A defect of the proxy. */
    DEFECT("defect");

    private final String label;

    Refusal(String label) {
        this.label = label;
    }

    /** The tag's value. */
    public String label() {
        return label;
    }
}
