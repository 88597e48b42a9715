package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;

/** Which image of its item a write is asked to return. */
enum ReturnValues {
    NONE,
    ALL_OLD,
    UPDATED_OLD,
    ALL_NEW,
    UPDATED_NEW;

    /** Reads the value of the member {@code ReturnValues}, quotes included. */
    static ReturnValues of(JsonSlice value) throws NotUnderstoodException {
        JsonSlice text = value.cursor().string();
        for (ReturnValues known : values()) {
            if (text.is(known.name())) {
                return known;
            }
        }
        throw new NotUnderstoodException("unknown ReturnValues");
    }

    /** The value as a request spells it, quotes included. */
    byte[] quoted() {
        return ("\"" + name() + "\"").getBytes(StandardCharsets.US_ASCII);
    }
}
