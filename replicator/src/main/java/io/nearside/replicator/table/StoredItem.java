package io.nearside.replicator.table;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An item as it stands in a table.
 *
 * @param item the item without its version attribute
 * @param stamp the version on the item as it is stored; null while the item is unstamped, that is: the attribute is missing or is no stamp
 * @param mark the attribute's bytes, if it is Binary and no stamp: what merging tables keep there, or an application's scribble
 */
public record StoredItem(
        Item item, @Nullable Stamp stamp, @Nullable Bytes mark) {

    /** An item to which its own region gave a version and nothing more, or that is unstamped. */
    public StoredItem(Item item, @Nullable Version version) {
        this(item, version == null ? null : Stamp.of(version), null);
    }

    /** An item of a table that merges attributes, with the write id of an applier's write or zero. */
    public static StoredItem merging(Item item, AttributeVersions versions, long writeId) {
        return versions.notes().isEmpty()
                ? new StoredItem(item, new Stamp(versions.base(), writeId), null)
                : new StoredItem(item, null, Bytes.wrap(versions.toBytes(writeId)));
    }

    /** The version on the item; null while it is unstamped. */
    public @Nullable Version version() {
        return stamp == null ? null : stamp.version();
    }

    /** The Binary value of the version attribute; null if it has none. */
    public @Nullable Bytes stored() {
        return stamp == null ? mark : Bytes.wrap(stamp.toBytes());
    }

    /** The id of the applier's write that it bears or remembers; 0 if there is none. */
    public long writeId() {
        return stamp == null ? writeId(mark) : stamp.writeId();
    }

    private static long writeId(@Nullable Bytes stored) {
        byte[] bytes = stored == null ? new byte[0] : stored.toByteArray();
        return AttributeVersions.ofBytes(bytes) == null ? 0 : AttributeVersions.writeId(bytes);
    }

    /** Whether an applier of this region wrote it as it stands; an item that bears another region's write was copied from there. */
    public boolean isAppliedIn(int region) {
        return Stamp.isApplied(writeId(), region);
    }

    /**
     * Whether it is what stood there before it was removed, or came before that: it has the version attribute that was removed, to the
     * last byte, or bears the applier's write that the removed one remembers. Replication writes neither twice, so an application put
     * it back as it had read it.
     *
     * @param removed the version attribute of the item that was removed; null if it had none
     */
    public boolean wasThereBefore(@Nullable Bytes removed) {
        Bytes stored = stored();
        if (removed == null || stored == null) {
            return false;
        }
        long known = Stamp.remembered(writeId());
        return stored.equals(removed) || (known != 0 && known == Stamp.remembered(writeId(removed)));
    }

    /** Whether its version attribute is another's to the last byte: replication never writes one value twice, so an application did. */
    public boolean isMarkedAs(@Nullable StoredItem other) {
        return other != null && Objects.equals(stamp, other.stamp) && Objects.equals(mark, other.mark);
    }

    /** What a table that merges attributes knows of where they come from; null while the item is unstamped. */
    public @Nullable AttributeVersions versions() {
        if (stamp != null) {
            return AttributeVersions.whole(stamp.version());
        }
        return mark == null ? null : AttributeVersions.ofBytes(mark.toByteArray());
    }
}
