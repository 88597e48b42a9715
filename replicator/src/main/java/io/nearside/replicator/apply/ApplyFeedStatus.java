package io.nearside.replicator.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongBiFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

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
     * @param stillMillis for how long the frontier has not moved although a record is in front of it and reading is not paused
     * @param oldestMillis when the oldest of those was captured, milliseconds since the epoch; 0 if there is none
     */
    public record Partition(
            String topic, int partition, long unread, int underWay, long stillMillis, long oldestMillis) {}

    public ApplyFeedStatus {
        partitions = List.copyOf(partitions);
    }

    static ApplyFeedStatus of(
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, PartitionFrontier> frontiers,
            ToLongBiFunction<TopicPartition, Boolean> stillMillis,
            ApplyScheduler scheduler) {
        List<Partition> partitions = new ArrayList<>();
        for (TopicPartition partition : consumer.assignment()) {
            PartitionFrontier frontier = frontiers.get(partition);
            OptionalLong lag = consumer.currentLag(partition);
            int underWay = frontier == null ? 0 : frontier.size();
            partitions.add(new Partition(
                    partition.topic(),
                    partition.partition(),
                    lag.orElse(-1),
                    underWay,
                    stillMillis.applyAsLong(partition, underWay > 0 || lag.orElse(0) > 0),
                    frontier == null ? 0 : frontier.oldestMillis(0)));
        }
        partitions.sort(Comparator.comparing(Partition::topic).thenComparing(Partition::partition));
        return new ApplyFeedStatus(partitions, scheduler.keys());
    }

    /** The partition whose frontier has stood still for longest; null if none does. */
    public @Nullable Partition stillest() {
        return partitions.stream()
                .filter(partition -> partition.stillMillis() > 0)
                .max(Comparator.comparingLong(Partition::stillMillis))
                .orElse(null);
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
