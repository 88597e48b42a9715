package io.nearside.replicator.liveness;

import io.nearside.replicator.kafka.KafkaCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens whether any replicator of another region is alive. Without it a region whose replicators are all gone looks like one where
 * nobody writes.
 *
 * <p>One thread; failures of Kafka end nothing.
 */
public final class PeerWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerWatch.class);
    private static final Duration READ = Duration.ofSeconds(1);
    /** More signs than several processes give in the seconds that are asked about. */
    private static final long LOOK_BACK = 500;

    private static final Duration RETRY = Duration.ofSeconds(2);

    private final String peer;
    private final KafkaCluster kafka;
    private final LongSupplier nanos;
    private final Thread thread;

    private volatile @Nullable Long lastHeardNanos;
    private volatile @Nullable Integer regionId;
    private volatile @Nullable SignLog open;
    private volatile boolean closed;

    /**
     * @param kafka the peer's Kafka
     * @param nanos elapsed time
     */
    public PeerWatch(String peer, KafkaCluster kafka, LongSupplier nanos) {
        this.peer = peer;
        this.kafka = kafka;
        this.nanos = nanos;
        this.thread = new Thread(this::run, "nearside-peer-watch-" + peer);
        this.thread.setDaemon(true);
    }

    /** Begins to listen; returns at once. */
    public void start() {
        thread.start();
    }

    /**
     * How long ago the last sign of life came, or, before the first, how long we have listened for one; null as long as there is
     * nothing to listen to: Kafka has not answered yet, or has no control topic of the peer, as a mere copy of its changes.
     */
    public @Nullable Duration silence() {
        Long heard = lastHeardNanos;
        return heard == null ? null : Duration.ofNanos(Math.max(0, nanos.getAsLong() - heard));
    }

    /** The region id that the peer's replicators say they have; null as long as none said so. */
    public @Nullable Integer regionId() {
        return regionId;
    }

    /**
     * The region id that the peer's replicators have, if one of them gave a sign of life since a time; null if none did, or its Kafka
     * does not answer.
     */
    public static @Nullable Integer regionIdSince(String peer, KafkaCluster kafka, Instant since) {
        try (SignLog log = new SignLog(kafka, peer)) {
            return log.open(LOOK_BACK) ? log.regionIdSince(since.toEpochMilli()) : null;
        } catch (KafkaException e) {
            LOG.atDebug().setCause(e).addKeyValue("peer", peer).log("the peer's region-id cannot be asked for");
            return null;
        }
    }

    private void run() {
        while (!closed) {
            try (SignLog log = new SignLog(kafka, peer)) {
                open = log;
                // What the log still has of earlier times says nothing about now.
                if (log.open(0)) {
                    listen(log);
                } else {
                    pause();
                }
            } catch (WakeupException e) {
                LOG.atDebug().addKeyValue("peer", peer).log("listens to the peer no more");
            } catch (KafkaException e) {
                LOG.atDebug()
                        .setCause(e)
                        .addKeyValue("peer", peer)
                        .log("signs of life cannot be read; it is tried again");
                pause();
            } finally {
                open = null;
            }
        }
    }

    private void listen(SignLog log) {
        if (lastHeardNanos == null) {
            lastHeardNanos = nanos.getAsLong();
        }
        while (!closed) {
            for (Sign sign : log.read(READ)) {
                if (!sign.last()) {
                    lastHeardNanos = nanos.getAsLong();
                    regionId = sign.regionId() == null ? regionId : sign.regionId();
                }
            }
        }
    }

    private void pause() {
        if (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        SignLog log = open;
        if (log != null) {
            log.wakeUp();
        }
        thread.interrupt();
    }
}
