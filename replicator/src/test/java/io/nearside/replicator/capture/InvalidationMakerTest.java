package io.nearside.replicator.capture;

import io.nearside.change.Invalidation;
import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.change.StreamPosition;
import io.nearside.conflict.AttributeVersions;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.replicator.table.IndexSchema;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableInfo;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InvalidationMakerTest {

    private static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("pk", KeyType.S), null);
    private static final Item ITEM = new Item(Map.of("pk", new AttributeValue.S("a")));
    private static final Version OLDER = new Version(1L << 16, 1, 1);
    private static final Version NEWER = new Version(2L << 16, 1, 1);
    private static final StreamPosition POSITION = new StreamPosition("shard", "1");

    private final InvalidationMaker maker =
            new InvalidationMaker(new TableInfo("orders", "id-1", SCHEMA, List.of(), null), "node");

    @Test
    void invalidation_ofACommit_carriesItsVersion() {
        assertThat(version(OLDER, NEWER, POSITION)).isEqualTo(NEWER);
        assertThat(version(null, NEWER, POSITION)).isEqualTo(NEWER);
    }

    @Test
    void invalidation_ofAWriteThatLeftTheVersionAsItWas_carriesNone() {
        assertThat(version(OLDER, OLDER, POSITION)).isNull();
    }

    @Test
    void invalidation_ofAVersionPutBack_carriesNone() {
        assertThat(version(NEWER, OLDER, POSITION)).isNull();
    }

    @Test
    void invalidation_ofAVersionDropped_carriesNone() {
        assertThat(version(NEWER, null, POSITION)).isNull();
    }

    @Test
    void invalidation_ofAnItemThatHadVersionsPerAttribute_carriesNone() {
        StoredItem noted =
                StoredItem.merging(ITEM, AttributeVersions.whole(OLDER).raised(Set.of("a"), NEWER), 0);
        CapturedRecord putBack = new CapturedRecord(
                ItemKey.of(SCHEMA, ITEM),
                ITEM,
                noted,
                new StoredItem(ITEM, OLDER),
                false,
                POSITION,
                null,
                Instant.ofEpochMilli(1));

        assertThat(maker.of(putBack).version()).isNull();
    }

    @Test
    void invalidation_ofARowOfAScan_carriesNone() {
        assertThat(version(null, NEWER, null)).isNull();
    }

    @Test
    void invalidation_ofARecordReadInPart_isOfTheKeyAndOfWholeIndexes() {
        KeySchema byOwner = new KeySchema(new KeyAttribute("owner", KeyType.S), null);
        InvalidationMaker indexed = new InvalidationMaker(
                new TableInfo("orders", "id-1", SCHEMA, List.of(new IndexSchema("by-owner", byOwner, false)), null),
                "node");
        CapturedRecord partial = new CapturedRecord(
                ItemKey.of(SCHEMA, ITEM),
                ITEM,
                new StoredItem(ITEM, OLDER),
                new StoredItem(ITEM, NEWER),
                false,
                POSITION,
                null,
                Instant.ofEpochMilli(1),
                new UnreadAttributes(Set.of(), Set.of("strange")));

        Invalidation invalidation = indexed.of(partial);

        assertThat(invalidation.key()).isEqualTo(ItemKey.of(SCHEMA, ITEM));
        assertThat(invalidation.version()).isNull();
        assertThat(invalidation.indexes())
                .containsExactly(new IndexPartitions("by-owner", false, List.of(), List.of(), true));
    }

    @Test
    void invalidation_tellsThePlacesInIndexes_thatTheItemLeftAndEntered() {
        KeySchema byDate = new KeySchema(new KeyAttribute("pk", KeyType.S), new KeyAttribute("date", KeyType.S));
        KeySchema byOwner = new KeySchema(new KeyAttribute("owner", KeyType.S), null);
        InvalidationMaker indexed = new InvalidationMaker(
                new TableInfo(
                        "orders",
                        "id-1",
                        SCHEMA,
                        List.of(new IndexSchema("by-date", byDate, true), new IndexSchema("by-owner", byOwner, false)),
                        null),
                "node");
        Item before = item("date", "1");
        Item after = item("owner", "me");

        assertThat(indexed.of(record(before, null, after, null, POSITION)).indexes())
                .containsExactly(
                        IndexPartitions.ofKeys("by-date", true, ItemKey.of(byDate, before), null),
                        IndexPartitions.ofKeys("by-owner", false, null, ItemKey.of(byOwner, after)));
        Item wrong = new Item(Map.of("pk", new AttributeValue.S("a"), "date", new AttributeValue.N("1")));
        assertThat(indexed.of(record(wrong, null, after, null, POSITION)).indexes())
                .first()
                .isEqualTo(new IndexPartitions("by-date", true, List.of(), List.of(), true));
    }

    private static Item item(String name, String value) {
        return new Item(Map.of("pk", new AttributeValue.S("a"), name, new AttributeValue.S(value)));
    }

    private @Nullable Version version(
            @Nullable Version before, @Nullable Version after, @Nullable StreamPosition position) {
        return maker.of(record(ITEM, before, ITEM, after, position)).version();
    }

    private static CapturedRecord record(
            Item old,
            @Nullable Version before,
            Item fresh,
            @Nullable Version after,
            @Nullable StreamPosition position) {
        return new CapturedRecord(
                ItemKey.of(SCHEMA, ITEM),
                ITEM,
                new StoredItem(old, before),
                new StoredItem(fresh, after),
                false,
                position,
                null,
                Instant.EPOCH);
    }
}
