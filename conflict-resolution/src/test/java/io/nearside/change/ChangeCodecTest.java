package io.nearside.change;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.GeneratedItems;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChangeCodecTest {
    private static final int LARGEST_ITEM = 400 * 1024;
    private static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("id", KeyType.N), null);
    private static final Item KEY = new Item(Map.of("id", new AttributeValue.N("1")));

    @Provide
    Arbitrary<Change> changes() {
        Arbitrary<Version> versions = Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.integers().between(0, 0xFFFF),
                        Arbitraries.integers().between(0, 0xFFFF))
                .as(Version::new);
        return Combinators.combine(
                        Arbitraries.of(Change.Kind.class),
                        GeneratedItems.items().withoutEdgeCases(),
                        versions,
                        versions.injectNull(0.3),
                        Arbitraries.of(new StreamPosition("shardId-1", "100000000000000000001"))
                                .injectNull(0.3),
                        Arbitraries.longs().between(0, 4_000_000_000_000L))
                .as((kind, item, version, previous, position, millis) -> new Change(
                        kind,
                        "orders",
                        ItemKey.of(SCHEMA, KEY),
                        KEY,
                        kind.isDeletion() ? null : item.with("id", new AttributeValue.N("1")),
                        kind == Change.Kind.UPDATE ? Set.of("removed", "also removed") : Set.of(),
                        version,
                        previous,
                        position,
                        Instant.ofEpochMilli(millis)));
    }

    @Property(tries = 300)
    void decode_ofAnyEncodedChange_isEqual(@ForAll("changes") Change change) throws Exception {
        byte[] record = ChangeCodec.encode(change);

        assertThat(record).isNotEmpty();
        assertThat(ChangeCodec.decode(record)).isEqualTo(change).hasSameHashCodeAs(change);
    }

    @Property(tries = 200)
    void encode_equalChanges_haveEqualBytes(@ForAll("changes") Change change) {
        Item image = change.image();
        Change same = image == null ? change : withImage(change, reversed(image));

        assertThat(same).isEqualTo(change);
        assertThat(ChangeCodec.encode(same)).isEqualTo(ChangeCodec.encode(change));
    }

    private static Item reversed(Item item) {
        List<Map.Entry<String, AttributeValue>> entries =
                new ArrayList<>(item.attributes().entrySet());
        java.util.Collections.reverse(entries);
        Map<String, AttributeValue> attributes = new java.util.LinkedHashMap<>();
        entries.forEach(entry -> attributes.put(entry.getKey(), entry.getValue()));
        return new Item(attributes);
    }

    private static Change withImage(Change change, Item image) {
        return new Change(
                change.kind(),
                change.table(),
                change.key(),
                change.keyAttributes(),
                image,
                change.removed(),
                change.version(),
                change.previous(),
                change.position(),
                change.captured());
    }

    private static Change put(Item image) {
        return new Change(
                Change.Kind.PUT,
                "orders",
                ItemKey.of(SCHEMA, KEY),
                KEY,
                image,
                new Version(1_700_000_000_000L << 16, 1, 2),
                null,
                null,
                Instant.EPOCH);
    }

    private static void assertArrivesIntact(AttributeValue value) throws MalformedRecordException {
        Change change = put(KEY.with("v", value));

        byte[] record = ChangeCodec.encode(change);

        assertThat(record).hasSizeLessThan(1024 * 1024);
        // Not isEqualTo: it would describe both sides.
        assertThat(ChangeCodec.decode(record).equals(change)).isTrue();
    }

    @Example
    void decode_largestBinary_arrivesIntact() throws Exception {
        byte[] bytes = new byte[LARGEST_ITEM - 100];
        new Random(1).nextBytes(bytes);

        assertArrivesIntact(new AttributeValue.B(Bytes.wrap(bytes)));
    }

    @Example
    void decode_controlCharacters_arriveIntact() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LARGEST_ITEM - 100; i++) {
            text.append((char) (i % 0x20));
        }

        assertArrivesIntact(new AttributeValue.S(text.toString()));
    }

    @Example
    void decode_fortyThreeThousandNumbers_arriveIntact() throws Exception {
        List<AttributeValue> list = new ArrayList<>();
        List<String> set = new ArrayList<>();
        for (int i = 0; i < 43_000; i++) {
            list.add(new AttributeValue.N(i + ".5e-3"));
            set.add(String.valueOf(i * 7919L));
        }

        assertArrivesIntact(new AttributeValue.L(list));
        assertArrivesIntact(new AttributeValue.NS(set));
    }

    @Example
    void decode_deepestNesting_arrivesIntact() throws Exception {
        assertArrivesIntact(nested(value -> new AttributeValue.L(List.of(value))));
        assertArrivesIntact(nested(value -> new AttributeValue.M(Map.of("m", value))));
    }

    private static AttributeValue nested(UnaryOperator<AttributeValue> nest) {
        AttributeValue value = new AttributeValue.Bool(true);
        for (int level = 0; level < 32; level++) {
            value = nest.apply(value);
        }
        return value;
    }

    @Example
    void decode_manyEmptyLists_arriveIntact() throws Exception {
        List<AttributeValue> lists = new ArrayList<>();
        for (int i = 0; i < LARGEST_ITEM / 4; i++) {
            lists.add(new AttributeValue.L(List.of()));
        }

        assertArrivesIntact(new AttributeValue.L(lists));
    }

    @Example
    void decode_attributeNamesOnly_arriveIntact() throws Exception {
        Map<String, AttributeValue> attributes = new HashMap<>(KEY.attributes());
        for (int i = 0; i < 6_000; i++) {
            attributes.put("n".repeat(50) + i, new AttributeValue.Null());
        }
        Change change = put(new Item(attributes));

        assertThat(ChangeCodec.decode(ChangeCodec.encode(change))).isEqualTo(change);
    }

    @Property
    void decode_anyBytes_areMalformedAndNothingElse(@ForAll byte[] bytes) {
        assertThatThrownBy(() -> ChangeCodec.decode(bytes)).isInstanceOf(MalformedRecordException.class);
    }

    @Property(tries = 300)
    void decode_damagedRecord_isReadOrMalformedAndNothingElse(
            @ForAll("changes") Change change, @ForAll int position, @ForAll byte damage) {
        byte[] record = ChangeCodec.encode(change);
        record[Math.floorMod(position, record.length)] ^= damage;
        try {
            assertThat(ChangeCodec.decode(record).version()).isNotNull();
        } catch (MalformedRecordException e) {
            assertThat(e).hasMessageStartingWith("not a change record: ").hasCauseInstanceOf(Exception.class);
        }
    }

    @Property(tries = 300)
    void decode_truncatedRecord_isReadOrMalformedAndNothingElse(@ForAll("changes") Change change, @ForAll int length) {
        byte[] record = ChangeCodec.encode(change);
        byte[] truncated = Arrays.copyOf(record, Math.floorMod(length, record.length));
        try {
            assertThat(ChangeCodec.decode(truncated).version()).isNotNull();
        } catch (MalformedRecordException e) {
            assertThat(e).hasMessageStartingWith("not a change record: ");
        }
    }

    @Example
    void decode_tooDeepNesting_isMalformed() {
        var value = io.nearside.change.wire.Value.newBuilder().setNull(true).build();
        for (int level = 0; level < 200; level++) {
            value = io.nearside.change.wire.Value.newBuilder()
                    .setL(io.nearside.change.wire.Value.List.newBuilder().addValues(value))
                    .build();
        }
        byte[] record = wire(put(KEY)).toBuilder()
                .setImage(io.nearside.change.wire.Map.newBuilder().putEntries("v", value))
                .build()
                .toByteArray();

        assertThatThrownBy(() -> ChangeCodec.decode(record)).isInstanceOf(MalformedRecordException.class);
    }

    @Example
    void decode_fieldsOfTheFuture_arePassedOver() throws Exception {
        Change change = put(KEY);
        byte[] record = wire(change).toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("new"))
                                        .build())
                        .build())
                .build()
                .toByteArray();

        assertThat(ChangeCodec.decode(record)).isEqualTo(change);
    }

    /** What was once written must be readable for as long as a topic may hold it: these bytes are never made anew. */
    @Example
    void decode_bytesWrittenByVersion01_areStillRead() throws Exception {
        byte[] put = HexFormat.of()
                .parseHex("080112066f72646572731a0b0a090a0269641203120131221a0a090a02696412031201310a0d0a05746f74616c"
                        + "12040a0234322a0c000000000000004d00010002320c000000000000004c000200033a09736861726449642d31"
                        + "421531303030303030303030303030303030303030303148fbd095ffbc3152064e0003c0820b");
        byte[] expiry = HexFormat.of()
                .parseHex(
                        "080312066f72646572731a0b0a090a02696412031201312a0c000000000000004e0001000248fcd095ffbc3152064e0003c0820b");

        assertThat(ChangeCodec.decode(put))
                .isEqualTo(new Change(
                        Change.Kind.PUT,
                        "orders",
                        ItemKey.of(SCHEMA, KEY),
                        KEY,
                        KEY.with("total", new AttributeValue.S("42")),
                        new Version(77, 1, 2),
                        new Version(76, 2, 3),
                        new StreamPosition("shardId-1", "100000000000000000001"),
                        Instant.ofEpochMilli(1_700_000_000_123L)));
        assertThat(ChangeCodec.decode(expiry))
                .isEqualTo(new Change(
                        Change.Kind.TTL,
                        "orders",
                        ItemKey.of(SCHEMA, KEY),
                        KEY,
                        null,
                        new Version(78, 1, 2),
                        null,
                        null,
                        Instant.ofEpochMilli(1_700_000_000_124L)));
    }

    @Example
    void decode_kindsAndValuesOfTheFuture_areMalformed() {
        var wire = wire(put(KEY));
        byte[] kind = wire.toBuilder().setKindValue(42).build().toByteArray();
        byte[] value = wire.toBuilder()
                .setImage(io.nearside.change.wire.Map.newBuilder()
                        .putEntries("v", io.nearside.change.wire.Value.getDefaultInstance()))
                .build()
                .toByteArray();

        assertThatThrownBy(() -> ChangeCodec.decode(kind))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("a kind of change not known here");
        assertThatThrownBy(() -> ChangeCodec.decode(value))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("a type not known here");
    }

    @Example
    void decode_partsThatContradictEachOther_areMalformed() {
        var wire = wire(put(KEY));
        for (var broken : List.of(
                wire.toBuilder().clearImage(),
                wire.toBuilder().clearTable(),
                wire.toBuilder().clearKey(),
                wire.toBuilder().clearItemKey(),
                wire.toBuilder().clearVersion(),
                wire.toBuilder().setVersion(ByteString.copyFromUtf8("short")),
                wire.toBuilder().addRemoved("of a put"),
                wire.toBuilder().setShard("without a number"),
                wire.toBuilder().setKind(io.nearside.change.wire.Change.Kind.KIND_DELETE))) {
            byte[] record = broken.build().toByteArray();
            assertThatThrownBy(() -> ChangeCodec.decode(record)).isInstanceOf(MalformedRecordException.class);
        }
    }

    private static io.nearside.change.wire.Change wire(Change change) {
        try {
            return io.nearside.change.wire.Change.parseFrom(ChangeCodec.encode(change));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
