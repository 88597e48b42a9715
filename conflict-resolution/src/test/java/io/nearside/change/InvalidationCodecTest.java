package io.nearside.change;

import com.google.protobuf.UnknownFieldSet;
import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.change.Invalidation.Scope;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.version.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InvalidationCodecTest {
    private static final Invalidation ITEM = new Invalidation(
            Scope.ITEM,
            "orders",
            "8a7b",
            key("a"),
            List.of(
                    new IndexPartitions("by-customer", List.of(key("old"), key("new")), false),
                    new IndexPartitions("by-date", List.of(), true)),
            "capture/r1",
            Instant.ofEpochMilli(1_700_000_000_123L),
            new Version(77, 1, 2));

    private static ItemKey key(String partition) {
        byte[] utf8 = partition.getBytes(StandardCharsets.UTF_8);
        return new ItemKeyWriter().partitionString(utf8, 0, utf8.length).toKey();
    }

    @Example
    void decode_ofEncodedItem_isEqual() throws Exception {
        assertThat(InvalidationCodec.decode(InvalidationCodec.encode("r", ITEM)))
                .isEqualTo(ITEM);
    }

    /** What was once written must be readable by proxies of the next version: these bytes are never made anew. */
    @Example
    void decode_bytesWrittenByVersion01_areStillRead() throws Exception {
        byte[] item = HexFormat.of()
                .parseHex("080112066f72646572731a04386137622204530001612a1d0a0b62792d637573746f6d6572"
                        + "12065300036f6c6412065300036e65772a0b0a0762792d646174651801320a636170747572652f7231"
                        + "38fbd095ffbc31420c000000000000004d00010002");

        assertThat(InvalidationCodec.decode(item)).isEqualTo(ITEM);
    }

    @Example
    void decode_fieldsOfTheFuture_arePassedOver() throws Exception {
        byte[] record = io.nearside.change.wire.Invalidation.parseFrom(InvalidationCodec.encode("r", ITEM)).toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build()
                .toByteArray();

        assertThat(InvalidationCodec.decode(record)).isEqualTo(ITEM);
    }

    @Example
    void decode_ofEncodedTable_isEqual() throws Exception {
        Invalidation table =
                new Invalidation(Scope.TABLE, "orders", "", null, List.of(), "proxy-1", Instant.EPOCH, null);

        assertThat(InvalidationCodec.decode(InvalidationCodec.encode("r", table)))
                .isEqualTo(table);
    }

    @Example
    void decode_ofEncodedPartition_withPlacesInIndexes_isEqual() throws Exception {
        Invalidation partition = new Invalidation(
                Scope.PARTITION,
                "orders",
                "8a7b",
                key("a"),
                List.of(
                        IndexPartitions.ofKeys("by-customer", false, key("old"), key("new")),
                        IndexPartitions.ofKeys("by-date", true, key("old"), null)),
                "proxy-1",
                Instant.EPOCH,
                null);

        assertThat(InvalidationCodec.decode(InvalidationCodec.encode("r", partition)))
                .isEqualTo(partition);
    }

    @Example
    void decode_byTheTopicOfItsRegion_isEqual() throws Exception {
        assertThat(InvalidationCodec.decode("us-east-1", InvalidationCodec.encode("us-east-1", ITEM)))
                .isEqualTo(ITEM);
    }

    @Example
    void decode_ofARecordThatSaysNoRegion_isTakenForTheTopicsOwn() throws Exception {
        assertThat(InvalidationCodec.decode("us-east-1", InvalidationCodec.encode("", ITEM)))
                .isEqualTo(ITEM);
    }

    @Example
    void decode_byTheTopicOfAnotherRegion_isForeign() {
        byte[] record = InvalidationCodec.encode("eu-west-1", ITEM);

        assertThatThrownBy(() -> InvalidationCodec.decode("us-east-1", record))
                .isInstanceOf(ForeignRecordException.class);
    }

    @Example
    void decode_ofWhatCannotBeATable_isForeign() {
        for (String name : List.of("ab", "a".repeat(256), "no table", "arn:aws:dynamodb:us-east-1:1:table/orders")) {
            byte[] record = InvalidationCodec.encode(
                    "us-east-1", new Invalidation(Scope.TABLE, name, "", null, List.of(), "", Instant.EPOCH, null));

            assertThatThrownBy(() -> InvalidationCodec.decode("us-east-1", record))
                    .as(name)
                    .isInstanceOf(ForeignRecordException.class);
        }
    }

    @Property
    void decode_anyBytes_areMalformedAndNothingElse(@ForAll byte[] bytes) {
        assertThatThrownBy(() -> InvalidationCodec.decode(bytes)).isInstanceOf(MalformedRecordException.class);
    }

    @Property
    void decode_damagedRecord_isReadOrMalformedAndNothingElse(@ForAll int position, @ForAll byte damage) {
        byte[] record = InvalidationCodec.encode("r", ITEM);
        record[Math.floorMod(position, record.length)] ^= damage;
        try {
            assertThat(InvalidationCodec.decode(record).table()).isNotNull();
        } catch (MalformedRecordException e) {
            assertThat(e).hasMessageStartingWith("not an invalidation record: ");
        }
    }

    @Example
    void construct_scopeAndKeyContradict_isRefused() {
        assertThatThrownBy(() ->
                        new Invalidation(Scope.ITEM, "orders", "", null, List.of(), "proxy-1", Instant.EPOCH, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Invalidation(
                        Scope.TABLE, "orders", "", key("a"), List.of(), "proxy-1", Instant.EPOCH, null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
