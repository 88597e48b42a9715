package io.nearside.replicator.table;

import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.replicator.table.RetriableStoreException.Reason;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;

import static io.nearside.replicator.table.RegionFixture.item;
import static io.nearside.replicator.table.RegionFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The steps of replication against DynamoDB Local. */
final class DynamoVersionedTableIT {

    private static final Version LOW = new Version(1L << 16, 1, 1);
    private static final Version MIDDLE = new Version(2L << 16, 1, 1);
    private static final Version HIGH = new Version(3L << 16, 2, 1);

    private static RegionFixture region;
    private static DynamoVersionedTable table;

    @BeforeAll
    static void start() {
        region = new RegionFixture(0);
        table = region.table();
    }

    @AfterAll
    static void stop() {
        region.close();
    }

    @Test
    void putIfNewer_noItem_inserts() {
        assertThat(table.putIfNewer(key("insert"), item("insert", "a"), MIDDLE)).isEqualTo(new PutOutcome.Inserted());
        assertThat(RegionFixture.unmarked(table.read(key("insert"))))
                .isEqualTo(new StoredItem(item("insert", "a"), MIDDLE));
    }

    @Test
    void putIfNewer_olderItem_replacesAndReturnsIt() {
        table.putIfNewer(key("replace"), item("replace", "a"), LOW);
        assertThat(table.putIfNewer(key("replace"), item("replace", "b"), MIDDLE))
                .isEqualTo(new PutOutcome.Replaced(LOW, item("replace", "a")));
        assertThat(RegionFixture.unmarked(table.read(key("replace"))))
                .isEqualTo(new StoredItem(item("replace", "b"), MIDDLE));
    }

    @Test
    void putIfNewer_equalOrNewerItem_refusesAndReturnsIt() {
        table.putIfNewer(key("refuse"), item("refuse", "a"), MIDDLE);
        assertThat(table.putIfNewer(key("refuse"), item("refuse", "b"), MIDDLE))
                .isEqualTo(new PutOutcome.Refused(MIDDLE, item("refuse", "a")));
        assertThat(table.putIfNewer(key("refuse"), item("refuse", "b"), LOW))
                .isEqualTo(new PutOutcome.Refused(MIDDLE, item("refuse", "a")));
    }

    @Test
    void conditions_unstampedItem_refuseUntilStamped() {
        region.writeDirectly(table, item("unstamped", "a"));
        assertThat(table.putIfNewer(key("unstamped"), item("unstamped", "b"), HIGH))
                .isEqualTo(new PutOutcome.Refused(null, item("unstamped", "a")));
        assertThat(table.deleteIfOlder(key("unstamped"), HIGH)).isEqualTo(new DeleteOutcome.Refused(null));
        assertThat(table.stamp(key("unstamped"), null, LOW)).isTrue();
        assertThat(table.stamp(key("unstamped"), null, MIDDLE)).isFalse();
        assertThat(table.stamp(key("unstamped"), Stamp.of(MIDDLE), HIGH)).isFalse();
        assertThat(table.stampOrSee(key("unstamped"), Stamp.of(MIDDLE), HIGH))
                .isEqualTo(new StampOutcome.Refused(table.read(key("unstamped"))));
        assertThat(table.stamp(key("unstamped"), Stamp.of(LOW), MIDDLE)).isTrue();
        assertThat(RegionFixture.unmarked(table.read(key("unstamped"))))
                .isEqualTo(new StoredItem(item("unstamped", "a"), MIDDLE));
    }

    static List<software.amazon.awssdk.services.dynamodb.model.AttributeValue> scribbles() {
        return List.of(
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS("123456789012"),
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN("7"),
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromBool(true),
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                        SdkBytes.fromByteArray(new byte[3])),
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                        SdkBytes.fromByteArray(new byte[Version.LENGTH])),
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                        SdkBytes.fromByteArray(new byte[Stamp.LENGTH])),
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                        SdkBytes.fromByteArray(marked(new byte[Stamp.LENGTH], 2))),
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                        SdkBytes.fromByteArray(marked(new byte[Stamp.LENGTH + 1], Stamp.TYPE))));
    }

    private static byte[] marked(byte[] bytes, int type) {
        bytes[0] = (byte) type;
        return bytes;
    }

    @Test
    void putIfNewer_twice_leavesEachTimeAStampOfItsOwn() {
        table.putIfNewer(key("ids"), item("ids", "a"), LOW);
        StoredItem first = Objects.requireNonNull(table.read(key("ids")));
        region.client()
                .deleteItem(request ->
                        request.tableName(table.name()).key(AttributeValues.toSdk(RegionFixture.keyAttributes("ids"))));
        table.putIfNewer(key("ids"), item("ids", "a"), LOW);
        StoredItem second = Objects.requireNonNull(table.read(key("ids")));

        assertThat(second.version()).isEqualTo(first.version());
        assertThat(second.isMarkedAs(first)).isFalse();
        assertThat(second.isAppliedIn(RegionFixture.REGION_ID)).isTrue();
        assertThat(second.isAppliedIn(RegionFixture.REGION_ID + 1)).isFalse();
    }

    @Test
    void stamp_onAnAppliersWrite_makesItTheRegionsOwn() {
        table.putIfNewer(key("own"), item("own", "a"), LOW);
        StoredItem applied = Objects.requireNonNull(table.read(key("own")));

        assertThat(table.stamp(key("own"), Stamp.of(LOW), MIDDLE)).isFalse();
        assertThat(table.stamp(key("own"), applied.stamp(), MIDDLE)).isTrue();
        assertThat(Objects.requireNonNull(table.read(key("own"))).isAppliedIn(RegionFixture.REGION_ID))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("scribbles")
    void conditions_versionAttributeScribbledOn_treatTheItemAsUnstamped(
            software.amazon.awssdk.services.dynamodb.model.AttributeValue scribble) {
        region.scribble(table, item("scribble", "a"), scribble);
        StoredItem scribbled = Objects.requireNonNull(table.read(key("scribble")));
        assertThat(scribbled.item()).isEqualTo(item("scribble", "a"));
        assertThat(scribbled.version()).isNull();
        assertThat(table.putIfNewer(key("scribble"), item("scribble", "b"), HIGH))
                .isEqualTo(new PutOutcome.Refused(null, item("scribble", "a")));
        assertThat(table.deleteIfOlder(key("scribble"), HIGH)).isEqualTo(new DeleteOutcome.Refused(null));
        assertThat(table.stamp(key("scribble"), null, MIDDLE)).isTrue();
        assertThat(RegionFixture.unmarked(table.read(key("scribble"))))
                .isEqualTo(new StoredItem(item("scribble", "a"), MIDDLE));
    }

    @Test
    void stamp_noItem_createsNone() {
        assertThat(table.stamp(key("nobody"), null, LOW)).isFalse();
        assertThat(table.stampOrSee(key("nobody"), null, LOW)).isEqualTo(new StampOutcome.Refused(null));
        assertThat(table.stamp(key("nobody"), Stamp.of(LOW), MIDDLE)).isFalse();
        assertThat(table.read(key("nobody"))).isNull();
    }

    @Test
    void deletes_byVersion_takeOnlyWhatTheyMay() {
        assertThat(table.deleteIfOlder(key("delete"), HIGH)).isEqualTo(new DeleteOutcome.Absent());
        table.putIfNewer(key("delete"), item("delete", "a"), MIDDLE);
        assertThat(table.deleteIfOlder(key("delete"), MIDDLE)).isEqualTo(new DeleteOutcome.Refused(MIDDLE));
        Stamp first = Objects.requireNonNull(
                Objects.requireNonNull(table.read(key("delete"))).stamp());
        assertThat(table.deleteExactly(key("delete"), Stamp.of(MIDDLE))).isFalse();
        assertThat(table.deleteIfOlder(key("delete"), HIGH))
                .isEqualTo(new DeleteOutcome.Deleted(MIDDLE, item("delete", "a")));
        table.putIfNewer(key("delete"), item("delete", "b"), MIDDLE);
        assertThat(table.deleteExactly(key("delete"), first)).isFalse();
        Stamp second = Objects.requireNonNull(
                Objects.requireNonNull(table.read(key("delete"))).stamp());
        assertThat(table.deleteExactly(key("delete"), second)).isTrue();
        assertThat(table.read(key("delete"))).isNull();
    }

    @Test
    void putIfNewer_everyType_comesBackEqual() {
        Item image = RegionFixture.keyAttributes("types")
                .with("n", new AttributeValue.N("-1.50e3"))
                .with("b", new AttributeValue.B(Bytes.wrap(new byte[] {0, -1, 7})))
                .with("bool", new AttributeValue.Bool(false))
                .with("null", new AttributeValue.Null())
                .with("ss", new AttributeValue.SS(List.of("b", "a", "\uD83D\uDE00")))
                .with("ns", new AttributeValue.NS(List.of("2", "10", "-1")))
                .with("bs", new AttributeValue.BS(List.of(Bytes.wrap(new byte[] {2}), Bytes.wrap(new byte[] {1}))))
                .with("l", new AttributeValue.L(List.of(new AttributeValue.S(""), new AttributeValue.L(List.of()))))
                .with("m", new AttributeValue.M(Map.of("x", new AttributeValue.M(Map.of()))));
        table.putIfNewer(key("types"), image, LOW);
        assertThat(RegionFixture.unmarked(table.read(key("types")))).isEqualTo(new StoredItem(image, LOW));
    }

    @Test
    void putIfNewer_overTheSizeLimit_isFatal() {
        Item image = item("large", "x".repeat(400 * 1024));
        assertThatThrownBy(() -> table.putIfNewer(key("large"), image, LOW))
                .isInstanceOf(FatalStoreException.class)
                .hasMessageContaining(table.name());
    }

    @Test
    void read_keyOfAnotherSchema_isFatal() {
        KeySchema other = new KeySchema(new KeyAttribute("id", KeyType.N), null);
        ItemKey key = ItemKey.of(other, new Item(Map.of("id", new AttributeValue.N("1"))));
        assertThatThrownBy(() -> table.read(key)).isInstanceOf(FatalStoreException.class);
    }

    @Test
    void read_tableMissing_isRetriableAndSaysSo() {
        var missing = new DynamoVersionedTable(
                region.client(),
                new AppliedWrites(region.client(), 1),
                "not-there",
                RegionFixture.SCHEMA,
                Version.ATTRIBUTE);
        assertThatThrownBy(() -> missing.read(key("x")))
                .isInstanceOfSatisfying(
                        RetriableStoreException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.TABLE_MISSING));
    }

    @Test
    void tombstones_replaceAndRaise_areConditional() {
        DynamoTombstones tombstones = region.tombstones();
        assertThat(tombstones.read("t", key("x"))).isNull();
        assertThat(tombstones.replace("t", key("x"), LOW, MIDDLE, null)).isFalse();
        assertThat(tombstones.replace("t", key("x"), null, LOW, null)).isTrue();
        assertThat(tombstones.replace("t", key("x"), null, MIDDLE, null)).isFalse();
        assertThat(tombstones.raise("t", key("x"), MIDDLE)).isTrue();
        assertThat(tombstones.raise("t", key("x"), MIDDLE)).isFalse();
        assertThat(tombstones.raise("t", key("x"), LOW)).isFalse();
        assertThat(tombstones.replace("t", key("x"), MIDDLE, HIGH, null)).isTrue();
        assertThat(tombstones.read("t", key("x"))).isEqualTo(HIGH);
        assertThat(tombstones.read("u", key("x"))).isNull();
    }

    @Test
    void tombstone_remembersWhatWasRemovedLast_whateverBecomesOfIt() {
        DynamoTombstones tombstones = region.tombstones();
        Bytes removed = Bytes.wrap(Stamp.of(LOW).toBytes());
        assertThat(tombstones.removed("t", key("removed"))).isNull();
        tombstones.replace("t", key("removed"), null, MIDDLE, removed);
        assertThat(tombstones.removed("t", key("removed"))).isEqualTo(removed);
        tombstones.raise("t", key("removed"), HIGH);
        assertThat(tombstones.removed("t", key("removed"))).isEqualTo(removed);
        assertThat(tombstones.read("t", key("removed"))).isEqualTo(HIGH);
    }
}
