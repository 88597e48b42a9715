package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a request may write.
 *
 * @param table the table's name; empty when it cannot be told, so that it may be any
 * @param holder the object that holds the key's attributes; null when any item of the table may be written
 * @param item whether the holder is a whole item, not just a key
 */
record WriteTarget(String table, @Nullable JsonSlice holder, boolean item) {

    static WriteTarget anything() {
        return new WriteTarget("", null, false);
    }

    static WriteTarget anyItemOf(String table) {
        return TableNames.isPlain(table) ? new WriteTarget(table, null, false) : anything();
    }

    static WriteTarget key(String table, JsonSlice key) {
        return TableNames.isPlain(table) ? new WriteTarget(table, key, false) : anything();
    }

    static WriteTarget item(String table, JsonSlice item) {
        return TableNames.isPlain(table) ? new WriteTarget(table, item, true) : anything();
    }

    boolean isAnything() {
        return table.isEmpty();
    }
}
