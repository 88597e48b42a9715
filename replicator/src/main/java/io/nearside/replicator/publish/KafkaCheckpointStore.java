package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.replicator.capture.Checkpoint;
import io.nearside.replicator.capture.CheckpointStore;
import io.nearside.replicator.capture.PublishException;
import io.nearside.replicator.capture.ScanProgress;
import io.nearside.replicator.kafka.KafkaCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Checkpoints in one compacted topic per region, shared by all its replicators.
 *
 * <p>Key: four lines, table, stream ARN, {@code shard}, {@code scan} or {@code table}, and the shard's id, the segment or nothing. Value: what
 * {@link Checkpoint#toText} and {@link ScanProgress#toText} say, or the table's id; no value forgets the entry. {@link #load} reads what was added to
 * the topic since the last time, so it costs little after the first, and keeps one entry per shard and segment in memory.
 */
public final class KafkaCheckpointStore implements CheckpointStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaCheckpointStore.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(15);
    private static final String SHARD = "shard";
    private static final String SCAN = "scan";
    private static final String LOG_ID = "log";
    private static final String TABLE = "table";

    private record Entry(String table, String streamArn, String kind, String id) {

        static @Nullable Entry of(byte[] key) {
            String[] lines = new String(key, UTF_8).split("\n", -1);
            return lines.length == 4 ? new Entry(lines[0], lines[1], lines[2], lines[3]) : null;
        }

        static Entry ofLog(String table) {
            return new Entry(table, "", LOG_ID, "");
        }

        byte[] toKey() {
            return String.join("\n", table, streamArn, kind, id).getBytes(UTF_8);
        }
    }

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final KafkaCluster cluster;
    private final Map<Entry, String> entries = new HashMap<>();

    /** What this process wrote itself and did not take back. */
    private final Map<Entry, String> own = new ConcurrentHashMap<>();

    private @Nullable Consumer<byte[], byte[]> consumer;
    private boolean closed;

    /**
     * @param producer from {@link CaptureProducer}; shared, not closed here
     * @param cluster where the topic is read
     */
    public KafkaCheckpointStore(Producer<byte[], byte[]> producer, KafkaCluster cluster, String region) {
        this.producer = producer;
        this.topic = Topics.checkpoints(region);
        this.cluster = cluster;
    }

    @Override
    public synchronized TableProgress load(String table) {
        if (closed) {
            throw PublishException.hopeless("the checkpoint store is closed", new IllegalStateException("closed"));
        }
        try {
            catchUp();
        } catch (KafkaException e) {
            closeConsumer();
            throw KafkaErrors.typed("the checkpoints in " + topic + " cannot be read", e);
        }
        return progress(table);
    }

    @Override
    public synchronized void readAhead() {
        if (closed) {
            return;
        }
        try {
            catchUp();
        } catch (KafkaException e) {
            closeConsumer();
            LOG.atDebug().addKeyValue("topic", topic).setCause(e).log("checkpoints cannot be read ahead");
        }
    }

    private void catchUp() {
        Consumer<byte[], byte[]> reader = consumer();
        Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment(), LOAD_TIMEOUT);
        long deadline = System.nanoTime() + LOAD_TIMEOUT.toNanos();
        while (!hasReached(reader, ends)) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                take(record);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new org.apache.kafka.common.errors.TimeoutException("Kafka does not answer");
            }
        }
    }

    private static boolean hasReached(Consumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> reader.position(end.getKey(), LOAD_TIMEOUT) >= end.getValue());
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        Entry entry = record.key() == null ? null : Entry.of(record.key());
        if (entry == null) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("offset", record.offset())
                    .log("a checkpoint of an unknown form is ignored");
        } else if (record.value() == null) {
            entries.remove(entry);
        } else {
            entries.put(entry, new String(record.value(), UTF_8));
        }
    }

    private TableProgress progress(String table) {
        Map<String, Map<String, Checkpoint>> shards = new HashMap<>();
        Map<String, Map<String, ScanProgress>> scans = new HashMap<>();
        Map<String, String> tables = new HashMap<>();
        entries.forEach((entry, text) -> {
            if (entry.table().equals(table) && !entry.kind().equals(LOG_ID)) {
                shards.computeIfAbsent(entry.streamArn(), arn -> new HashMap<>());
                scans.computeIfAbsent(entry.streamArn(), arn -> new HashMap<>());
                if (entry.kind().equals(TABLE)) {
                    tables.put(entry.streamArn(), text);
                } else if (entry.kind().equals(SHARD)) {
                    shards.get(entry.streamArn()).put(entry.id(), Checkpoint.ofText(text));
                } else {
                    scans.get(entry.streamArn()).put(entry.id(), ScanProgress.ofText(text));
                }
            }
        });
        Map<String, StreamProgress> streams = new HashMap<>();
        shards.forEach((arn, checkpoints) ->
                streams.put(arn, new StreamProgress(checkpoints, scans.getOrDefault(arn, Map.of()), tables.get(arn))));
        return new TableProgress(streams, entries.get(Entry.ofLog(table)));
    }

    private Consumer<byte[], byte[]> consumer() {
        Consumer<byte[], byte[]> present = consumer;
        if (present != null) {
            return present;
        }
        entries.clear();
        Consumer<byte[], byte[]> fresh = cluster.consumer(Map.of());
        consumer = fresh;
        List<TopicPartition> partitions = fresh.partitionsFor(topic, LOAD_TIMEOUT).stream()
                .map(KafkaCheckpointStore::partition)
                .toList();
        if (partitions.isEmpty()) {
            // To take it for empty would be to capture every table as if for the first time.
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        fresh.assign(partitions);
        fresh.seekToBeginning(partitions);
        return fresh;
    }

    private static TopicPartition partition(PartitionInfo info) {
        return new TopicPartition(info.topic(), info.partition());
    }

    private void closeConsumer() {
        if (consumer != null) {
            consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
            consumer = null;
        }
    }

    @Override
    public CompletionStage<Void> save(String table, String streamArn, String shard, Checkpoint checkpoint) {
        return write(new Entry(table, streamArn, SHARD, shard), checkpoint.toText());
    }

    @Override
    public CompletionStage<Void> saveScan(String table, String streamArn, String segment, ScanProgress progress) {
        return write(new Entry(table, streamArn, SCAN, segment), progress.toText());
    }

    @Override
    public CompletionStage<Void> saveTable(String table, String streamArn, String identity) {
        return write(new Entry(table, streamArn, TABLE, ""), identity);
    }

    @Override
    public CompletionStage<Void> forget(String table, String streamArn, String shard) {
        return write(new Entry(table, streamArn, SHARD, shard), null);
    }

    @Override
    public CompletionStage<Void> forgetStream(String table, String streamArn) {
        List<Entry> known;
        synchronized (this) {
            known = entries.keySet().stream()
                    .filter(entry ->
                            entry.table().equals(table) && entry.streamArn().equals(streamArn))
                    .toList();
        }
        return CompletableFuture.allOf(known.stream()
                .map(entry -> write(entry, null).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletionStage<Void> saveLog(String table, String id) {
        return write(Entry.ofLog(table), id);
    }

    /**
     * The topic is another one than before, and empty: what this process wrote, or read, of these tables is written again.
     *
     * @param owned the tables of this process's share; the others' owners do the same
     */
    void restore(Predicate<String> owned) {
        Map<Entry, String> last;
        synchronized (this) {
            last = new HashMap<>(entries);
            own.keySet().removeIf(entry -> !owned.test(entry.table()));
            last.putAll(own);
            closeConsumer();
        }
        last.forEach((entry, text) -> {
            if (owned.test(entry.table())) {
                var unused = write(entry, text);
            }
        });
        LOG.atInfo().addKeyValue("topic", topic).log("the checkpoints of this process's tables are written again");
    }

    private CompletionStage<Void> write(Entry entry, @Nullable String text) {
        if (text == null) {
            own.remove(entry);
        } else {
            own.put(entry, text);
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        byte[] value = text == null ? null : text.getBytes(UTF_8);
        try {
            var unused = producer.send(new ProducerRecord<>(topic, entry.toKey(), value), (metadata, exception) -> {
                if (exception == null) {
                    written.complete(null);
                } else {
                    written.completeExceptionally(KafkaErrors.typed("a checkpoint was not stored", exception));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            written.completeExceptionally(KafkaErrors.typed("a checkpoint was not stored", e));
        }
        return written;
    }

    /** Ends; what was written stays. */
    @Override
    public synchronized void close() {
        closed = true;
        closeConsumer();
    }
}
