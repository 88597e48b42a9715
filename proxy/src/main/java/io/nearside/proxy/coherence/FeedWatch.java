package io.nearside.proxy.coherence;

import io.nearside.change.Heartbeat;
import io.nearside.change.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the heartbeats of the region's replicators, on a thread of its own, and tells {@link BusState} of them.
 *
 * <p>A region without any, because it has no replicator, or had its last one longer ago than its control topic keeps records, has a
 * change feed of which nothing is known, and its proxies go on as without one. So has a proxy that may not read that topic. Where
 * there are heartbeats and then none, writes around the proxies go untold. When they come again everything cached is forgotten, since
 * the replicator tells of what it missed only as it catches up.
 */
final class FeedWatch implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(FeedWatch.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration DENIED_EVERY = Duration.ofSeconds(60);

    /** So many records before the end tell whether there was a replicator at all. */
    private static final long LOOK_BACK = 200;

    private final TopicPartition partition;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final InvalidationHandler handler;
    private final BusState state;

    /** The next record to read, -1 before the first time; outlives consumers. */
    private long position = -1;

    /** Records from here on were appended while this process was there. */
    private long since;

    private boolean denied;
    private volatile boolean closed;
    private volatile @Nullable Consumer<byte[], byte[]> current;
    private volatile Thread thread = Thread.currentThread();

    FeedWatch(
            String region, Supplier<Consumer<byte[], byte[]>> consumers, InvalidationHandler handler, BusState state) {
        this.partition = new TopicPartition(Topics.control(region), Heartbeat.PARTITION);
        this.consumers = consumers;
        this.handler = handler;
        this.state = state;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                current = consumer;
                if (open(consumer)) {
                    denied = false;
                    follow(consumer);
                } else {
                    state.feedUnknown();
                    pause(LOOK_EVERY);
                }
            } catch (WakeupException | InterruptException e) {
                LOG.atDebug().log("The reader of heartbeats was told to stop");
            } catch (AuthorizationException e) {
                denied(e);
            } catch (KafkaException e) {
                // The reader of invalidations says so; nobody can tell of writes meanwhile.
                LOG.atDebug().setCause(e).log("Heartbeats of replicators cannot be read; it is tried again");
                pause(LOOK_EVERY);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("Following the heartbeats of replicators failed; it is tried again");
                pause(LOOK_EVERY);
            } finally {
                current = null;
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
            reading.wakeup();
        }
    }

    /** False if the region has no control topic, or nothing in it. */
    private boolean open(Consumer<byte[], byte[]> consumer) {
        if (consumer.partitionsFor(partition.topic()).isEmpty()) {
            return false;
        }
        List<TopicPartition> only = List.of(partition);
        consumer.assign(only);
        long begin = Objects.requireNonNull(consumer.beginningOffsets(only).get(partition));
        long end = Objects.requireNonNull(consumer.endOffsets(only).get(partition));
        if (position < begin || position > end) {
            position = Math.max(begin, end - LOOK_BACK);
            since = end;
        }
        consumer.seek(partition, position);
        return end > begin;
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        while (!closed) {
            consumer.poll(POLL).forEach(this::note);
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        position = record.offset() + 1;
        if (!Heartbeat.isAlive(record.value())) {
            return;
        }
        if (record.offset() < since) {
            state.feedExists();
            return;
        }
        if (state.feed() == ChangeFeed.SILENT) {
            LOG.atInfo()
                    .addKeyValue("topic", partition.topic())
                    .log("A replicator is at work again; everything cached is forgotten");
            handler.handleGap();
        }
        state.feedHeard();
    }

    private void denied(AuthorizationException cause) {
        state.feedUnknown();
        if (!denied) {
            denied = true;
            LOG.atWarn()
                    .addKeyValue("topic", partition.topic())
                    .addKeyValue("cause", cause.toString())
                    .log("Heartbeats of replicators may not be read, so that nobody notices when they stop");
        }
        pause(DENIED_EVERY);
    }

    private void pause(Duration time) {
        if (closed) {
            return;
        }
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            LOG.atDebug().log("The reader of heartbeats was told to stop");
        }
    }
}
