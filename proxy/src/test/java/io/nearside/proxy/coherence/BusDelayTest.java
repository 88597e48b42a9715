package io.nearside.proxy.coherence;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.change.Topics;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCaches;
import io.nearside.proxy.cache.VirtualTicker;
import io.nearside.proxy.metrics.BusMeters;
import io.nearside.proxy.metrics.ProxyMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Promise P3's figure, {@code nearside_proxy_bus_delay_seconds}, from the acknowledgement at one node to the scrape of another,
 * on a virtual clock: what one writes to Kafka, the other reads when the test says.
 */
class BusDelayTest {

    private static final TopicPartition PARTITION = new TopicPartition(Topics.invalidations("r"), 0);
    private static final Node NODE = new Node(1, "localhost", 1);
    private static final Duration WINDOW = Duration.ofSeconds(3);

    private final VirtualTicker ticker = new VirtualTicker();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource wall = () -> now;
    private final BusMeters meters = new BusMeters(new ProxyMetrics(registry), wall);
    private final ItemCache cache = new ItemCache(
            new ItemCacheSettings(1 << 20, Duration.ofHours(1), WINDOW, WINDOW, WINDOW), ticker, Runnable::run);
    private final CachedTable table = cache.tables().open("orders", "id-1");

    @Test
    void delay_isFromTheAcknowledgementToTheInvalidation() {
        List<ProducerRecord<byte[], byte[]>> written = write(0, writer -> {
            writer.itemWritten(table, key("a"), List.of());
            now = now.plusMillis(250);
            writer.itemWritten(table, key("b"), List.of());
        });
        now = now.plusMillis(500);

        read(written);

        assertThat(cache.get(table, key("a"))).isNull();
        assertThat(cache.get(table, key("b"))).isNull();
        assertThat(registry.scrape())
                .contains("nearside_proxy_bus_delay_seconds_count 2\n")
                .contains("nearside_proxy_bus_delay_seconds_sum 1.25\n")
                .contains("nearside_proxy_bus_delay_seconds_max 0.75\n");
    }

    @Test
    void delay_ofWhatKafkaDidNotTake_countsFromTheFirstWrite() {
        List<ProducerRecord<byte[], byte[]>> written = write(2, writer -> {
            writer.itemWritten(table, key("a"), List.of());
            now = now.plusSeconds(1);
            writer.itemWritten(table, key("b"), List.of());
        });

        read(written);

        // Each refusal took a minute; "forget the table" stands for both writes.
        assertThat(written).hasSize(1);
        assertThat(cache.get(table, key("c"))).isNull();
        assertThat(registry.scrape())
                .contains("nearside_proxy_bus_overflows_total 1.0\n")
                .contains("nearside_proxy_bus_delay_seconds_count 1\n")
                .contains("nearside_proxy_bus_delay_seconds_sum 121.0\n");
    }

    @Test
    void announcements_thatKafkasClientThrowsBack_areNotLost() {
        List<ProducerRecord<byte[], byte[]>> written = write(-1, writer -> {
            writer.itemWritten(table, key("a"), List.of());
            writer.itemWritten(table, key("b"), List.of());
        });

        read(written);

        assertThat(cache.get(table, key("a"))).isNull();
        assertThat(registry.scrape()).contains("nearside_proxy_bus_overflows_total 1.0\n");
    }

    @Test
    void delay_byAClockThatIsBehind_isNone() {
        List<ProducerRecord<byte[], byte[]>> written =
                write(0, writer -> writer.itemWritten(table, key("a"), List.of()));
        now = now.minusSeconds(5);

        read(written);

        assertThat(registry.scrape())
                .contains("nearside_proxy_bus_delay_seconds_count 1\n")
                .contains("nearside_proxy_bus_delay_seconds_sum 0.0\n");
    }

    @FunctionalInterface
    private interface Writes {
        void through(BusWriter writer);
    }

    /**
     * What another node's writer hands to Kafka.
     *
     * @param refusals how many records Kafka refuses first, each after a minute; -1 has the client throw once instead
     */
    private List<ProducerRecord<byte[], byte[]>> write(int refusals, Writes writes) {
        MovingProducer producer = new MovingProducer(refusals);
        BusWriter writer = new BusWriter(
                new BusSettings("r", "other", "nowhere:1", Map.of()), () -> producer, wall, ticker, WINDOW, meters);
        producer.taken = writer::close;
        writes.through(writer);
        writer.run();
        return producer.history();
    }

    private final class MovingProducer extends MockProducer<byte[], byte[]> {

        private int refusals;
        private Runnable taken = () -> {};

        MovingProducer(int refusals) {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
            this.refusals = refusals;
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> sent, Callback callback) {
            if (refusals < 0) {
                refusals = 0;
                throw new KafkaException("the test says so");
            }
            if (refusals > 0) {
                refusals--;
                now = now.plusSeconds(60);
                callback.onCompletion(null, new TimeoutException("the test says so"));
                return CompletableFuture.failedFuture(new TimeoutException("the test says so"));
            }
            // The writer ends once its queue is empty.
            taken.run();
            return super.send(sent, callback);
        }

        /** The writer takes another one after an error; this one will do. */
        @Override
        public void close() {}

        @Override
        public void close(Duration limit) {}
    }

    /** Another node's reader hears it. */
    private void read(List<ProducerRecord<byte[], byte[]>> written) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        consumer.updatePartitions(
                PARTITION.topic(), List.of(new PartitionInfo(PARTITION.topic(), 0, NODE, new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        BusReader reader = new BusReader(
                "r",
                () -> consumer,
                new InvalidationHandler(cache, PageCaches.beside(cache, ticker), "me"),
                meters,
                new BusState(ticker, WINDOW, Duration.ZERO));
        consumer.schedulePollTask(() -> {
            install("a");
            install("b");
            install("c");
            for (int i = 0; i < written.size(); i++) {
                consumer.addRecord(new ConsumerRecord<>(
                        PARTITION.topic(),
                        0,
                        i,
                        written.get(i).key(),
                        written.get(i).value()));
            }
            consumer.updateEndOffsets(Map.of(PARTITION, (long) written.size()));
        });
        consumer.schedulePollTask(() -> {
            reader.close();
            throw new KafkaException("the test ends");
        });
        reader.run();
        // The reader was closed from its own thread, which is this one.
        assertThat(Thread.interrupted()).isFalse();
    }

    private void install(String key) {
        cache.install(
                cache.beginFill(table, key(key)), CachedItem.present(new byte[] {'{', '}'}, null, true, ticker.read()));
    }

    private static ItemKey key(String partition) {
        byte[] utf8 = partition.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new ItemKeyWriter().partitionString(utf8, 0, utf8.length).toKey();
    }
}
