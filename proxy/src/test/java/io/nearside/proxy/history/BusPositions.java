package io.nearside.proxy.history;

import io.nearside.change.Invalidation;
import io.nearside.change.InvalidationCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.history.History.Read;
import io.nearside.proxy.history.History.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What was certainly on the bus, and what each node had certainly heard of it, from outside: a reader of the topic notes
 * when it saw each announcement, and the nodes' own gauge of silence says up to when they have acted on everything.
 */
final class BusPositions implements AutoCloseable {

    private static final KeySchema KEY =
            new KeySchema(new KeyAttribute("pk", KeyType.S), new KeyAttribute("sk", KeyType.N));

    private final Nodes nodes;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Author, NavigableMap<Instant, Long>> announced = new HashMap<>();
    private final List<NavigableMap<Long, Long>> heard = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "bus-positions");
    private volatile boolean closed;

    private record Author(int node, int key) {}

    BusPositions(Nodes nodes, String region, String bootstrapServers) {
        this.nodes = nodes;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "enable.auto.commit",
                        "false",
                        "auto.offset.reset",
                        "none"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.invalidations(region)).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        for (int i = 0; i < nodes.count(); i++) {
            heard.add(new TreeMap<>());
        }
        thread.start();
    }

    /** When the write's announcement was certainly in Kafka; {@link HistoryChecker#NEVER} if it was not seen there. */
    long announced(Write write) {
        NavigableMap<Instant, Long> seen = announced.get(new Author(write.node(), write.key()));
        if (seen == null) {
            return HistoryChecker.NEVER;
        }
        // Announcements carry whole milliseconds. One of this node and key from within the write is the write's own or
        // a later one, and one partition holds them in order.
        var own = seen.floorEntry(write.answeredAt());
        return own == null || own.getKey().isBefore(write.invokedAt().minusMillis(1))
                ? HistoryChecker.NEVER
                : own.getValue();
    }

    /** Up to when the read's node had heard everything, as far as was known before the read. */
    long heard(Read read) {
        var last = heard.get(read.node()).floorEntry(read.invoked());
        return last == null ? Long.MIN_VALUE : last.getValue();
    }

    /** Ends watching; only then may positions be asked. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        consumer.close();
    }

    private void watch() {
        long nextLook = System.nanoTime();
        while (!closed) {
            consumer.poll(Duration.ofMillis(20)).forEach(this::note);
            if (System.nanoTime() - nextLook >= 0) {
                for (int node = 0; node < nodes.count(); node++) {
                    long until = nodes.heardUntil(node);
                    heard.get(node).put(System.nanoTime(), until);
                }
                nextLook = System.nanoTime() + Duration.ofMillis(400).toNanos();
            }
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        long now = System.nanoTime();
        try {
            Invalidation invalidation = InvalidationCodec.decode(record.value());
            ItemKey key = invalidation.key();
            if (key != null) {
                Author author =
                        new Author(Integer.parseInt(invalidation.source().split("/", 2)[0]), number(key.toItem(KEY)));
                announced.computeIfAbsent(author, a -> new TreeMap<>()).put(invalidation.at(), now);
            }
        } catch (MalformedRecordException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int number(Item item) {
        if (item.get("pk") instanceof AttributeValue.S partition && item.get("sk") instanceof AttributeValue.N sort) {
            return Integer.parseInt(partition.value().substring(1)) * LaggingDynamoDb.SORT_KEYS
                    + Integer.parseInt(sort.value());
        }
        throw new IllegalArgumentException("not a key of this table");
    }
}
