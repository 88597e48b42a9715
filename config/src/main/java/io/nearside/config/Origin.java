package io.nearside.config;

/** Where a configured value, or a problem with one, came from. */
public sealed interface Origin {
    /** The origin in the form used in messages: {@code proxy.yaml:12}, {@code NEARSIDE_LISTEN_PORT} or {@code default}. */
    String describe();

    /**
     * A place in a configuration file.
     *
     * @param file the file's name as it was given
     * @param line counted from 1; 0 is the file as a whole
     */
    record FileLine(String file, int line) implements Origin {
        @Override
        public String describe() {
            return line == 0 ? file : file + ":" + line;
        }
    }

    /**
     * An environment variable.
     *
     * @param variable the variable's name
     */
    record Environment(String variable) implements Origin {
        @Override
        public String describe() {
            return variable;
        }
    }

    /** The default declared by {@link Setting#byDefault()}. */
    record Default() implements Origin {
        @Override
        public String describe() {
            return "default";
        }
    }
}
