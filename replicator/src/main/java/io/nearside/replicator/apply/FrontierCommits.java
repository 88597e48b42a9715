package io.nearside.replicator.apply;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits the frontiers of a feed's partitions where they moved. For the thread that polls only. */
final class FrontierCommits {

    private static final Logger LOG = LoggerFactory.getLogger(FrontierCommits.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String peer;
    private final Map<TopicPartition, PartitionFrontier> frontiers;
    private final Function<String, @Nullable String> topicId;
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    /**
     * @param frontiers of the partitions that have been read; changed by others
     * @param topicId the id of the topic that was read, committed with the offset; null if it is not known
     */
    FrontierCommits(
            String peer, Map<TopicPartition, PartitionFrontier> frontiers, Function<String, @Nullable String> topicId) {
        this.topicId = topicId;
        this.peer = peer;
        this.frontiers = frontiers;
    }

    /** Commits what is due, without waiting for the answer. */
    void begin(Consumer<byte[], byte[]> from) {
        Map<TopicPartition, OffsetAndMetadata> due = due(from.assignment());
        if (!due.isEmpty()) {
            from.commitAsync(due, (offsets, failure) -> {
                if (failure != null) {
                    offsets.keySet().forEach(committed::remove);
                    LOG.atDebug()
                            .setCause(failure)
                            .addKeyValue("peer", peer)
                            .log("a commit failed; the next one covers it");
                }
            });
        }
    }

    /** Commits what is due of these partitions, and waits for it. */
    void await(Consumer<byte[], byte[]> from, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
        if (due.isEmpty()) {
            return;
        }
        try {
            from.commitSync(due, PATIENCE);
        } catch (KafkaException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("peer", peer)
                    .log("the frontier was not committed; some changes will come again");
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> due(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (TopicPartition partition : partitions) {
            PartitionFrontier frontier = frontiers.get(partition);
            if (frontier != null) {
                long offset = frontier.committable();
                if (!Long.valueOf(offset).equals(committed.put(partition, offset))) {
                    due.put(partition, new OffsetAndMetadata(offset, topicId.apply(partition.topic())));
                }
            }
        }
        return due;
    }

    /** Of a partition that is read by somebody else from now on. */
    void forget(TopicPartition partition) {
        committed.remove(partition);
    }

    void forgetAll() {
        committed.clear();
    }
}
