package io.nearside.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration before it has types: YAML and environment variables laid over each other, each part with its origin. */
sealed interface Tree {
    Origin origin();

    /** What an operator would call this kind of value. */
    String kind();

    /** True for a key that was written without a value; it counts as not written. */
    default boolean isNull() {
        return false;
    }

    /** A single value; {@code text} is null for YAML's null. */
    record Scalar(@Nullable String text, Origin origin) implements Tree {
        @Override
        public String kind() {
            return "a single value";
        }

        @Override
        public boolean isNull() {
            return text == null;
        }
    }

    /** A list; grows while environment variables are laid over it. */
    record Sequence(List<Tree> elements, Origin origin) implements Tree {
        static Sequence empty(Origin origin) {
            return new Sequence(new ArrayList<>(), origin);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Keys with their values in written order; grows while environment variables are laid over it. */
    record Mapping(Map<String, Tree> entries, Origin origin) implements Tree {
        static Mapping empty(Origin origin) {
            return new Mapping(new LinkedHashMap<>(), origin);
        }

        @Override
        public String kind() {
            return "a section of keys";
        }
    }
}
