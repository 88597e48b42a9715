package io.nearside.proxy.coherence;

import io.nearside.change.Invalidation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class BusWriterTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final AtomicInteger overflows = new AtomicInteger();
    private final BusWriter writer = new BusWriter(
            new BusSettings("us-east-1", "a/1", "127.0.0.1:1", Map.of()),
            () -> kafka,
            InstantSource.fixed(NOW),
            new CountedOverflows(overflows));
    private final Thread thread = new Thread(writer, "writer");

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        writer.close();
        thread.join();
    }

    @Test
    void waiting_countsWhatTheProducerHolds_untilKafkaAcknowledgesIt() {
        writer.tableChanged("orders");
        writer.tableChanged("carts");
        awaitSent(2);

        assertThat(writer.waiting()).isEqualTo(2);
        assertThat(writer.lastTaken()).isNull();

        kafka.completeNext();
        assertThat(writer.waiting()).isEqualTo(1);
        assertThat(writer.taken()).isEqualTo(1);
        assertThat(writer.lastTaken()).isEqualTo(NOW);

        kafka.completeNext();
        assertThat(writer.waiting()).isZero();
    }

    @Test
    void announcement_refusedByKafka_waitsUntilItsTableHasBeenSaid() {
        writer.tableChanged("orders");
        awaitSent(1);

        kafka.errorNext(new TimeoutException("not taken"));
        assertThat(overflows).hasValue(1);
        assertThat(writer.waiting()).isEqualTo(1);
        awaitSent(2);
        assertThat(writer.waiting()).isEqualTo(1);

        kafka.completeNext();
        assertThat(writer.waiting()).isZero();
        assertThat(writer.taken()).isEqualTo(1);
    }

    @Test
    void sources_manyAreHeard_keepsThoseHeardLast() {
        BusSources sources = new BusSources();
        for (int i = 0; i < 100; i++) {
            sources.heard(from("node-" + i));
        }
        sources.heard(from("node-50"));

        List<BusReport.Source> latest = sources.latestFirst();
        assertThat(latest).hasSize(64);
        assertThat(latest.get(0)).isEqualTo(new BusReport.Source("node-50", 2, NOW, "orders"));
        assertThat(latest.get(1).name()).isEqualTo("node-99");
        assertThat(latest).extracting(BusReport.Source::name).doesNotContain("node-0");
    }

    private void awaitSent(int records) {
        await().atMost(LIMIT).until(() -> kafka.history().size() == records);
    }

    private static Invalidation from(String source) {
        return new Invalidation(Invalidation.Scope.TABLE, "orders", "", null, List.of(), source, NOW, null);
    }

    private record CountedOverflows(AtomicInteger count) implements BusObserver {

        @Override
        public void heard(Invalidation invalidation) {}

        @Override
        public void missed() {}

        @Override
        public void overflowed() {
            count.incrementAndGet();
        }
    }
}
