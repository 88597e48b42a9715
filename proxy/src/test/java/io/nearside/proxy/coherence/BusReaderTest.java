package io.nearside.proxy.coherence;

import io.nearside.change.Invalidation;
import io.nearside.change.Invalidation.Scope;
import io.nearside.change.InvalidationCodec;
import io.nearside.change.Topics;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCaches;
import io.nearside.proxy.cache.VirtualTicker;
import io.nearside.version.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C19, C25, C27, C28 and C31: announcements heard, missed, and read again. */
class BusReaderTest {

    private static final String TOPIC = Topics.invalidations("r");
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Node NODE = new Node(1, "localhost", 1);

    private final VirtualTicker ticker = new VirtualTicker();
    private final ItemCache cache = new ItemCache(
            new ItemCacheSettings(1 << 20, Duration.ofHours(1), SECOND, SECOND, SECOND), ticker, Runnable::run);
    private final CachedTable table = cache.tables().open("orders", "id-1");
    private final BusState state = new BusState(ticker, Duration.ofSeconds(3), Duration.ZERO);
    private final Deque<MockConsumer<byte[], byte[]>> consumers = new ArrayDeque<>();
    private final CountingObserver observer = new CountingObserver();
    private final BusReader reader = new BusReader(
            "r",
            consumers::remove,
            new InvalidationHandler(cache, PageCaches.beside(cache, ticker), "me"),
            observer,
            state);

    @Test
    void reader_startsAtTheEndWithNothingCached() {
        install("a");
        MockConsumer<byte[], byte[]> consumer = consumer(0, 7);
        consumer.schedulePollTask(() -> {
            assertThat(isCached("a")).isFalse();
            assertThat(consumer.position(PARTITION)).isEqualTo(7);
        });

        run(consumer);

        assertThat(state.isHearing()).isTrue();
    }

    @Test
    void announcement_ofAnother_removesTheEntry() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            install("b");
            add(consumer, 0, item("a", "other", null));
        });

        run(consumer);

        assertThat(isCached("a")).isFalse();
        assertThat(isCached("b")).isTrue();
    }

    @Test
    void announcement_ofMyself_isKnownAlready() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            add(consumer, 0, item("a", "me", null));
        });

        run(consumer);

        assertThat(isCached("a")).isTrue();
    }

    @Test
    void announcement_ofACommitThatTheEntryReflects_leavesIt() {
        Version version = new Version(9L << 16, 1, 1);
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            cache.install(
                    cache.beginFill(table, key("a")),
                    CachedItem.present(new byte[] {'{', '}'}, version, true, ticker.read()));
            add(consumer, 0, item("a", "apply/eu-west-1", version));
        });
        MockConsumer<byte[], byte[]> next = consumer(0, 2);
        next.schedulePollTask(() -> {
            assertThat(isCached("a")).isTrue();
            add(next, 1, item("a", "capture/node", null));
        });

        run(consumer, next);

        assertThat(isCached("a")).isFalse();
    }

    @Test
    void announcement_ofAPartition_removesItsEntries() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            install("b");
            add(
                    consumer,
                    0,
                    InvalidationCodec.encode(
                            "r",
                            new Invalidation(
                                    Scope.PARTITION,
                                    "orders",
                                    "id-1",
                                    key("a"),
                                    List.of(),
                                    "other",
                                    Instant.EPOCH,
                                    null)));
        });

        run(consumer);

        assertThat(isCached("a")).isFalse();
        assertThat(isCached("b")).isTrue();
    }

    @Test
    void announcement_ofATable_forgetsItsItems() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            add(
                    consumer,
                    0,
                    InvalidationCodec.encode(
                            "r",
                            new Invalidation(
                                    Scope.TABLE, "orders", "", null, List.of(), "other", Instant.EPOCH, null)));
        });

        run(consumer);

        assertThat(isCached("a")).isFalse();
        assertThat(table.isSuspect()).isTrue();
    }

    @Test
    void announcement_thatCannotBeRead_forgetsEverything() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            add(consumer, 0, new byte[] {1, 2, 3});
        });

        run(consumer);

        assertThat(isCached("a")).isFalse();
    }

    @Test
    void announcement_ofAnotherRegion_isRefusedAndCounted() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            add(
                    consumer,
                    0,
                    InvalidationCodec.encode(
                            "elsewhere",
                            new Invalidation(
                                    Scope.TABLE, "orders", "", null, List.of(), "other", Instant.EPOCH, null)));
        });

        run(consumer);

        assertThat(isCached("a")).isTrue();
        assertThat(observer.refused).containsExactly(RefusedRecord.FOREIGN);
        assertThat(state.isHearing()).isTrue();
    }

    @Test
    void announcement_ofWhatCannotBeATable_isRefusedAndCounted() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            add(
                    consumer,
                    0,
                    InvalidationCodec.encode(
                            "r",
                            new Invalidation(
                                    Scope.TABLE, "no table", "", null, List.of(), "other", Instant.EPOCH, null)));
        });

        run(consumer);

        assertThat(isCached("a")).isTrue();
        assertThat(observer.refused).containsExactly(RefusedRecord.FOREIGN);
    }

    @Test
    void announcement_thatFailsToBeActedUpon_isMetOnceAndEverythingIsForgotten() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            add(consumer, 0, item("c", CountingObserver.POISON, null));
            add(consumer, 1, item("d", "other", null));
        });

        run(consumer);

        assertThat(isCached("a")).isFalse();
        assertThat(observer.refused).containsExactly(RefusedRecord.FAILED);
        assertThat(observer.heard).containsExactly(CountingObserver.POISON, "other");
        assertThat(state.isHearing()).isTrue();
    }

    @Test
    void reader_thatHearsAgainAfterItsPatience_forgetsEverythingBeforeAnythingIsServed() {
        MockConsumer<byte[], byte[]> again = consumer(0, 5);
        again.schedulePollTask(() -> {
            ticker.advance(Duration.ofMillis(3100));
            assertThat(state.isHearing()).isFalse();
        });

        run(consumer(0, 5, () -> install("a")), again);

        assertThat(state.isHearing()).isTrue();
        assertThat(isCached("a")).isFalse();
        assertThat(observer.missed).isEqualTo(1);
    }

    @Test
    void reader_thatHearsAgainWithinItsPatience_keepsWhatItHas() {
        MockConsumer<byte[], byte[]> again = consumer(0, 5);
        again.schedulePollTask(() -> ticker.advance(Duration.ofMillis(1500)));

        run(consumer(0, 5, () -> install("a")), again);

        assertThat(state.isHearing()).isTrue();
        assertThat(isCached("a")).isTrue();
        assertThat(observer.missed).isZero();
    }

    @Test
    void reader_thatCatchesUpForLongerThanItsPatience_keepsWhatItHas() {
        MockConsumer<byte[], byte[]> consumer = consumer(0, 0);
        consumer.schedulePollTask(() -> {
            install("a");
            add(consumer, 0, item("c", "other", null));
            consumer.updateEndOffsets(Map.of(PARTITION, 5L));
        });
        for (int offset = 1; offset < 5; offset++) {
            long next = offset;
            consumer.schedulePollTask(() -> {
                ticker.advance(Duration.ofSeconds(2));
                add(consumer, next, item("c", "other", null));
                consumer.updateEndOffsets(Map.of(PARTITION, 5L));
            });
        }

        run(consumer);

        assertThat(state.isHearing()).isTrue();
        assertThat(isCached("a")).isTrue();
    }

    @Test
    void reader_connectedAgain_goesOnFromWhereItStood() {
        MockConsumer<byte[], byte[]> first = consumer(0, 5, () -> {
            install("a");
            install("b");
        });
        MockConsumer<byte[], byte[]> second = consumer(0, 7);
        second.schedulePollTask(() -> {
            assertThat(isCached("a")).isTrue();
            add(second, 5, item("a", "other", null));
            add(second, 6, item("c", "other", null));
        });

        run(first, second);

        assertThat(isCached("a")).isFalse();
        assertThat(isCached("b")).isTrue();
    }

    @Test
    void reader_thatHasNotCaughtUp_doesNotHear() {
        MockConsumer<byte[], byte[]> behind = consumer(0, 3);
        behind.schedulePollTask(() -> {
            ticker.advance(Duration.ofMinutes(1));
            add(behind, 0, item("c", "other", null));
            behind.updateEndOffsets(Map.of(PARTITION, 3L));
        });

        run(consumer(0, 0), behind);

        assertThat(state.isHearing()).isFalse();
    }

    @Test
    void reader_whosePositionKafkaDroppedMeanwhile_forgetsEverything() {
        MockConsumer<byte[], byte[]> later = consumer(100, 120);
        later.schedulePollTask(() -> add(later, 119, item("b", "other", null)));

        run(consumer(0, 5, () -> install("a")), later);

        assertThat(isCached("a")).isFalse();
    }

    @Test
    void reader_whoseTopicWasMadeAgain_forgetsEverything() {
        run(consumer(0, 50, () -> install("a")), consumer(0, 3));

        assertThat(isCached("a")).isFalse();
    }

    private MockConsumer<byte[], byte[]> consumer(long begin, long end) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, NODE, new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(PARTITION, begin));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
        return consumer;
    }

    /** Lets the reader use each consumer for a few polls, until its connection breaks; after the last one it is closed. */
    @SafeVarargs
    private void run(MockConsumer<byte[], byte[]>... all) {
        for (MockConsumer<byte[], byte[]> consumer : all) {
            boolean last = consumer == all[all.length - 1];
            consumers.add(consumer);
            for (int poll = 0; poll < 5; poll++) {
                consumer.schedulePollTask(() -> ticker.advance(Duration.ofMillis(200)));
            }
            consumer.schedulePollTask(() -> {
                if (last) {
                    reader.close();
                }
                throw new KafkaException("the connection broke");
            });
        }
        reader.run();
        // The reader was closed from its own thread, which is this one.
        assertThat(Thread.interrupted()).isFalse();
    }

    private MockConsumer<byte[], byte[]> consumer(long begin, long end, Runnable first) {
        MockConsumer<byte[], byte[]> consumer = consumer(begin, end);
        consumer.schedulePollTask(first);
        return consumer;
    }

    private static void add(MockConsumer<byte[], byte[]> consumer, long offset, byte[] value) {
        consumer.updateEndOffsets(Map.of(PARTITION, offset + 1));
        consumer.addRecord(new ConsumerRecord<>(TOPIC, 0, offset, new byte[0], value));
    }

    private static byte[] item(String key, String source, @Nullable Version version) {
        return InvalidationCodec.encode(
                "r",
                new Invalidation(Scope.ITEM, "orders", "id-1", key(key), List.of(), source, Instant.EPOCH, version));
    }

    private void install(String key) {
        cache.install(
                cache.beginFill(table, key(key)), CachedItem.present(new byte[] {'{', '}'}, null, true, ticker.read()));
    }

    private boolean isCached(String key) {
        return cache.get(table, key(key)) != null;
    }

    private static ItemKey key(String partition) {
        byte[] utf8 = partition.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new ItemKeyWriter().partitionString(utf8, 0, utf8.length).toKey();
    }

    private static final class CountingObserver implements BusObserver {

        /** Whoever hears of this source fails. */
        static final String POISON = "poison";

        private final List<String> heard = new ArrayList<>();
        private final List<RefusedRecord> refused = new ArrayList<>();
        private int missed;

        @Override
        public void heard(Invalidation invalidation) {
            heard.add(invalidation.source());
            if (invalidation.source().equals(POISON)) {
                throw new IllegalStateException("the test says so");
            }
        }

        @Override
        public void missed() {
            missed++;
        }

        @Override
        public void refused(RefusedRecord why) {
            refused.add(why);
        }

        @Override
        public void overflowed() {}
    }
}
