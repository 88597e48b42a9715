package io.nearside.replicator.liveness;

import io.nearside.change.Topics;
import io.nearside.replicator.kafka.KafkaCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The signs of life of a region's replicators, read in their order: the first partition of the region's control topic.
 *
 * <p>One thread reads; {@link #wakeUp} may be called from any.
 */
final class SignLog implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(3);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;

    SignLog(KafkaCluster kafka, String region) {
        this.partition = new TopicPartition(Topics.control(region), 0);
        this.consumer = kafka.consumer(Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "nearside-signs-" + region,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "latest",
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                "500"));
    }

    /**
     * Begins so many signs before the end.
     *
     * @return false if there is no such topic
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    boolean open(long lookBack) {
        if (consumer.partitionsFor(partition.topic(), ANSWER).isEmpty()) {
            return false;
        }
        List<TopicPartition> only = List.of(partition);
        consumer.assign(only);
        long first =
                Objects.requireNonNull(consumer.beginningOffsets(only, ANSWER).get(partition));
        long end = Objects.requireNonNull(consumer.endOffsets(only, ANSWER).get(partition));
        consumer.seek(partition, Math.max(first, end - lookBack));
        return true;
    }

    /** The region id that the newest of the signs since a time bears; null if none does. To be called after {@link #open}. */
    @Nullable Integer regionIdSince(long millis) {
        Integer id = null;
        List<TopicPartition> only = List.of(partition);
        long end = Objects.requireNonNull(consumer.endOffsets(only, ANSWER).get(partition));
        long deadline = System.nanoTime() + ANSWER.toNanos();
        while (consumer.position(partition, ANSWER) < end && System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(ANSWER)) {
                Sign sign = Sign.of(record);
                id = record.timestamp() >= millis && sign.regionId() != null ? sign.regionId() : id;
            }
        }
        return id;
    }

    TopicPartition partition() {
        return partition;
    }

    /** What was said since the last call; waits so long if nothing was. */
    List<Sign> read(Duration wait) {
        List<Sign> signs = new ArrayList<>();
        consumer.poll(wait).forEach(record -> signs.add(Sign.of(record)));
        return signs;
    }

    /** Ends a call of {@link #read} or {@link #open} with a {@link org.apache.kafka.common.errors.WakeupException}. */
    void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
