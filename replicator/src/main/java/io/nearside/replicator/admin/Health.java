package io.nearside.replicator.admin;

/**
 * How one component of the replicator is.
 *
 * @param state whether it does its work
 * @param reason one sentence for operators: what is so, and when something is wrong, what to do
 */
public record Health(State state, String reason) {

    /** From good to bad. */
    public enum State {
        /** All is well. */
        READY("ready"),
        /** It works, but something that is promised is not kept up. */
        DEGRADED("degraded"),
        /** It does not do its work now. */
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

    /** Works, but not as promised. */
    public static Health degraded(String reason) {
        return new Health(State.DEGRADED, reason);
    }

    /** Does not work. */
    public static Health notReady(String reason) {
        return new Health(State.NOT_READY, reason);
    }
}
