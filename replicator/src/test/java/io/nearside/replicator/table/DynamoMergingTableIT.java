package io.nearside.replicator.table;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.version.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

import static io.nearside.replicator.table.RegionFixture.item;
import static io.nearside.replicator.table.RegionFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

/** The steps of merging attributes against DynamoDB Local. */
final class DynamoMergingTableIT {
    private static final Version LOW = new Version(1L << 16, 1, 1);
    private static final Version MIDDLE = new Version(2L << 16, 1, 1);
    private static final Version HIGH = new Version(3L << 16, 2, 1);
    private static final AttributeVersions WHOLE = AttributeVersions.whole(LOW);
    private static final AttributeVersions NOTED = WHOLE.raised(Set.of("x"), MIDDLE);

    private static RegionFixture region;
    private static DynamoVersionedTable versioned;
    private static MergingTable table;

    @BeforeAll
    static void start() {
        region = new RegionFixture(0);
        versioned = region.table();
        table = new DynamoMergingTable(
                region.client(),
                new AppliedWrites(region.client(), 1),
                versioned.name(),
                RegionFixture.SCHEMA,
                Version.ATTRIBUTE);
    }

    @AfterAll
    static void stop() {
        region.close();
    }

    private static Item with(Item item, String name, String value) {
        return item.with(name, new AttributeValue.S(value));
    }

    private static StoredItem inserted(String id, AttributeVersions versions) {
        Item image = item(id, "a");
        assertThat(table.replace(key(id), null, image, Set.of(), versions)).isTrue();
        return Objects.requireNonNull(table.read(key(id)));
    }

    @Test
    void replace_noItem_insertsOnce() {
        StoredItem inserted = inserted("insert", WHOLE);

        assertThat(table.read(key("insert"))).isEqualTo(inserted);
        assertThat(RegionFixture.unmarked(versioned.read(key("insert"))))
                .isEqualTo(new StoredItem(inserted.item(), LOW));
        assertThat(table.replace(key("insert"), null, item("insert", "b"), Set.of(), NOTED))
                .isFalse();
    }

    @Test
    void update_markedAsRead_setsAndRemovesAndMarks() {
        StoredItem read = inserted("update", WHOLE);

        assertThat(table.update(key("update"), read, with(Item.EMPTY, "x", "1"), Set.of("value"), NOTED))
                .isTrue();

        assertThat(RegionFixture.unmarked(table.read(key("update"))))
                .isEqualTo(StoredItem.merging(with(RegionFixture.keyAttributes("update"), "x", "1"), NOTED, 0));
    }

    @Test
    void update_markedOtherwiseByThen_refuses() {
        StoredItem read = inserted("refused", WHOLE);
        assertThat(table.stamp(key("refused"), read, NOTED)).isTrue();

        assertThat(table.update(key("refused"), read, with(Item.EMPTY, "x", "1"), Set.of(), NOTED))
                .isFalse();
        assertThat(table.stamp(key("refused"), read, NOTED)).isFalse();
        assertThat(table.delete(key("refused"), read)).isFalse();
        assertThat(RegionFixture.unmarked(table.read(key("refused"))))
                .isEqualTo(StoredItem.merging(read.item(), NOTED, 0));
    }

    @Test
    void update_otherAttributeWrittenMeanwhile_leavesIt() {
        StoredItem read = inserted("meanwhile", NOTED);
        region.client()
                .updateItem(request -> request.tableName(table.name())
                        .key(AttributeValues.toSdk(RegionFixture.keyAttributes("meanwhile")))
                        .updateExpression("SET y = :y")
                        .expressionAttributeValues(Map.of(
                                ":y", software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS("direct"))));

        assertThat(table.update(key("meanwhile"), read, with(Item.EMPTY, "x", "1"), Set.of(), NOTED))
                .isTrue();

        assertThat(RegionFixture.unmarked(table.read(key("meanwhile"))))
                .isEqualTo(StoredItem.merging(with(with(read.item(), "y", "direct"), "x", "1"), NOTED, 0));
    }

    @Test
    void replace_keptAttributeChangedMeanwhile_refuses() {
        StoredItem read = inserted("kept", NOTED);
        AttributeVersions raised = NOTED.raised(HIGH);

        assertThat(table.replace(
                        key("kept"),
                        new StoredItem(item("kept", "other"), null, read.mark()),
                        read.item(),
                        Set.of("value"),
                        raised))
                .isFalse();
        assertThat(table.replace(key("kept"), with(read, "absent"), read.item(), Set.of("absent"), raised))
                .isFalse();
        assertThat(table.replace(key("kept"), read, item("kept", "new"), Set.of("value", "absent"), raised))
                .isTrue();
        assertThat(RegionFixture.unmarked(table.read(key("kept"))))
                .isEqualTo(StoredItem.merging(item("kept", "new"), raised, 0));
    }

    private static StoredItem with(StoredItem read, String name) {
        return new StoredItem(with(read.item(), name, "x"), read.stamp(), read.mark());
    }

    @Test
    void delete_markedAsRead_deletes() {
        StoredItem read = inserted("delete", NOTED);

        assertThat(table.delete(key("delete"), read)).isTrue();
        assertThat(table.read(key("delete"))).isNull();
        assertThat(table.delete(key("delete"), read)).isFalse();
    }

    @Test
    void stamp_unstampedOrScribbledOn_isOnConditionOfJustThat() {
        for (var scribble : List.of(
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                        SdkBytes.fromByteArray(new byte[] {1, 2, 3})),
                software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS("not a version"))) {
            region.scribble(versioned, item("scribble", "a"), scribble);
            StoredItem read = Objects.requireNonNull(table.read(key("scribble")));
            assertThat(read.versions()).isNull();
            assertThat(table.stamp(key("scribble"), new StoredItem(read.item(), MIDDLE), WHOLE))
                    .isFalse();
            assertThat(table.stamp(key("scribble"), read, WHOLE)).isTrue();
            assertThat(RegionFixture.unmarked(table.read(key("scribble")))).isEqualTo(new StoredItem(read.item(), LOW));
        }
        region.writeDirectly(versioned, item("plain", "a"));
        assertThat(table.stamp(
                        key("plain"), new StoredItem(item("plain", "a"), null, Bytes.wrap(new byte[] {1})), WHOLE))
                .isFalse();
        assertThat(table.stamp(key("plain"), new StoredItem(item("plain", "a"), null), WHOLE))
                .isTrue();
        assertThat(table.stamp(key("nothing there"), new StoredItem(item("plain", "a"), null), WHOLE))
                .isFalse();
    }

    @Test
    void update_moreAttributesThanAnExpressionHolds_writesThemAll() {
        StoredItem read = inserted("many", WHOLE);
        Map<String, AttributeValue> many = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            many.put("n" + i, new AttributeValue.N(String.valueOf(i)));
        }
        AttributeVersions fresh = WHOLE.raised(many.keySet(), HIGH);

        assertThat(table.update(key("many"), read, new Item(many), Set.of("value"), fresh))
                .isTrue();

        many.putAll(RegionFixture.keyAttributes("many").attributes());
        assertThat(RegionFixture.unmarked(table.read(key("many"))))
                .isEqualTo(StoredItem.merging(new Item(many), fresh, 0));
    }

    @Test
    void replace_keepingMoreThanAnExpressionHolds_isTaken() {
        StoredItem read = inserted("keeping", WHOLE);
        Set<String> kept = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            kept.add("n" + i);
        }

        assertThat(table.replace(key("keeping"), read, item("keeping", "b"), kept, NOTED))
                .isTrue();
    }
}
