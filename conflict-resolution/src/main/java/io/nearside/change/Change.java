package io.nearside.change;

import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One committed version of one item, or its deletion: what a region tells the others.
 *
 * @param kind what happened
 * @param table the table's name in the region of origin
 * @param key the canonical key of the item
 * @param keyAttributes the key's one or two attributes by name
 * @param image without the version attribute: of a put the whole item after the change, of an update the key and the attributes that it set;
 *     null on deletions
 * @param removed the attributes that an update removed; empty on puts and deletions
 * @param version the version that the change committed
 * @param previous the version that it replaced, null if there was none or it is not known
 * @param position where it was read; null if it came from a scan or from settling
 * @param captured when the region's capture published it, by its clock; kept in milliseconds
 * @param incarnation which of the tables that had this name one after the other it belongs to, from {@value #FIRST_INCARNATION}: a table
 *     deleted and created again is another one, and the items of the former are none of the later's
 */
public record Change(
        Kind kind,
        String table,
        ItemKey key,
        Item keyAttributes,
        @Nullable Item image,
        Set<String> removed,
        Version version,
        @Nullable Version previous,
        @Nullable StreamPosition position,
        Instant captured,
        int incarnation) {

    /** The incarnation of a table that was never deleted and created again. */
    public static final int FIRST_INCARNATION = 1;

    /** What happened to the item. */
    public enum Kind {
        /** It was written; the change has its image. */
        PUT,
        /** Some of its attributes were written or removed; only of tables that merge attributes. */
        UPDATE,
        /** It was deleted by somebody. */
        DELETE,
        /** It was deleted by DynamoDB's time to live. */
        TTL;

        /** Whether the item is gone. */
        public boolean isDeletion() {
            return this == DELETE || this == TTL;
        }
    }

    public Change {
        if (table.isEmpty()) {
            throw new IllegalArgumentException("table must not be empty");
        }
        Objects.requireNonNull(key, "key");
        int expected = key.hasSort() ? 2 : 1;
        if (keyAttributes.attributes().size() != expected) {
            throw new IllegalArgumentException("keyAttributes must be the " + expected + " attributes of the key");
        }
        if (kind.isDeletion() != (image == null)) {
            throw new IllegalArgumentException("a put or update has an image, a deletion has none");
        }
        removed = Set.copyOf(removed);
        if (kind != Kind.UPDATE && !removed.isEmpty()) {
            throw new IllegalArgumentException("only an update removes attributes");
        }
        Objects.requireNonNull(version, "version");
        captured = Instant.ofEpochMilli(captured.toEpochMilli());
        if (incarnation < FIRST_INCARNATION) {
            throw new IllegalArgumentException("incarnation must be positive");
        }
    }

    /** A change of a table's first incarnation. */
    public Change(
            Kind kind,
            String table,
            ItemKey key,
            Item keyAttributes,
            @Nullable Item image,
            Set<String> removed,
            Version version,
            @Nullable Version previous,
            @Nullable StreamPosition position,
            Instant captured) {
        this(kind, table, key, keyAttributes, image, removed, version, previous, position, captured, FIRST_INCARNATION);
    }

    /** A put or a deletion. */
    public Change(
            Kind kind,
            String table,
            ItemKey key,
            Item keyAttributes,
            @Nullable Item image,
            Version version,
            @Nullable Version previous,
            @Nullable StreamPosition position,
            Instant captured) {
        this(kind, table, key, keyAttributes, image, Set.of(), version, previous, position, captured);
    }

    /** This change, of a table that has another name where it is to be applied. */
    public Change named(String name) {
        return name.equals(table)
                ? this
                : new Change(
                        kind,
                        name,
                        key,
                        keyAttributes,
                        image,
                        removed,
                        version,
                        previous,
                        position,
                        captured,
                        incarnation);
    }

    /** This change, of that incarnation of its table. */
    public Change inIncarnation(int number) {
        return number == incarnation
                ? this
                : new Change(
                        kind, table, key, keyAttributes, image, removed, version, previous, position, captured, number);
    }

    /** The id of the region in which the change was made. */
    public int origin() {
        return version.region();
    }
}
