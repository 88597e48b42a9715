package io.nearside.proxy.coherence;

import io.nearside.change.ForeignRecordException;
import io.nearside.change.Invalidation;
import io.nearside.change.InvalidationCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the region's announcements, every partition of them, on a thread of its own.
 *
 * <p>Starts at the ends of the partitions: what was announced before this process has nothing cached does not matter.
 * After that it never skips: it goes on from where it stood, however often the connection breaks. Twice a second it asks
 * for the ends of the partitions; once it has acted on everything up to there, it tells {@link BusState} so. If Kafka
 * no longer has what comes next (retention, a topic made again), everything cached is forgotten.
 *
 * <p>So it is when Kafka was out of reach for longer than {@link BusState}'s patience: meanwhile other nodes may have died with
 * announcements that Kafka never got, and nothing in Kafka tells of those. A record is acted upon once, whatever comes of it.
 */
final class BusReader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BusReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PROBE_EVERY = Duration.ofMillis(500);
    private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final Duration LOG_EVERY = Duration.ofSeconds(10);

    /** Not worth a warning: services that start together make the topic, and it is not known to every broker at once. */
    private static final int STARTING_FAILURES = 3;

    private final String region;
    private final String topic;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final InvalidationHandler handler;
    private final BusObserver observer;
    private final BusState state;

    /** The next record to act on, per partition; outlives consumers. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private final BusSources sources = new BusSources();
    private volatile long behind;

    private Map<TopicPartition, Long> probedEnds = Map.of();
    private long probedNanos;
    private long partitionsCheckedNanos;

    /** When Kafka last answered. */
    private long reachedNanos;

    /** Whether everything cached has to be forgotten before anything is served again. */
    private boolean owesGap;

    private final LogLimit refusals;
    private boolean probing;
    private boolean reported;
    private int failures;
    private volatile boolean closed;
    private volatile @Nullable Consumer<byte[], byte[]> current;
    private volatile Thread thread = Thread.currentThread();

    BusReader(
            String region,
            Supplier<Consumer<byte[], byte[]>> consumers,
            InvalidationHandler handler,
            BusObserver observer,
            BusState state) {
        this.region = region;
        this.topic = Topics.invalidations(region);
        this.refusals = new LogLimit(state::now, LOG_EVERY);
        this.consumers = consumers;
        this.handler = handler;
        this.observer = observer;
        this.state = state;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                current = consumer;
                follow(consumer);
            } catch (WakeupException | InterruptException e) {
                LOG.atDebug().log("The reader of invalidations was told to stop");
            } catch (KafkaException e) {
                lost(e);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("Reading invalidations failed; everything cached is forgotten");
                owesGap = true;
                lost(e);
            }
        }
    }

    /** Ends {@link #run}. */
    void close() {
        closed = true;
        Consumer<byte[], byte[]> reading = current;
        if (reading == null) {
            thread.interrupt();
        } else {
            // Interrupted, it could not end its session with the broker, and would say so at length.
            reading.wakeup();
        }
    }

    /** Announcements that were there when it last asked Kafka, and not acted upon at that moment. */
    long behind() {
        return behind;
    }

    /** Who was heard. */
    BusSources sources() {
        return sources;
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        assign(consumer);
        while (!closed) {
            try {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    reached();
                }
                records.forEach(this::act);
                probe(consumer);
            } catch (InvalidOffsetException e) {
                skipGap(consumer, e.partitions());
            }
        }
    }

    private void assign(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("topic " + topic + " does not exist");
        }
        consumer.assign(partitions);
        boolean firstTime = positions.isEmpty();
        Map<TopicPartition, Long> ends = firstTime ? consumer.endOffsets(partitions) : Map.of();
        for (TopicPartition partition : partitions) {
            // A partition that came later is read from its beginning: this process was listening before it existed.
            long position = positions.computeIfAbsent(partition, p -> ends.getOrDefault(p, 0L));
            consumer.seek(partition, position);
        }
        if (firstTime) {
            reachedNanos = state.now();
            // What was read while nothing could be heard yet may be of before an announcement that was missed.
            handler.handleGap();
        }
        partitionsCheckedNanos = state.now();
        probedNanos = state.now() - PROBE_EVERY.toNanos();
        probing = false;
        reported = false;
        failures = 0;
    }

    private void act(ConsumerRecord<byte[], byte[]> record) {
        // First: whatever this record does to us, the next try would meet it again, in every node at once.
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        try {
            byte[] value = record.value();
            Invalidation invalidation = InvalidationCodec.decode(region, value == null ? new byte[0] : value);
            handler.handle(invalidation);
            observer.heard(invalidation);
            sources.heard(invalidation);
        } catch (ForeignRecordException e) {
            refused(RefusedRecord.FOREIGN, record, e);
        } catch (MalformedRecordException e) {
            refused(RefusedRecord.UNREADABLE, record, e);
            handler.handleUnreadable();
        } catch (RuntimeException e) {
            owesGap = true;
            refused(RefusedRecord.FAILED, record, e);
            forgetIfOwed();
        }
    }

    private void refused(RefusedRecord why, ConsumerRecord<byte[], byte[]> record, Exception cause) {
        observer.refused(why);
        long unlogged = refusals.admit();
        if (unlogged >= 0) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("reason", why.label())
                    .addKeyValue("unlogged", unlogged)
                    .setCause(cause)
                    .log(
                            why == RefusedRecord.FOREIGN
                                    ? "An invalidation that is not this topic's is refused"
                                    : "An invalidation cannot be acted upon; everything cached is forgotten");
        }
    }

    private void forgetIfOwed() {
        if (owesGap) {
            handler.handleGap();
            owesGap = false;
        }
    }

    /** Kafka answered. After a long silence that is not enough: what others could not announce meanwhile is not in Kafka. */
    private void reached() {
        long now = state.now();
        long silence = now - reachedNanos;
        reachedNanos = now;
        if (silence > state.patienceNanos()) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("silenceMillis", silence / 1_000_000)
                    .log("Kafka was not heard for a while; everything cached is forgotten");
            owesGap = true;
            observer.missed();
        }
    }

    /** Finds out where the partitions end now, and tells when everything up to the last time's ends has been acted on. */
    private void probe(Consumer<byte[], byte[]> consumer) {
        if (probing && hasReached(probedEnds)) {
            forgetIfOwed();
            state.heardUntil(probedNanos);
            probing = false;
        }
        long now = state.now();
        if (!probing && now - probedNanos >= PROBE_EVERY.toNanos()) {
            probedEnds = consumer.endOffsets(positions.keySet(), BusSettings.REQUEST_LIMIT);
            probedNanos = now;
            reached();
            probing = true;
            behind = probedEnds.entrySet().stream()
                    .mapToLong(end -> Math.max(0, end.getValue() - positions.getOrDefault(end.getKey(), 0L)))
                    .sum();
            checkNotBeyond(consumer);
        }
        if (now - partitionsCheckedNanos >= PARTITIONS_EVERY.toNanos()) {
            partitionsCheckedNanos = now;
            if (consumer.partitionsFor(topic).size() != positions.size()) {
                assign(consumer);
            }
        }
    }

    private boolean hasReached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** A position beyond the end means that the topic was made again. */
    private void checkNotBeyond(Consumer<byte[], byte[]> consumer) {
        Set<TopicPartition> beyond = new HashSet<>();
        probedEnds.forEach((partition, end) -> {
            if (positions.getOrDefault(partition, 0L) > end) {
                beyond.add(partition);
            }
        });
        if (!beyond.isEmpty()) {
            skipGap(consumer, beyond);
        }
    }

    private void skipGap(Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        LOG.atWarn()
                .addKeyValue("topic", topic)
                .log("Kafka does not have all invalidations any more; everything cached is forgotten");
        consumer.endOffsets(partitions).forEach((partition, end) -> {
            positions.put(partition, end);
            consumer.seek(partition, end);
        });
        // Only now: what is announced from here on is read, what came before is forgotten.
        handler.handleGap();
        observer.missed();
        probing = false;
    }

    private void lost(Exception cause) {
        failures++;
        boolean starting = positions.isEmpty() && failures <= STARTING_FAILURES;
        if (!reported && !starting && !closed) {
            reported = true;
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("cause", cause.toString())
                    .log("Invalidations cannot be read; cached answers are given by coherence.fallback only");
        }
        state.failed("invalidations cannot be read from " + topic + ": " + cause.getMessage());
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            LOG.atDebug().log("The reader of invalidations was told to stop");
        }
    }
}
