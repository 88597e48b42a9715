package io.nearside.replicator.table;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearside.change.Topics;
import io.nearside.replicator.kafka.KafkaCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what one region says of its tables, from the beginning at each start and then as it comes, on a thread of its own.
 *
 * <p>A record that cannot be read is left out with a warning. A topic that is not there yet is looked for again and again; an outage of
 * Kafka ends nothing.
 */
final class AnnouncementReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AnnouncementReader.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A broker answers as soon as there is something, so that waiting for long costs nothing but patience. */
    private static final Duration POLL = Duration.ofSeconds(5);

    private static final Duration METADATA_AGE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String region;
    private final KafkaCluster cluster;
    private final Duration interval;
    private final java.util.function.Consumer<TableAnnouncement> sink;
    private final Thread thread;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean caughtUp;
    private volatile boolean closing;

    /**
     * @param interval how often a topic that is not there yet is looked for
     * @param sink called on this reader's thread
     */
    AnnouncementReader(
            String region,
            KafkaCluster cluster,
            Duration interval,
            java.util.function.Consumer<TableAnnouncement> sink) {
        this.region = region;
        this.cluster = cluster;
        this.interval = interval;
        this.sink = sink;
        this.thread = new Thread(this::run, "nearside-tables-of-" + region);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether everything said before the start has been read once. */
    boolean isCaughtUp() {
        return caughtUp;
    }

    private void run() {
        while (!closing) {
            try {
                read();
            } catch (WakeupException | InterruptException e) {
                LOG.atDebug().addKeyValue("region", region).log("woken up to end");
            } catch (KafkaException e) {
                LOG.atWarn()
                        .addKeyValue("region", region)
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("a region's tables cannot be read; it is tried again");
                pause(RETRY);
            }
        }
    }

    private void read() {
        try (Consumer<byte[], byte[]> opened = cluster.consumer(Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "nearside-tables-of-" + region,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                String.valueOf(POLL.toMillis()),
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                String.valueOf(Math.max(METADATA_AGE.toMillis(), interval.toMillis()))))) {
            consumer = opened;
            List<TopicPartition> partitions = awaited(() -> partitions(opened));
            if (partitions == null) {
                return;
            }
            opened.assign(partitions);
            opened.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
            while (!closing) {
                opened.poll(caughtUp ? POLL : Duration.ofMillis(50)).forEach(this::take);
                caughtUp = caughtUp
                        || ends.entrySet().stream().allMatch(end -> opened.position(end.getKey()) >= end.getValue());
            }
        } finally {
            consumer = null;
        }
    }

    private <T> @Nullable T awaited(Supplier<@Nullable T> source) {
        while (!closing) {
            T value = source.get();
            if (value != null) {
                return value;
            }
            // A region that never said anything has nothing to catch up on.
            caughtUp = true;
            pause(interval);
        }
        return null;
    }

    private @Nullable List<TopicPartition> partitions(Consumer<byte[], byte[]> of) {
        List<PartitionInfo> partitions = of.listTopics().get(Topics.tables(region));
        return partitions == null
                ? null
                : partitions.stream()
                        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                        .toList();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            sink.accept(JSON.readValue(record.value(), TableAnnouncement.class));
        } catch (IOException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("region", region)
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("an announcement of a table cannot be read and is left out");
        }
    }

    private static void pause(Duration duration) {
        try {
            TimeUnit.MILLISECONDS.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        Consumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
