package io.nearside.replicator.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic, or its latest records, to what is its end when the reading begins. */
public final class TopicReader {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final KafkaCluster cluster;

    public TopicReader(KafkaCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Reads; each record is handed over once, those of a partition in order. A topic that is not there has no records.
     *
     * @param cancelled asked between polls; ends the reading early
     * @throws org.apache.kafka.common.KafkaException if the cluster does not answer
     */
    public void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> handler, BooleanSupplier cancelled) {
        readLatest(topic, Long.MAX_VALUE, handler, cancelled);
    }

    /**
     * Like {@link #read}, but of each partition only so many records at most, the latest.
     *
     * @param most more than 0
     */
    public void readLatest(
            String topic, long most, Consumer<ConsumerRecord<byte[], byte[]>> handler, BooleanSupplier cancelled) {
        try (var consumer = cluster.consumer(Map.of(ConsumerConfig.CLIENT_ID_CONFIG, "nearside-reader"))) {
            List<PartitionInfo> infos = consumer.listTopics(ANSWER).get(topic);
            if (infos == null) {
                return;
            }
            List<TopicPartition> partitions = infos.stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, ANSWER);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER);
            consumer.assign(partitions);
            ends.forEach((partition, end) ->
                    consumer.seek(partition, Math.max(beginnings.getOrDefault(partition, 0L), end - most)));
            while (!cancelled.getAsBoolean() && !isAtEnd(consumer, ends)) {
                consumer.poll(POLL).forEach(handler);
            }
        }
    }

    /**
     * How much there is in a topic.
     *
     * @param records how many, about
     * @param whole whether nothing that was ever written has been dropped
     */
    public record Extent(long records, boolean whole) {}

    /** How much there is in a topic now; nothing, and the whole of it, if it is not there. */
    public Extent extent(String topic) {
        try (var consumer = cluster.consumer(Map.of(ConsumerConfig.CLIENT_ID_CONFIG, "nearside-reader"))) {
            List<PartitionInfo> infos = consumer.listTopics(ANSWER).get(topic);
            if (infos == null) {
                return new Extent(0, true);
            }
            List<TopicPartition> partitions = infos.stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            long begin = sum(consumer.beginningOffsets(partitions, ANSWER));
            return new Extent(sum(consumer.endOffsets(partitions, ANSWER)) - begin, begin == 0);
        }
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static boolean isAtEnd(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), ANSWER) >= end.getValue());
    }
}
