package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;

/** How much of {@code ConsumedCapacity} a caller wants in the answer. */
enum Capacity {
    NONE,
    TOTAL,
    INDEXES;

    /** Reads the value of {@code ReturnConsumedCapacity}. */
    static Capacity of(JsonSlice text) throws NotUnderstoodException {
        for (Capacity capacity : values()) {
            if (text.is(capacity.name())) {
                return capacity;
            }
        }
        throw new NotUnderstoodException("unknown ReturnConsumedCapacity");
    }
}
