package io.nearside.replicator.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a feed stands.
 *
 * @param partitions the partitions that this process reads, in the order of their names
 * @param keysUnderWay how many keys have changes that were read and have not ended
 */
public record ApplyFeedStatus(List<Partition> partitions, int keysUnderWay) {

    /** Of a feed that reads nothing. */
    public static final ApplyFeedStatus NONE = new ApplyFeedStatus(List.of(), 0);

    /**
     * One partition of one topic of changes.
     *
     * @param unread records that are in Kafka and not read yet; -1 while that is not known
     * @param underWay records read that stand behind the frontier
     * @param oldestMillis when the oldest of those was captured, milliseconds since the epoch; 0 if there is none
     */
    public record Partition(String topic, int partition, long unread, int underWay, long oldestMillis) {}

    public ApplyFeedStatus {
        partitions = List.copyOf(partitions);
    }

    static ApplyFeedStatus of(
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, PartitionFrontier> frontiers,
            ApplyScheduler scheduler) {
        List<Partition> partitions = new ArrayList<>();
        for (TopicPartition partition : consumer.assignment()) {
            PartitionFrontier frontier = frontiers.get(partition);
            OptionalLong lag = consumer.currentLag(partition);
            partitions.add(new Partition(
                    partition.topic(),
                    partition.partition(),
                    lag.orElse(-1),
                    frontier == null ? 0 : frontier.size(),
                    frontier == null ? 0 : frontier.oldestMillis(0)));
        }
        partitions.sort(Comparator.comparing(Partition::topic).thenComparing(Partition::partition));
        return new ApplyFeedStatus(partitions, scheduler.keys());
    }

    /** When the oldest change under way was captured, milliseconds since the epoch; 0 if there is none. */
    public long oldestMillis() {
        return partitions.stream()
                .mapToLong(Partition::oldestMillis)
                .filter(millis -> millis > 0)
                .min()
                .orElse(0);
    }

    /** Records that have not ended, as far as known. */
    public long backlog() {
        return partitions.stream()
                .mapToLong(partition -> Math.max(0, partition.unread()) + partition.underWay())
                .sum();
    }
}
