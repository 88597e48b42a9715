package io.nearside.proxy.coherence;

import io.nearside.change.Topics;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCaches;
import io.nearside.proxy.cache.VirtualTicker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C27: a proxy notices that nobody tells it of writes around the proxies. */
class FeedWatchTest {

    private static final String TOPIC = Topics.control("r");
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Node NODE = new Node(1, "localhost", 1);
    private static final ItemKey KEY = key();

    private final VirtualTicker ticker = new VirtualTicker();
    private final ItemCache cache = new ItemCache(
            new ItemCacheSettings(1 << 20, Duration.ofHours(1), SECOND, SECOND, SECOND), ticker, Runnable::run);
    private final CachedTable table = cache.tables().open("orders", "id-1");
    private final BusState state = new BusState(ticker, Duration.ofHours(1), Duration.ZERO);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final FeedWatch watch = new FeedWatch(
            "r", () -> consumer, new InvalidationHandler(cache, PageCaches.beside(cache, ticker), "me"), state);

    @Test
    void heartbeat_ofAReplicatorAtWork_makesTheFeedAlive() {
        topic(0, 1);
        step(() -> beat(1, "alive tables=3 behind=0 id=1"));

        run();

        assertThat(state.feed()).isEqualTo(ChangeFeed.ALIVE);
        assertThat(state.feedSilenceSeconds()).isZero();
    }

    @Test
    void heartbeats_fromBeforeThisProcess_makeTheFeedSilentUnlessAnotherComes() {
        topic(0, 3);
        step(() -> {
            beat(0, "alive");
            beat(1, "alive");
            beat(2, "last");
        });
        step(() -> {
            assertThat(state.feed()).isEqualTo(ChangeFeed.ALIVE);
            ticker.advance(Duration.ofSeconds(11));
        });

        run();

        assertThat(state.feed()).isEqualTo(ChangeFeed.SILENT);
    }

    @Test
    void goodbye_isNoHeartbeat() {
        topic(0, 1);
        step(() -> beat(1, "alive"));
        step(() -> {
            ticker.advance(Duration.ofSeconds(6));
            beat(2, "last");
        });
        step(() -> ticker.advance(Duration.ofSeconds(5)));

        run();

        assertThat(state.feed()).isEqualTo(ChangeFeed.SILENT);
    }

    @Test
    void heartbeat_afterASilence_forgetsEverythingBeforeAnythingIsServed() {
        state.heardUntil(ticker.read());
        topic(0, 1);
        step(() -> beat(1, "alive"));
        step(() -> {
            cache.install(
                    cache.beginFill(table, KEY), CachedItem.present(new byte[] {'{', '}'}, null, true, ticker.read()));
            ticker.advance(Duration.ofSeconds(3));
            beat(2, "alive");
        });
        step(() -> {
            assertThat(cache.get(table, KEY)).isNotNull();
            ticker.advance(Duration.ofSeconds(11));
            assertThat(state.mayServe(0)).isFalse();
            beat(3, "alive");
        });

        run();

        assertThat(state.mayServe(0)).isTrue();
        assertThat(cache.get(table, KEY)).isNull();
    }

    @Test
    void topic_thatMayNotBeRead_leavesTheFeedUnknown() {
        topic(0, 1);
        step(() -> beat(1, "alive"));
        step(() -> {
            watch.close();
            throw new TopicAuthorizationException(TOPIC);
        });

        watch.run();

        assertThat(state.feed()).isEqualTo(ChangeFeed.UNKNOWN);
    }

    private void topic(long begin, long end) {
        consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, NODE, new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(PARTITION, begin));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
    }

    private void step(Runnable step) {
        consumer.schedulePollTask(step);
        consumer.schedulePollTask(() -> {});
    }

    private void run() {
        consumer.schedulePollTask(watch::close);
        watch.run();
    }

    private void beat(long offset, String value) {
        consumer.updateEndOffsets(Map.of(PARTITION, offset + 1));
        consumer.addRecord(
                new ConsumerRecord<>(TOPIC, 0, offset, "replicator-1".getBytes(UTF_8), value.getBytes(UTF_8)));
    }

    private static ItemKey key() {
        byte[] utf8 = "a".getBytes(UTF_8);
        return new ItemKeyWriter().partitionString(utf8, 0, utf8.length).toKey();
    }
}
