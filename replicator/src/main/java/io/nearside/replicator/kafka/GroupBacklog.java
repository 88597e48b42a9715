package io.nearside.replicator.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How many records a consumer group has in front of it, whoever its members are and whether it has any: what its topics hold beyond
 * the offsets that it committed.
 *
 * @param group the group
 * @param topicPrefix what the names of its topics begin with
 */
public record GroupBacklog(KafkaCluster cluster, String group, String topicPrefix) {

    private static final Duration ANSWER = Duration.ofSeconds(10);

    /**
     * Asks; blocks for some milliseconds.
     *
     * @throws KafkaException if Kafka does not answer or refuses, with a sentence for an operator
     */
    public long records() {
        try (Admin admin = cluster.admin()) {
            return records(admin);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KafkaException(
                    "Kafka at " + cluster.bootstrapServers() + " does not say how far group " + group + " is: " + cause,
                    cause);
        }
    }

    private long records(Admin admin) {
        Set<String> topics = await(admin.listTopics().names()).stream()
                .filter(topic -> topic.startsWith(topicPrefix))
                .collect(Collectors.toSet());
        List<TopicPartition> partitions = await(admin.describeTopics(topics).allTopicNames()).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        // Committed first: what is committed and written meanwhile makes the answer too high, never too low.
        Map<TopicPartition, OffsetAndMetadata> committed =
                await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, ListOffsetsResultInfo> begins = offsets(admin, partitions, OffsetSpec.earliest());
        Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(admin, partitions, OffsetSpec.latest());
        long records = 0;
        for (TopicPartition partition : partitions) {
            long begin = Math.max(offset(begins.get(partition)), offset(committed.get(partition)));
            records += Math.max(0, offset(ends.get(partition)) - begin);
        }
        return records;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(
            Admin admin, List<TopicPartition> partitions, OffsetSpec which) {
        return await(admin.listOffsets(
                        partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which)))
                .all());
    }

    private static long offset(@Nullable ListOffsetsResultInfo info) {
        return info == null ? 0 : info.offset();
    }

    private static long offset(@Nullable OffsetAndMetadata committed) {
        return committed == null ? 0 : committed.offset();
    }

    private <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        }
    }
}
