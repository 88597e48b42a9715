package io.nearside.proxy.coherence;

import io.nearside.change.Invalidation;
import io.nearside.proxy.cache.VirtualTicker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class BusWriterTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {

                /** The writer takes another one after an error; this one will do. */
                @Override
                public void close() {}

                @Override
                public void close(Duration limit) {}
            };
    private final AtomicInteger overflows = new AtomicInteger();
    private final VirtualTicker ticker = new VirtualTicker();
    private final AtomicInteger defects = new AtomicInteger();
    private final BusWriter writer = new BusWriter(
            new BusSettings("us-east-1", "a/1", "127.0.0.1:1", Map.of()),
            this::producer,
            InstantSource.fixed(NOW),
            ticker,
            PATIENCE,
            new CountedOverflows(overflows));
    private final Thread thread = new Thread(writer, "writer");

    private Producer<byte[], byte[]> producer() {
        if (defects.getAndDecrement() > 0) {
            throw new IllegalStateException("the test says so");
        }
        return kafka;
    }

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
    void announcement_waitsForLongerThanThePatience_isLateUntilKafkaTakesIt() {
        writer.tableChanged("orders");
        awaitSent(1);
        ticker.advance(PATIENCE);
        assertThat(writer.isLate()).isFalse();

        ticker.advance(Duration.ofMillis(1));
        assertThat(writer.isLate()).isTrue();
        assertThat(writer.waitingFor()).isEqualTo(PATIENCE.plusMillis(1));

        kafka.completeNext();
        assertThat(writer.isLate()).isFalse();
        assertThat(writer.waitingFor()).isZero();
    }

    @Test
    void announcements_manyAndAcknowledgedOneAfterTheOther_areNotLate() {
        for (int i = 0; i < 10; i++) {
            writer.tableChanged("orders");
        }
        awaitSent(10);
        for (int i = 0; i < 10; i++) {
            ticker.advance(Duration.ofSeconds(1));
            assertThat(writer.isLate()).isFalse();
            kafka.completeNext();
        }
        assertThat(writer.waiting()).isZero();
    }

    @Test
    void writer_whoseWorkFailsUnexpectedly_goesOn() {
        defects.set(1);
        kafka.sendException = new IllegalStateException("the test says so");
        writer.tableChanged("orders");
        await().atMost(LIMIT).until(() -> defects.get() < 1);
        kafka.sendException = null;

        awaitSent(1);
        kafka.completeNext();

        assertThat(writer.waiting()).isZero();
        assertThat(thread.isAlive()).isTrue();
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
        public void refused(RefusedRecord why) {}

        @Override
        public void overflowed() {
            count.incrementAndGet();
        }
    }
}
