package io.nearside.proxy.admin;

/**
 * How one component of the proxy is.
 *
 * @param state whether requests can be served
 * @param reason one sentence for operators: what is so, and when something is wrong, what to do
 */
public record Health(State state, String reason) {

    /** From good to bad. */
    public enum State {
        /** All is well. */
        READY("ready"),
        /** Requests are served, but something that is promised is not kept up or is slower. */
        DEGRADED("degraded"),
        /** Requests cannot be served. */
        NOT_READY("not-ready");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** The word in the JSON answer. */
        public String label() {
            return label;
        }
    }

    /** All is well. */
    public static Health ready(String reason) {
        return new Health(State.READY, reason);
    }

    /** Served, but not as promised. */
    public static Health degraded(String reason) {
        return new Health(State.DEGRADED, reason);
    }

    /** Cannot serve. */
    public static Health notReady(String reason) {
        return new Health(State.NOT_READY, reason);
    }
}
