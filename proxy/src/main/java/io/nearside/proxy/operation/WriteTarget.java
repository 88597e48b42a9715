package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.name.TableNames;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a request may write.
 *
 * @param table the table's name; empty when it cannot be told, so that it may be any
 * @param arn the ARN that the request names the table by, until it is known to be this account's; null for a table that is
 * @param holder the object that holds the key's attributes; null when any item of the table may be written
 * @param item whether the holder is a whole item, not just a key
 */
record WriteTarget(
        String table, @Nullable TableArn arn, @Nullable JsonSlice holder, boolean item) {

    private static final WriteTarget ANYTHING = new WriteTarget("", null, null, false);

    static WriteTarget anything() {
        return ANYTHING;
    }

    static WriteTarget anyItemOf(String nameOrArn) {
        return of(nameOrArn, null, false);
    }

    static WriteTarget key(String nameOrArn, JsonSlice key) {
        return of(nameOrArn, key, false);
    }

    static WriteTarget item(String nameOrArn, JsonSlice item) {
        return of(nameOrArn, item, true);
    }

    private static WriteTarget of(String nameOrArn, @Nullable JsonSlice holder, boolean item) {
        if (TableNames.isPlain(nameOrArn)) {
            return new WriteTarget(nameOrArn, null, holder, item);
        }
        TableArn arn = TableArn.parse(nameOrArn);
        return arn == null || !arn.isTable() ? ANYTHING : new WriteTarget(arn.name(), arn, holder, item);
    }

    boolean isAnything() {
        return table.isEmpty();
    }

    /** Whether the table is certainly this account's. */
    boolean isOwn() {
        return arn == null;
    }

    /** Any item of the same table. */
    WriteTarget whole() {
        return new WriteTarget(table, arn, null, false);
    }

    /** The same target, of a table that proved to be this account's. */
    WriteTarget asOwn() {
        return new WriteTarget(table, null, holder, item);
    }
}
