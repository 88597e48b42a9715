package io.nearside.replicator.publish;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.Invalidation;
import io.nearside.change.InvalidationCodec;
import io.nearside.change.Topics;
import io.nearside.replicator.capture.ChangeLog;
import io.nearside.replicator.capture.PublishException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The region's change records and invalidations in Kafka, keyed by canonical item key.
 *
 * <p>Headers of a change say what it is without decoding it: {@value #FORMAT}, {@value #ORIGIN} (region id), {@value #VERSION}
 * (12 bytes), {@value #KIND}, {@value #POSITION} (shard and sequence number, if it came from a stream), {@value #INCARNATION} (of its table, if
 * it is not the first). A deletion is a record with
 * a value like any other, so a compacted copy never confuses it with nothing.
 *
 * <p>A stage completes when all in-sync replicas have the record. While Kafka is away, stages fail after some seconds, and
 * {@link #failure} says why.
 */
public final class KafkaChangeLog implements ChangeLog {

    /** Header: the format of the value, one byte. */
    public static final String FORMAT = "format";
    /** Header: the origin's region id in decimal digits. */
    public static final String ORIGIN = "origin";
    /** Header: the version, 12 bytes. */
    public static final String VERSION = "version";
    /** Header: the kind, as it is spelled in {@link Change.Kind}. */
    public static final String KIND = "kind";
    /** Header: where the change was read, {@code shard/sequence number}. */
    public static final String POSITION = "position";
    /** Header: which incarnation of its table the change is of, in decimal digits; not there for the first. */
    public static final String INCARNATION = "incarnation";

    private static final byte[] FORMAT_1 = {1};
    private static final long BLOCKED_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long REFUSAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Producer<byte[], byte[]> producer;
    private final String region;
    private final Map<String, String> changesTopics = new ConcurrentHashMap<>();
    private final LongSupplier elapsed;
    private final Map<String, Long> refuseUntil = new ConcurrentHashMap<>();
    private volatile @Nullable String failure;

    /**
     * @param producer from {@link CaptureProducer}; shared, not closed here
     * @param elapsed nanoseconds from any origin
     */
    public KafkaChangeLog(Producer<byte[], byte[]> producer, String region, LongSupplier elapsed) {
        this.producer = producer;
        this.region = region;
        this.elapsed = elapsed;
    }

    @Override
    public CompletionStage<Void> publish(Change change) {
        String topic = changesTopics.computeIfAbsent(change.table(), table -> Topics.changes(region, table));
        var record = new ProducerRecord<>(topic, change.key().toBytes(), ChangeCodec.encode(change));
        Headers headers = record.headers()
                .add(FORMAT, FORMAT_1)
                .add(ORIGIN, String.valueOf(change.origin()).getBytes(UTF_8))
                .add(VERSION, change.version().toBytes())
                .add(KIND, change.kind().name().getBytes(UTF_8));
        if (change.position() != null) {
            String position =
                    change.position().shard() + "/" + change.position().sequenceNumber();
            headers.add(POSITION, position.getBytes(UTF_8));
        }
        if (change.incarnation() != Change.FIRST_INCARNATION) {
            headers.add(INCARNATION, String.valueOf(change.incarnation()).getBytes(UTF_8));
        }
        return send(record);
    }

    @Override
    public CompletionStage<Void> invalidate(Invalidation invalidation) {
        byte[] key = invalidation.key() == null
                ? invalidation.table().getBytes(UTF_8)
                : invalidation.key().toBytes();
        byte[] value = InvalidationCodec.encode(region, invalidation);
        return send(new ProducerRecord<>(Topics.invalidations(region), key, value));
    }

    private CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        if (refusesNow(record.topic())) {
            fail(record.topic(), sent, new TimeoutException("Kafka did not answer a moment ago"));
            return sent;
        }
        long began = elapsed.getAsLong();
        try {
            var unused = producer.send(record, (metadata, exception) -> {
                if (exception == null) {
                    failure = null;
                    sent.complete(null);
                } else {
                    fail(record.topic(), sent, exception);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            fail(record.topic(), sent, e);
        }
        noteBlocking(record.topic(), began);
        return sent;
    }

    /**
     * The producer blocks for a while where it does not know the brokers or the topic. One caller finds that out; those who come in
     * the second after it need not block for it, too.
     */
    private void noteBlocking(String topic, long began) {
        long now = elapsed.getAsLong();
        if (now - began >= BLOCKED_NANOS) {
            refuseUntil.put(topic, now + REFUSAL_NANOS);
        } else {
            refuseUntil.remove(topic);
        }
    }

    private boolean refusesNow(String topic) {
        Long until = refuseUntil.get(topic);
        return until != null && elapsed.getAsLong() - until < 0;
    }

    private void fail(String topic, CompletableFuture<Void> sent, Exception exception) {
        PublishException typed = KafkaErrors.typed("topic " + topic + " does not take records", exception);
        failure = typed.getMessage();
        sent.completeExceptionally(typed);
    }

    /** Why the last record was not taken, in one sentence; null if it was. */
    public @Nullable String failure() {
        return failure;
    }
}
