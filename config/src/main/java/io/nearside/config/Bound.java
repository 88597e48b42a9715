package io.nearside.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration after it got its types: each value with its origin, and the form in which it may be shown. */
sealed interface Bound {
    /** The value as the record's component holds it. */
    @Nullable Object value();

    Origin origin();

    /**
     * A single value.
     *
     * @param shown how it is printed: secrets masked
     */
    record Leaf(Object value, String shown, Origin origin) implements Bound {}

    /** An optional setting that was not set; {@code value} is null or an empty {@code Optional}. */
    record Absent(@Nullable Object value, Origin origin) implements Bound {}

    /** A list. */
    record Elements(List<Bound> elements, Object value, Origin origin) implements Bound {}

    /** A record or a map. */
    record Fields(Map<String, Bound> fields, Object value, Origin origin) implements Bound {}

    /** The same value as its component holds it when the component is an {@code Optional}. */
    default Bound holding(Object wrapper) {
        if (this instanceof Leaf leaf) {
            return new Leaf(wrapper, leaf.shown, leaf.origin);
        }
        if (this instanceof Elements list) {
            return new Elements(list.elements, wrapper, list.origin);
        }
        return this instanceof Fields map ? new Fields(map.fields, wrapper, map.origin) : this;
    }
}
