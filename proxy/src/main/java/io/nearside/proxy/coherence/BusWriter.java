package io.nearside.proxy.coherence;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.change.Invalidation;
import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.change.Invalidation.Scope;
import io.nearside.change.InvalidationCodec;
import io.nearside.change.Topics;
import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.CachedTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces this node's writes, on a thread of its own.
 *
 * <p>Holds at most {@value #CAPACITY} announcements that Kafka has not taken yet. Whatever does not fit, or is refused,
 * becomes one "forget the table" per table, sent as soon as Kafka takes it, with the moment of the first write that it stands
 * for: nothing is ever left unsaid, and its delay is told in full.
 */
final class BusWriter implements Announcer, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BusWriter.class);
    private static final int CAPACITY = 10_000;
    private static final Duration IDLE = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Duration LOG_EVERY = Duration.ofSeconds(10);

    private final String region;
    private final String topic;
    private final String source;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final InstantSource wall;
    private final Ticker ticker;
    private final long patienceNanos;
    private final BusObserver observer;
    private final LogLimit failures;
    private final BlockingQueue<Invalidation> queue = new ArrayBlockingQueue<>(CAPACITY);

    /** Tables to be forgotten, and the moment of the first write that this stands for. */
    private final Map<String, Instant> unsaid = new ConcurrentHashMap<>();

    /** Announcements made and not acknowledged: queued here, in the writer's hands, or held by Kafka's producer. */
    private final AtomicInteger open = new AtomicInteger();

    /** When the first of what is open was announced, or Kafka last acknowledged one: since then nothing moved. */
    private volatile long movedNanos;

    private final LongAdder taken = new LongAdder();
    private volatile @Nullable Instant lastTaken;
    private volatile boolean closed;
    private volatile Thread thread = Thread.currentThread();

    /** Writer's thread only. */
    private boolean late;

    /**
     * @param wall what announcements are dated by
     * @param ticker elapsed time
     * @param patience how long announcements may wait for Kafka before that is a problem
     */
    BusWriter(
            BusSettings settings,
            Supplier<Producer<byte[], byte[]>> producers,
            InstantSource wall,
            Ticker ticker,
            Duration patience,
            BusObserver observer) {
        this.region = settings.region();
        this.topic = Topics.invalidations(settings.region());
        this.source = settings.source();
        this.producers = producers;
        this.wall = wall;
        this.ticker = ticker;
        this.patienceNanos = patience.toNanos();
        this.observer = observer;
        this.failures = new LogLimit(ticker, LOG_EVERY);
    }

    @Override
    public void itemWritten(CachedTable table, ItemKey key, List<IndexPartitions> indexes) {
        announce(new Invalidation(Scope.ITEM, table.name(), table.id(), key, indexes, source, wall.instant(), null));
    }

    @Override
    public void partitionWritten(CachedTable table, ItemKey partition, List<IndexPartitions> indexes) {
        announce(new Invalidation(
                Scope.PARTITION, table.name(), table.id(), partition, indexes, source, wall.instant(), null));
    }

    @Override
    public void tableChanged(String table) {
        announce(forgetTable(table, wall.instant()));
    }

    @Override
    public boolean reachesOthers() {
        return true;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            try (Producer<byte[], byte[]> producer = producers.get()) {
                write(producer);
                producer.close(CLOSE_LIMIT);
            } catch (InterruptException e) {
                LOG.atDebug().log("The writer of invalidations was told to stop");
            } catch (KafkaException e) {
                LOG.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("cause", e.toString())
                        .log("Invalidations cannot be written; they are written as soon as Kafka takes them");
                pause();
            } catch (RuntimeException e) {
                // Without this thread nobody would ever hear of this node's writes again.
                LOG.atError()
                        .addKeyValue("topic", topic)
                        .setCause(e)
                        .log("Writing invalidations failed; their tables are announced instead");
                pause();
            }
        }
    }

    /** Ends {@link #run}, after what is queued was handed to Kafka. */
    void close() {
        closed = true;
    }

    /** Ends {@link #run} at once. */
    void interrupt() {
        thread.interrupt();
    }

    /** Announcements that Kafka has not acknowledged yet, those that its producer holds included. */
    int waiting() {
        return open.get() + unsaid.size();
    }

    /** Announcements that Kafka has acknowledged. */
    long taken() {
        return taken.sum();
    }

    /** When Kafka last acknowledged one; null before the first. */
    @Nullable Instant lastTaken() {
        return lastTaken;
    }

    /**
     * For how long announcements have waited without any progress; zero while none waits.
     *
     * <p>Of a table that has to be announced again this is the time since the write, whatever else Kafka took meanwhile.
     */
    Duration waitingFor() {
        if (waiting() == 0) {
            return Duration.ZERO;
        }
        Duration stalled = Duration.ofNanos(Math.max(0, ticker.read() - movedNanos));
        Instant now = wall.instant();
        return unsaid.values().stream()
                .map(since -> Duration.between(since, now))
                .reduce(stalled, (longest, waited) -> waited.compareTo(longest) > 0 ? waited : longest);
    }

    /** Whether announcements wait for longer than is to be expected, so that other nodes may serve what was overwritten here. */
    boolean isLate() {
        return waitingFor().toNanos() > patienceNanos;
    }

    private void announce(Invalidation invalidation) {
        if (open.getAndIncrement() == 0) {
            movedNanos = ticker.read();
        }
        if (!queue.offer(invalidation)) {
            end(invalidation, false);
        }
    }

    private void write(Producer<byte[], byte[]> producer) {
        Deque<Invalidation> batch = new ArrayDeque<>();
        while (!closed || !queue.isEmpty()) {
            Invalidation first = poll();
            if (first != null) {
                batch.add(first);
                queue.drainTo(batch);
            }
            List.copyOf(unsaid.keySet()).forEach(table -> {
                open.incrementAndGet();
                Instant at = unsaid.remove(table);
                if (at == null) {
                    open.decrementAndGet();
                } else {
                    batch.add(forgetTable(table, at));
                }
            });
            send(producer, batch);
            tellWhetherLate();
        }
    }

    /** Once when it begins, once when it is over. */
    private void tellWhetherLate() {
        boolean now = isLate();
        if (now != late) {
            late = now;
            var line = now ? LOG.atWarn() : LOG.atInfo();
            line.addKeyValue("topic", topic)
                    .addKeyValue("waiting", waiting())
                    .log(
                            now
                                    ? "Invalidations of this node wait for Kafka; other nodes may serve what was overwritten here"
                                    : "Kafka takes this node's invalidations again");
        }
    }

    private @Nullable Invalidation poll() {
        try {
            return queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private void send(Producer<byte[], byte[]> producer, Deque<Invalidation> batch) {
        try {
            while (!batch.isEmpty()) {
                send(producer, batch.element());
                batch.remove();
            }
        } finally {
            // What a producer that gave up did not get: the next one is told of the tables.
            batch.forEach(invalidation -> end(invalidation, false));
        }
    }

    private void send(Producer<byte[], byte[]> producer, Invalidation invalidation) {
        ItemKey key = invalidation.key();
        byte[] recordKey = key == null ? invalidation.table().getBytes(StandardCharsets.UTF_8) : key.toBytes();
        byte[] value = InvalidationCodec.encode(region, invalidation);
        var unused = producer.send(
                new ProducerRecord<>(topic, recordKey, value), (metadata, failure) -> answered(invalidation, failure));
    }

    private void answered(Invalidation invalidation, @Nullable Exception failure) {
        if (failure != null) {
            long unlogged = failures.admit();
            if (unlogged >= 0) {
                LOG.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("table", invalidation.table())
                        .addKeyValue("cause", failure.toString())
                        .addKeyValue("unlogged", unlogged)
                        .log("Kafka did not take an invalidation; its table is announced instead");
            }
        }
        end(invalidation, failure == null);
    }

    private void end(Invalidation invalidation, boolean acknowledged) {
        if (acknowledged) {
            taken.increment();
            lastTaken = wall.instant();
            movedNanos = ticker.read();
        } else {
            sayLater(invalidation);
        }
        // Last: what has to be said again counts as waiting before this one no longer does.
        open.decrementAndGet();
    }

    private void sayLater(Invalidation invalidation) {
        Instant at = invalidation.at();
        unsaid.compute(invalidation.table(), (table, earlier) -> {
            if (earlier == null) {
                observer.overflowed();
            }
            return earlier == null || at.isBefore(earlier) ? at : earlier;
        });
    }

    private Invalidation forgetTable(String table, Instant at) {
        return new Invalidation(Scope.TABLE, table, "", null, List.of(), source, at, null);
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            LOG.atDebug().log("The writer of invalidations was told to stop");
        }
    }
}
