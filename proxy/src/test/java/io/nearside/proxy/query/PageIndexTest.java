package io.nearside.proxy.query;

import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PageIndexTest {
    private static final KeySchema SCHEMA =
            new KeySchema(new KeyAttribute("p", KeyType.S), new KeyAttribute("s", KeyType.N));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20_261_120})
    void index_anyOperations_agreesWithAListOfPages(long seed) {
        Random random = new Random(seed);
        PageIndex<String, Integer> index = new PageIndex<>(seed);
        List<Filed> model = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            String scope = "t" + random.nextInt(3);
            ItemKey key = key("p" + random.nextInt(4), random.nextInt(60));
            String what = "seed " + seed + ", step " + step;
            switch (random.nextInt(20)) {
                case 0 ->
                    assertTaken(
                            what,
                            index.takePartition(scope, key.partitionOnly()),
                            take(
                                    model,
                                    filed -> filed.scope.equals(scope)
                                            && (filed.interval == null || filed.inPartitionOf(key))));
                case 1 -> {
                    if (random.nextInt(10) == 0) {
                        assertTaken(what, index.takeAll(scope), take(model, filed -> filed.scope.equals(scope)));
                    }
                }
                case 2 -> {
                    index.fileWhole(scope, step);
                    model.add(new Filed(scope, null, step));
                }
                case 3, 4 -> removeOne(index, model, random);
                case 5, 6, 7 ->
                    assertTaken(
                            what,
                            index.takeTouched(scope, key),
                            take(
                                    model,
                                    filed -> filed.scope.equals(scope)
                                            && (filed.interval == null || filed.contains(key))));
                default -> {
                    KeyInterval interval = interval(key.partitionOnly(), key, random);
                    // Now and then a page that is there already, under other keys.
                    Integer page = model.isEmpty() || random.nextInt(8) > 0
                            ? Integer.valueOf(step)
                            : samePartition(model, scope, key, step);
                    index.file(scope, interval, page);
                    model.removeIf(filed -> filed.page.equals(page));
                    model.add(new Filed(scope, interval, page));
                }
            }
            assertThat(index.size()).as(what).isEqualTo(model.size());
        }
    }

    @Test
    void takeTouched_manyPagesOfOnePartition_takesOnlyThoseWithTheKey() {
        PageIndex<String, Integer> index = new PageIndex<>(1);
        for (int i = 0; i < 50_000; i++) {
            KeyInterval interval = new KeyInterval(
                    key("p", 0).partitionOnly(), Cut.before(key("p", 2 * i)), Cut.after(key("p", 2 * i + 1)));
            index.file("t", interval, i);
        }

        assertThat(index.takeTouched("t", key("p", 2 * 31_337 + 1))).containsExactly(31_337);
        assertThat(index.takeTouched("t", key("q", 5))).isEmpty();
        assertThat(index.takeTouched("u", key("p", 5))).isEmpty();
        assertThat(index.size()).isEqualTo(49_999);
    }

    @Test
    void detach_ofAScope_takesItsPagesAndLeavesTheOthers() {
        PageIndex<String, String> index = new PageIndex<>(1);
        KeyInterval p = new KeyInterval(key("p", 0).partitionOnly(), Cut.BOTTOM, Cut.TOP);
        KeyInterval q = new KeyInterval(key("q", 0).partitionOnly(), Cut.BOTTOM, Cut.TOP);
        index.file("t", p, "first");
        index.file("t", p, "second");
        index.file("t", q, "third");
        index.fileWhole("t", "fourth");
        index.file("u", p, "other");

        Iterator<List<String>> gone = index.detach("t");
        assertThat(index.size()).isEqualTo(1);
        // The same names again, before anybody looked at what was taken out.
        index.file("t", p, "first");
        index.remove("t", p.partition(), "second");

        List<String> names = new ArrayList<>();
        gone.forEachRemaining(names::addAll);
        assertThat(names).containsExactlyInAnyOrder("first", "second", "third", "fourth");
        assertThat(index.takeAll("t")).containsExactly("first");
        assertThat(index.detach("t")).isExhausted();
        assertThat(index.size()).isEqualTo(1);
    }

    private static void removeOne(PageIndex<String, Integer> index, List<Filed> model, Random random) {
        if (model.isEmpty()) {
            index.remove("t0", key("p0", 0).partitionOnly(), -1);
            index.removeWhole("t0", -1);
            return;
        }
        Filed gone = model.remove(random.nextInt(model.size()));
        if (gone.interval == null) {
            index.removeWhole(gone.scope, gone.page);
        } else {
            index.remove(gone.scope, gone.interval.partition(), gone.page);
        }
    }

    private static Integer samePartition(List<Filed> model, String scope, ItemKey key, int otherwise) {
        return model.stream()
                .filter(filed -> filed.scope.equals(scope) && filed.interval != null && filed.inPartitionOf(key))
                .map(Filed::page)
                .findFirst()
                .orElse(otherwise);
    }

    private static void assertTaken(String what, List<Integer> taken, List<Integer> expected) {
        assertThat(taken).as(what).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<Integer> take(List<Filed> model, java.util.function.Predicate<Filed> touched) {
        List<Integer> taken = new ArrayList<>();
        for (Iterator<Filed> all = model.iterator(); all.hasNext(); ) {
            Filed filed = all.next();
            if (touched.test(filed)) {
                taken.add(filed.page);
                all.remove();
            }
        }
        return taken;
    }

    private static KeyInterval interval(ItemKey partition, ItemKey from, Random random) {
        Cut low = switch (random.nextInt(3)) {
            case 0 -> Cut.BOTTOM;
            case 1 -> Cut.after(from);
            default -> Cut.before(from);
        };
        ItemKey to = ItemKey.of(
                SCHEMA,
                new Item(Map.of(
                        "p",
                        partition
                                .toItem(new KeySchema(SCHEMA.partition(), null))
                                .attributes()
                                .get("p"),
                        "s",
                        new AttributeValue.N(String.valueOf(random.nextInt(60))))));
        Cut high = switch (random.nextInt(3)) {
            case 0 -> Cut.TOP;
            case 1 -> Cut.after(to);
            default -> Cut.before(to);
        };
        return new KeyInterval(partition, low, high);
    }

    private static ItemKey key(String partition, int sort) {
        return ItemKey.of(
                SCHEMA,
                new Item(
                        Map.of("p", new AttributeValue.S(partition), "s", new AttributeValue.N(String.valueOf(sort)))));
    }

    private record Filed(
            String scope, @org.jspecify.annotations.Nullable KeyInterval interval, Integer page) {
        boolean inPartitionOf(ItemKey key) {
            return interval != null && interval.partition().equals(key.partitionOnly());
        }

        boolean contains(ItemKey key) {
            return interval != null && inPartitionOf(key) && interval.contains(key);
        }
    }
}
