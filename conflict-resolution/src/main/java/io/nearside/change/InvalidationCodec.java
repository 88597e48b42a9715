package io.nearside.change;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.change.Invalidation.Scope;
import io.nearside.item.ItemKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Invalidations as the values of records in {@code nearside.invalidations.<region>}: Protobuf, {@code proto/nearside/change.proto}.
 * Fields added by later versions are passed over; a scope added by one is refused, and its reader must then forget everything.
 */
public final class InvalidationCodec {
    private InvalidationCodec() {}

    /**
     * The invalidation's bytes.
     *
     * @param region whose topic the record is for
     */
    public static byte[] encode(String region, Invalidation invalidation) {
        var wire = io.nearside.change.wire.Invalidation.newBuilder()
                .setRegion(region)
                .setScope(scope(invalidation.scope()))
                .setTable(invalidation.table())
                .setTableId(invalidation.tableId())
                .setSource(invalidation.source())
                .setMillis(invalidation.at().toEpochMilli())
                .setVersion(WireValues.bytes(invalidation.version()));
        ItemKey key = invalidation.key();
        if (key != null) {
            wire.setKey(WireValues.bytes(key));
        }
        invalidation.indexes().forEach(index -> wire.addIndexes(index(index)));
        return WireValues.bytes(wire.build());
    }

    /**
     * Reads an invalidation back.
     *
     * @throws MalformedRecordException whatever is wrong with the bytes
     */
    public static Invalidation decode(byte[] record) throws MalformedRecordException {
        return read(parsed(record));
    }

    /**
     * Reads an invalidation that came by a region's topic. A record that says no region, as older writers' do, is taken for the
     * topic's own.
     *
     * @throws ForeignRecordException if it is another region's, or names what cannot be a table: it concerns no cache here
     * @throws MalformedRecordException whatever else is wrong with the bytes
     */
    public static Invalidation decode(String region, byte[] record)
            throws MalformedRecordException, ForeignRecordException {
        var wire = parsed(record);
        if (!wire.getRegion().isEmpty() && !wire.getRegion().equals(region)) {
            throw new ForeignRecordException("an invalidation of another region in the topic of " + region);
        }
        if (!isTableName(wire.getTable())) {
            throw new ForeignRecordException("an invalidation of what cannot be a table in the topic of " + region);
        }
        return read(wire);
    }

    private static io.nearside.change.wire.Invalidation parsed(byte[] record) throws MalformedRecordException {
        try {
            return io.nearside.change.wire.Invalidation.parseFrom(WireValues.input(record));
        } catch (IOException e) {
            throw new MalformedRecordException("not an invalidation record: " + e.getMessage(), e);
        }
    }

    private static Invalidation read(io.nearside.change.wire.Invalidation wire) throws MalformedRecordException {
        try {
            return invalidation(wire);
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("not an invalidation record: " + e.getMessage(), e);
        }
    }

    /** DynamoDB's rule for the names of tables; an empty one is left to the record's own check. */
    private static boolean isTableName(String name) {
        int length = name.length();
        boolean plain = length == 0 || (length >= 3 && length <= 255);
        for (int i = 0; plain && i < length; i++) {
            char c = name.charAt(i);
            plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || c == '-'
                    || c == '.';
        }
        return plain;
    }

    private static Invalidation invalidation(io.nearside.change.wire.Invalidation wire) {
        return new Invalidation(
                scope(wire.getScope()),
                wire.getTable(),
                wire.getTableId(),
                wire.getKey().isEmpty() ? null : WireValues.key(wire.getKey()),
                indexes(wire),
                wire.getSource(),
                Instant.ofEpochMilli(wire.getMillis()),
                WireValues.versionIfAny(wire.getVersion()));
    }

    private static io.nearside.change.wire.Invalidation.IndexPartitions index(IndexPartitions index) {
        var wire = io.nearside.change.wire.Invalidation.IndexPartitions.newBuilder()
                .setIndex(index.index())
                .setLocal(index.local())
                .setUnknown(index.unknown());
        index.partitions().forEach(partition -> wire.addPartitions(WireValues.bytes(partition)));
        index.keys().forEach(key -> wire.addKeys(WireValues.bytes(key)));
        return wire.build();
    }

    private static List<IndexPartitions> indexes(io.nearside.change.wire.Invalidation wire) {
        // Most tables have no indexes, and announcements come by the hundred thousand.
        return wire.getIndexesCount() == 0
                ? List.of()
                : wire.getIndexesList().stream().map(InvalidationCodec::index).toList();
    }

    private static IndexPartitions index(io.nearside.change.wire.Invalidation.IndexPartitions wire) {
        return new IndexPartitions(
                wire.getIndex(),
                wire.getLocal(),
                wire.getPartitionsList().stream().map(WireValues::key).toList(),
                wire.getKeysList().stream().map(WireValues::key).toList(),
                wire.getUnknown());
    }

    private static io.nearside.change.wire.Invalidation.Scope scope(Scope scope) {
        return switch (scope) {
            case ITEM -> io.nearside.change.wire.Invalidation.Scope.SCOPE_ITEM;
            case TABLE -> io.nearside.change.wire.Invalidation.Scope.SCOPE_TABLE;
            case PARTITION -> io.nearside.change.wire.Invalidation.Scope.SCOPE_PARTITION;
        };
    }

    private static Scope scope(io.nearside.change.wire.Invalidation.Scope scope) {
        return switch (scope) {
            case SCOPE_ITEM -> Scope.ITEM;
            case SCOPE_TABLE -> Scope.TABLE;
            case SCOPE_PARTITION -> Scope.PARTITION;
            case SCOPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("a scope not known here");
        };
    }
}
