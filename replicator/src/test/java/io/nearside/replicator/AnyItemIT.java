package io.nearside.replicator;

import io.nearside.conflict.AttributeVersions;
import io.nearside.item.Item;
import io.nearside.replicator.table.AttributeValues;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Items of every type and nesting that DynamoDB Local takes, written directly in one region, arrive equal in the other. */
final class AnyItemIT {

    private static final int ITEMS = 75;
    private static final int BATCH = 25;
    private static final TwoRegions REGIONS = new TwoRegions().start();
    private static final String TABLE = REGIONS.replicatedTable("any-item");
    private static final String MERGING = REGIONS.replicatedTable("merging-any-item");

    @AfterContainer
    static void stop() {
        REGIONS.close();
    }

    /** Each of the first items is overwritten, so that the stream's old images are of every type too. */
    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void items_ofAnyTypeAndNesting_arriveEqual(
            @ForAll("batches") List<Map<String, AttributeValue>> first,
            @ForAll("batches") List<Map<String, AttributeValue>> then) {
        for (String table : List.of(TABLE, MERGING)) {
            write(table, first);
            write(table, then);
        }
        for (String table : List.of(TABLE, MERGING)) {
            await().atMost(TwoRegions.SOON).untilAsserted(() -> {
                Map<String, Held> written = items(0, table);
                assertThat(written.values())
                        .allSatisfy(held -> assertThat(held.versions()).isNotNull());
                assertThat(items(1, table)).isEqualTo(written);
            });
        }
    }

    private static void write(String table, List<Map<String, AttributeValue>> items) {
        for (int from = 0; from < items.size(); from += BATCH) {
            List<WriteRequest> puts = new ArrayList<>();
            for (int i = from; i < Math.min(from + BATCH, items.size()); i++) {
                Map<String, AttributeValue> item = new HashMap<>(items.get(i));
                item.put("id", AttributeValue.fromS("item-" + i));
                puts.add(WriteRequest.builder()
                        .putRequest(PutRequest.builder().item(item).build())
                        .build());
            }
            assertThat(REGIONS.dynamoDb(0)
                            .batchWriteItem(request -> request.requestItems(Map.of(table, puts)))
                            .unprocessedItems())
                    .isEmpty();
        }
    }

    /** What a region holds of an item: all but what tells single writes of appliers apart. Sets, which have no order, are sorted. */
    private record Held(Item item, @Nullable AttributeVersions versions) {}

    private static Map<String, Held> items(int region, String table) {
        Map<String, Held> items = new HashMap<>();
        REGIONS.items(region, table).forEach((id, item) -> {
            StoredItem stored = AttributeValues.fromSdk(item, Version.ATTRIBUTE);
            items.put(id, new Held(stored.item(), stored.versions()));
        });
        return items;
    }

    @Provide
    Arbitrary<List<Map<String, AttributeValue>>> batches() {
        return Arbitraries.maps(names(), values()).ofMaxSize(4).list().ofSize(ITEMS);
    }

    private static Arbitrary<AttributeValue> values() {
        return Arbitraries.lazyOf(
                AnyItemIT::scalars,
                AnyItemIT::sets,
                AnyItemIT::empty,
                () -> values().list().ofMaxSize(3).map(AttributeValue::fromL),
                () -> Arbitraries.maps(names(), values()).ofMaxSize(3).map(AttributeValue::fromM));
    }

    private static Arbitrary<AttributeValue> scalars() {
        return Arbitraries.oneOf(List.of(
                strings().map(AttributeValue::fromS),
                numbers().map(AttributeValue::fromN),
                bytes().map(AttributeValue::fromB),
                Arbitraries.of(true, false).map(AttributeValue::fromBool),
                Arbitraries.just(AttributeValue.fromNul(true))));
    }

    private static Arbitrary<AttributeValue> empty() {
        return Arbitraries.of(
                AttributeValue.fromM(Map.of()),
                AttributeValue.fromL(List.of()),
                AttributeValue.fromS(""),
                AttributeValue.fromB(SdkBytes.fromByteArray(new byte[0])));
    }

    private static Arbitrary<AttributeValue> sets() {
        return Arbitraries.oneOf(List.of(
                strings().list().uniqueElements().ofMinSize(1).ofMaxSize(4).map(AttributeValue::fromSs),
                Arbitraries.integers()
                        .list()
                        .uniqueElements()
                        .ofMinSize(1)
                        .ofMaxSize(4)
                        .map(numbers -> AttributeValue.fromNs(
                                numbers.stream().map(String::valueOf).toList())),
                bytes().list().uniqueElements().ofMinSize(1).ofMaxSize(4).map(AttributeValue::fromBs)));
    }

    private static Arbitrary<String> names() {
        return Arbitraries.oneOf(
                Arbitraries.of("a", "b", "c", "M", "S"),
                strings().filter(name -> !name.isEmpty() && !name.equals("id")));
    }

    private static Arbitrary<String> strings() {
        return Arbitraries.strings()
                .ofMaxLength(12)
                .filter(text -> UTF_8.newEncoder().canEncode(text));
    }

    private static Arbitrary<String> numbers() {
        return Arbitraries.bigDecimals()
                .between(new BigDecimal("-1e20"), new BigDecimal("1e20"))
                .ofScale(6)
                .map(BigDecimal::toString);
    }

    private static Arbitrary<SdkBytes> bytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(12).map(SdkBytes::fromByteArray);
    }
}
