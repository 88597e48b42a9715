package io.nearside.replicator.publish;

import io.nearside.change.Change;
import io.nearside.change.Topics;
import io.nearside.item.InvalidKeyException;
import io.nearside.item.ItemKey;
import io.nearside.replicator.capture.LoggedItems;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.version.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The region's own change log, read from the keys and headers of its records alone.
 *
 * <p>Reads the topic as often as it takes to hold no more than {@value #KEYS_PER_PASS} keys at a time.
 */
public final class KafkaLoggedItems implements LoggedItems {

    private static final int KEYS_PER_PASS = 500_000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final KafkaCluster cluster;
    private final String region;

    private record Newest(Version version, boolean present) {}

    public KafkaLoggedItems(KafkaCluster cluster, String region) {
        this.cluster = cluster;
        this.region = region;
    }

    @Override
    public void forEach(String table, int incarnation, BiConsumer<ItemKey, Version> item) {
        String topic = Topics.changes(region, table);
        try (Consumer<byte[], byte[]> consumer = cluster.consumer(Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, TIMEOUT).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
            long records = ends.values().stream().mapToLong(Long::longValue).sum()
                    - consumer.beginningOffsets(partitions, TIMEOUT).values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
            int passes = (int) (records / KEYS_PER_PASS) + 1;
            for (int pass = 0; pass < passes; pass++) {
                consumer.seekToBeginning(partitions);
                newest(consumer, ends, incarnation, pass, passes).forEach((key, newest) -> {
                    if (newest.present()) {
                        item.accept(key, newest.version());
                    }
                });
            }
        } catch (KafkaException e) {
            throw KafkaErrors.typed("topic " + topic + " cannot be read", e);
        }
    }

    private static Map<ItemKey, Newest> newest(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, int incarnation, int pass, int passes) {
        Map<ItemKey, Newest> newest = new HashMap<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), TIMEOUT) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                ItemKey key = key(record);
                Newest change = incarnation(record) == incarnation ? change(record) : null;
                if (key != null && change != null && Math.floorMod(key.hashCode(), passes) == pass) {
                    newest.merge(key, change, (a, b) -> a.version().isAbove(b.version()) ? a : b);
                }
            }
        }
        return newest;
    }

    private static @Nullable ItemKey key(ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.key() == null ? null : ItemKey.ofBytes(record.key());
        } catch (InvalidKeyException e) {
            return null;
        }
    }

    private static int incarnation(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(KafkaChangeLog.INCARNATION);
        return header == null ? Change.FIRST_INCARNATION : Integer.parseInt(new String(header.value(), UTF_8));
    }

    private static @Nullable Newest change(ConsumerRecord<byte[], byte[]> record) {
        Header version = record.headers().lastHeader(KafkaChangeLog.VERSION);
        Header kind = record.headers().lastHeader(KafkaChangeLog.KIND);
        if (version == null || version.value().length != Version.LENGTH || kind == null) {
            return null;
        }
        String name = new String(kind.value(), UTF_8);
        boolean present = name.equals(Change.Kind.PUT.name()) || name.equals(Change.Kind.UPDATE.name());
        return new Newest(Version.ofBytes(version.value()), present);
    }
}
