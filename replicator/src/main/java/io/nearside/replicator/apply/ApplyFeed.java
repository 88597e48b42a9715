package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import io.nearside.item.Bytes;
import io.nearside.replicator.apply.ApplyOutcome.Cause;
import io.nearside.replicator.apply.ApplyOutcome.ParkReason;
import io.nearside.replicator.apply.ApplyReports.ParkedChange;
import io.nearside.replicator.kafka.GroupMember;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.liveness.Standstill;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.TableRules;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Reads one peer's changes from the peer's Kafka and sees each of them to its end here.
 *
 * <p>An ordinary consumer group per pair of regions shares the partitions among the replicators of this region; every topic of the
 * peer is read, those that appear later too. One thread polls, commits and decides which partitions rest; the writes run on the
 * threads of an {@link ApplyScheduler}. Offsets are committed up to the frontier only, so whatever a crash interrupts is read
 * again, and versions make that harmless.
 *
 * <p>Bounds: {@value #MAX_PER_PARTITION} records per partition and {@value #MAX_BYTES} bytes in all between reading and ending;
 * what is over rests, the others go on. Kafka's failures end nothing: the consumer is made anew after a pause, and {@link #problem()}
 * says what is wrong meanwhile.
 */
final class ApplyFeed implements AutoCloseable {

    static final int MAX_PER_PARTITION = 4_000;
    static final long MAX_BYTES = 64L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ApplyFeed.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String region;
    private final String peer;
    private final KafkaCluster cluster;
    private final GroupMember membership;
    private final Duration discoveryInterval;
    private final TableRules rules;
    private final ApplyWork work;
    private final ApplyScheduler scheduler;
    private final ApplyReports reports;
    private final ReplicatorMetrics metrics;
    private final LongSupplier nanos;
    private final Thread thread;

    private final Map<TopicPartition, PartitionFrontier> frontiers = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    private final Object pauseLock = new Object();
    private boolean pauseInEffect;

    /** Poller only. */
    private final Set<TopicPartition> resting = new HashSet<>();

    private final Map<TopicPartition, Standstill> standstills = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private long lastCommitNanos;

    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile @Nullable String problem;
    private volatile ApplyFeedStatus status = ApplyFeedStatus.NONE;
    private volatile boolean paused;
    private volatile boolean began;
    private volatile long lastTurnNanos;
    private volatile boolean closing;

    /**
     * @param process this process among those of its region
     * @param discoveryInterval how soon a new topic of the peer is noticed
     * @param rules which tables are wanted here, and as what; changes of others end at once
     * @param nanos elapsed time
     */
    ApplyFeed(
            String region,
            String process,
            String peer,
            KafkaCluster cluster,
            Duration discoveryInterval,
            TableRules rules,
            ApplyWork work,
            ApplyReports reports,
            ReplicatorMetrics metrics,
            int maxConcurrency,
            LongSupplier nanos) {
        this.region = region;
        this.peer = peer;
        this.cluster = cluster;
        this.membership = new GroupMember(group(region, peer), process);
        this.discoveryInterval = discoveryInterval;
        this.rules = rules;
        this.work = work;
        this.scheduler = new ApplyScheduler(work, maxConcurrency, rules::writeBudget);
        this.reports = reports;
        this.metrics = metrics;
        this.nanos = nanos;
        this.thread = new Thread(this::run, "nearside-apply-feed-" + peer);
        this.thread.setDaemon(true);
    }

    /** The group that the replicators of a region form to apply a peer's changes. */
    static String group(String region, String peer) {
        return "nearside.apply." + region + "." + peer;
    }

    void start() {
        thread.start();
    }

    String peer() {
        return peer;
    }

    /** What stands in the way of reading, in a sentence; null if nothing does. */
    @Nullable String problem() {
        return problem;
    }

    /** Why changes of some tables are not applied now, in a sentence; null if they are. */
    @Nullable String failures() {
        return work.failures();
    }

    /** Where the feed stands, at most about a second old. */
    ApplyFeedStatus status() {
        return status;
    }

    /** Reads nothing more until {@link #resume}; what was read goes on to its end. Waits until that is so, 2 seconds at most. */
    void pause() {
        paused = true;
        try {
            synchronized (pauseLock) {
                long deadline = System.nanoTime() + PAUSE_PATIENCE.toNanos();
                while (!pauseInEffect && paused && System.nanoTime() < deadline) {
                    TimeUnit.NANOSECONDS.timedWait(pauseLock, POLL.toNanos());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void resume() {
        paused = false;
    }

    boolean isPaused() {
        return paused;
    }

    private void run() {
        while (!closing) {
            turn();
            try {
                consume();
            } catch (InterruptException e) {
                LOG.atDebug().addKeyValue("peer", peer).log("the feed is interrupted");
            } catch (RuntimeException e) {
                trouble(e);
            }
        }
    }

    private void turn() {
        lastTurnNanos = nanos.getAsLong();
        began = true;
    }

    private void trouble(RuntimeException e) {
        problem = "changes of region " + peer + " cannot be read from Kafka at " + cluster.bootstrapServers() + ": "
                + e.getMessage();
        LOG.atWarn()
                .addKeyValue("peer", peer)
                .addKeyValue("kafka", cluster.bootstrapServers())
                .addKeyValue("reason", String.valueOf(e.getMessage()))
                .log("reading a peer's changes failed; it is tried again");
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void consume() {
        Consumer<byte[], byte[]> opened = membership.join(cluster, settings());
        try {
            consumer = opened;
            opened.subscribe(Pattern.compile(Pattern.quote(Topics.changesPrefix(peer)) + ".*"), new Assignment(opened));
            readUntilClosed(opened);
            finish(opened);
        } finally {
            consumer = null;
            close(opened);
            frontiers.clear();
            resting.clear();
            committed.clear();
        }
    }

    private void close(Consumer<byte[], byte[]> opened) {
        if (closing) {
            GroupMember.leave(opened);
        } else {
            opened.close();
        }
    }

    private void readUntilClosed(Consumer<byte[], byte[]> from) {
        try {
            while (!closing) {
                turn();
                from.poll(POLL).forEach(this::accept);
                problem = null;
                flow(from);
                commitIfDue(from);
            }
        } catch (WakeupException e) {
            LOG.atDebug().addKeyValue("peer", peer).log("the feed is woken up to end");
        }
    }

    private Map<String, String> settings() {
        String metadataAge = String.valueOf(Math.max(100, discoveryInterval.toMillis()));
        return Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "nearside-apply-" + region + "-" + peer,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                "1000",
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                metadataAge);
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        PartitionFrontier frontier = frontiers.computeIfAbsent(
                new TopicPartition(record.topic(), record.partition()),
                partition -> new PartitionFrontier(record.offset()));
        PartitionFrontier.Entry entry = frontier.begin(record.offset(), record.timestamp());
        int size = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        bytes.addAndGet(size);
        Runnable ended = () -> {
            entry.done();
            bytes.addAndGet(-size);
        };
        if (record.value() == null) {
            parkMalformed(record, "the record has no value", ended);
            return;
        }
        try {
            accept(record, ended);
        } catch (MalformedRecordException e) {
            parkMalformed(record, String.valueOf(e.getMessage()), ended);
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record, Runnable ended) throws MalformedRecordException {
        Change change = ChangeCodec.decode(record.value());
        String table = rules.here(peer, change.table());
        if (table == null) {
            leftOut(change, Cause.FILTERED, ended);
        } else if (change.kind() == Change.Kind.TTL && !rules.rule(table).takesExpiries()) {
            // Before it can overtake a put that still waits: that one is wanted.
            leftOut(change, Cause.EXPIRES_HERE, ended);
        } else {
            int units = ApplyScheduler.units(record.serializedValueSize());
            scheduler.submit(table, change.named(table), units, ended);
        }
    }

    private void leftOut(Change change, Cause cause, Runnable ended) {
        metrics.count(ReplicatorMetrics.SUPERSEDED, peer, change.table(), cause.label());
        ended.run();
    }

    private void parkMalformed(ConsumerRecord<byte[], byte[]> record, String detail, Runnable ended) {
        ParkedChange parked = new ParkedChange(
                peer,
                "",
                Bytes.wrap((record.topic() + "-" + record.partition() + "@" + record.offset()).getBytes(UTF_8)),
                Bytes.wrap(record.value() == null ? new byte[0] : record.value()),
                null,
                ParkReason.MALFORMED,
                detail);
        LOG.atError()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("detail", detail)
                .log("parked a record that cannot be decoded");
        metrics.count(ReplicatorMetrics.PARKED, peer, "", ParkReason.MALFORMED.label());
        report(parked, ended);
    }

    private void report(ParkedChange parked, Runnable ended) {
        var unused = reports.parked(parked).whenComplete((done, failure) -> {
            if (failure == null) {
                ended.run();
            } else if (!closing) {
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> report(parked, ended));
            }
        });
    }

    /** Lets partitions rest that have too much under way, and wakes those that have worked it off. */
    private void flow(Consumer<byte[], byte[]> from) {
        boolean pausedNow = paused;
        boolean full = bytes.get() > (resting.isEmpty() ? MAX_BYTES : MAX_BYTES / 2);
        Set<TopicPartition> rest = new HashSet<>();
        for (TopicPartition partition : from.assignment()) {
            PartitionFrontier frontier = frontiers.get(partition);
            int limit = resting.contains(partition) ? MAX_PER_PARTITION / 2 : MAX_PER_PARTITION;
            if (pausedNow || full || (frontier != null && frontier.size() > limit)) {
                rest.add(partition);
            }
        }
        if (!rest.equals(resting)) {
            from.resume(from.assignment());
            from.pause(rest);
            resting.clear();
            resting.addAll(rest);
        }
        synchronized (pauseLock) {
            pauseInEffect = pausedNow;
            pauseLock.notifyAll();
        }
    }

    private void commitIfDue(Consumer<byte[], byte[]> from) {
        long now = nanos.getAsLong();
        if (now - lastCommitNanos < COMMIT_NANOS) {
            return;
        }
        lastCommitNanos = now;
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
        standstills.keySet().retainAll(from.assignment());
        status = ApplyFeedStatus.of(from, frontiers, this::stillMillis, scheduler);
    }

    private long stillMillis(TopicPartition partition, boolean owes) {
        PartitionFrontier frontier = frontiers.get(partition);
        return standstills
                .computeIfAbsent(partition, fresh -> new Standstill())
                .look(
                        frontier == null ? null : frontier.committable(),
                        owes && !paused,
                        TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong()));
    }

    /** For how long the thread that reads has given no sign of life. */
    Duration silence() {
        return began ? Duration.ofNanos(Math.max(0, nanos.getAsLong() - lastTurnNanos)) : Duration.ZERO;
    }

    private Map<TopicPartition, OffsetAndMetadata> due(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (TopicPartition partition : partitions) {
            PartitionFrontier frontier = frontiers.get(partition);
            if (frontier != null) {
                long offset = frontier.committable();
                if (!Long.valueOf(offset).equals(committed.put(partition, offset))) {
                    due.put(partition, new OffsetAndMetadata(offset));
                }
            }
        }
        return due;
    }

    private void finish(Consumer<byte[], byte[]> from) {
        scheduler.close();
        commitNow(from, from.assignment());
    }

    private void commitNow(Consumer<byte[], byte[]> from, Collection<TopicPartition> partitions) {
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

    /** Leaves partitions cleanly: whoever has them next begins at the frontier. */
    private final class Assignment implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> from;

        Assignment(Consumer<byte[], byte[]> from) {
            this.from = from;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Frontiers begin with the first record of each partition.
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commitNow(from, partitions);
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> {
                frontiers.remove(partition);
                resting.remove(partition);
                committed.remove(partition);
            });
        }
    }

    /** Ends: waits for writes under way, commits the frontier, leaves the group. */
    @Override
    public void close() {
        closing = true;
        Consumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(15));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        scheduler.close();
    }
}
