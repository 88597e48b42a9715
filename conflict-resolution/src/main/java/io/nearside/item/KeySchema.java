package io.nearside.item;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The key of a table or index: a partition key and, for some, a sort key. */
public record KeySchema(KeyAttribute partition, @Nullable KeyAttribute sort) {
    public KeySchema {
        Objects.requireNonNull(partition, "partition");
        if (sort != null && sort.name().equals(partition.name())) {
            throw new IllegalArgumentException("partition and sort key are one attribute: " + partition.name());
        }
    }

    /** How many attributes a key has: 1 or 2. */
    public int size() {
        return sort == null ? 1 : 2;
    }
}
