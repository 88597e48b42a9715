package io.nearside.change;

import io.nearside.item.Item;
import io.nearside.version.Version;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes as the values of records in {@code nearside.changes.<region>.<table>}: Protobuf, {@code proto/nearside/change.proto}. Equal
 * changes have equal bytes. Fields added by later versions are passed over; kinds and types of values they add are refused.
 */
public final class ChangeCodec {
    private ChangeCodec() {}

    /** The change's bytes; for the largest item that DynamoDB holds (400 KB) well under 1 MB. */
    public static byte[] encode(Change change) {
        var wire = io.nearside.change.wire.Change.newBuilder()
                .setKind(kind(change.kind()))
                .setTable(change.table())
                .setKey(WireValues.map(change.keyAttributes().attributes()))
                .setItemKey(WireValues.bytes(change.key()))
                .setVersion(WireValues.bytes(change.version()))
                .setPreviousVersion(WireValues.bytes(change.previous()))
                .setCapturedMillis(change.captured().toEpochMilli())
                .setIncarnation(change.incarnation() == Change.FIRST_INCARNATION ? 0 : change.incarnation());
        change.removed().stream().sorted().forEach(wire::addRemoved);
        Item image = change.image();
        if (image != null) {
            wire.setImage(WireValues.map(image.attributes()));
        }
        StreamPosition position = change.position();
        if (position != null) {
            wire.setShard(position.shard()).setSequenceNumber(position.sequenceNumber());
        }
        return WireValues.bytes(wire.build());
    }

    /**
     * Reads a change back.
     *
     * @throws MalformedRecordException whatever is wrong with the bytes
     */
    public static Change decode(byte[] record) throws MalformedRecordException {
        try {
            return change(io.nearside.change.wire.Change.parseFrom(WireValues.input(record)));
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedRecordException("not a change record: " + e.getMessage(), e);
        }
    }

    private static Change change(io.nearside.change.wire.Change wire) {
        return new Change(
                kind(wire.getKind()),
                wire.getTable(),
                WireValues.key(wire.getItemKey()),
                WireValues.item(wire.getKey()),
                wire.hasImage() ? WireValues.item(wire.getImage()) : null,
                Set.copyOf(wire.getRemovedList()),
                version(wire),
                WireValues.versionIfAny(wire.getPreviousVersion()),
                position(wire),
                Instant.ofEpochMilli(wire.getCapturedMillis()),
                wire.getIncarnation() == 0 ? Change.FIRST_INCARNATION : wire.getIncarnation());
    }

    private static Version version(io.nearside.change.wire.Change wire) {
        return WireValues.version(wire.getVersion());
    }

    private static @Nullable StreamPosition position(io.nearside.change.wire.Change wire) {
        return wire.getShard().isEmpty() && wire.getSequenceNumber().isEmpty()
                ? null
                : new StreamPosition(wire.getShard(), wire.getSequenceNumber());
    }

    private static io.nearside.change.wire.Change.Kind kind(Change.Kind kind) {
        return switch (kind) {
            case PUT -> io.nearside.change.wire.Change.Kind.KIND_PUT;
            case UPDATE -> io.nearside.change.wire.Change.Kind.KIND_UPDATE;
            case DELETE -> io.nearside.change.wire.Change.Kind.KIND_DELETE;
            case TTL -> io.nearside.change.wire.Change.Kind.KIND_TTL;
        };
    }

    private static Change.Kind kind(io.nearside.change.wire.Change.Kind kind) {
        return switch (kind) {
            case KIND_PUT -> Change.Kind.PUT;
            case KIND_UPDATE -> Change.Kind.UPDATE;
            case KIND_DELETE -> Change.Kind.DELETE;
            case KIND_TTL -> Change.Kind.TTL;
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a kind of change not known here");
        };
    }
}
