package io.nearside.replicator.apply;

import io.nearside.change.Topics;
import io.nearside.replicator.kafka.GroupMember;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.liveness.Standstill;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.RegionIds;
import io.nearside.replicator.table.TableRules;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Duration METADATA_AGE = Duration.ofSeconds(10);
    private static final long EAGER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final long GAP_SHOWN_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final String REPLACED =
            "it was deleted and created again, and is read from its beginning; what the old one"
                    + " held and was not read is published again by its region";
    private static final String DROPPED =
            "changes were dropped by their retention before they were read here; have the peer publish the table again:"
                    + " nearside replication backfill, then verify";
    private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String region;
    private final String peer;
    private final KafkaCluster cluster;
    private final GroupMember membership;
    private final Duration discoveryInterval;
    private final ApplyWork work;
    private final ApplyScheduler scheduler;
    private final ChangeIntake intake;
    private final ReplicatorMetrics metrics;
    private final LongSupplier nanos;
    private final Thread thread;

    private final Map<TopicPartition, PartitionFrontier> frontiers = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    private final FrontierCommits commits;

    private final Object pauseLock = new Object();
    private boolean pauseInEffect;

    /** Poller only. */
    private final Set<TopicPartition> resting = new HashSet<>();

    private final Map<TopicPartition, Standstill> standstills = new HashMap<>();
    private long lastCommitNanos;
    private long lastLookNanos;

    /** Until then new topics are looked for at each interval; after that, as rarely as metadata grows old. */
    private volatile long eagerUntilNanos;

    /** Poller only; null while nothing is read. */
    private @Nullable TopicIdentities identities;

    private volatile @Nullable String gap;
    private volatile long gapNanos;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile @Nullable String problem;
    private volatile ApplyFeedStatus status = ApplyFeedStatus.NONE;
    private volatile boolean paused;
    private volatile boolean began;
    private volatile long lastTurnNanos;
    private volatile boolean closing;

    /**
     * @param process this process among those of its region
     * @param discoveryInterval how soon a new topic of the peer is noticed after {@link #expectTopics}, or else within ten seconds
     * @param regions whose the ids in versions are
     * @param rules which tables are wanted here, and as what; changes of others end at once
     * @param nanos elapsed time
     */
    ApplyFeed(
            String region,
            String process,
            String peer,
            KafkaCluster cluster,
            Duration discoveryInterval,
            RegionIds regions,
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
        this.work = work;
        this.scheduler = new ApplyScheduler(work, maxConcurrency, rules::writeBudget);
        this.intake = new ChangeIntake(peer, regions, rules, scheduler, reports, metrics, nanos);
        this.commits = new FrontierCommits(peer, frontiers, this::topicId);
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
        try (TopicIdentities ids = new TopicIdentities(cluster.admin())) {
            identities = ids;
            consumer = opened;
            subscribe(opened);
            expectTopics();
            readUntilClosed(opened, ids);
            finish(opened);
        } finally {
            consumer = null;
            close(opened);
            identities = null;
            frontiers.clear();
            resting.clear();
            commits.forgetAll();
        }
    }

    private void close(Consumer<byte[], byte[]> opened) {
        if (closing) {
            GroupMember.leave(opened);
        } else {
            opened.close();
        }
    }

    private @Nullable String topicId(String topic) {
        TopicIdentities ids = identities;
        return ids == null ? null : ids.id(topic);
    }

    /** What was lost before it was read here, in a sentence; null if nothing was lately. */
    @Nullable String gap() {
        return nanos.getAsLong() - gapNanos > GAP_SHOWN_NANOS ? null : gap;
    }

    private void lost(String topic, String reason, String sentence) {
        metrics.count(
                ReplicatorMetrics.FEED_GAPS,
                peer,
                topic.substring(Topics.changesPrefix(peer).length()),
                reason);
        LOG.atError().addKeyValue("peer", peer).addKeyValue("topic", topic).log(sentence);
        gap = "topic " + topic + ": " + sentence;
        gapNanos = nanos.getAsLong();
    }

    /** Nothing that is known of positions counts in a topic that was created since. */
    private void readFromBeginning(Consumer<byte[], byte[]> from, Collection<TopicPartition> partitions) {
        from.seekToBeginning(partitions);
        partitions.forEach(this::forget);
    }

    private void forget(TopicPartition partition) {
        frontiers.remove(partition);
        resting.remove(partition);
        commits.forget(partition);
    }

    private void followReplaced(Consumer<byte[], byte[]> from, TopicIdentities ids) {
        Set<String> topics = new HashSet<>();
        from.assignment().forEach(partition -> topics.add(partition.topic()));
        for (String topic : ids.replaced(topics)) {
            lost(topic, "topic-replaced", REPLACED);
            readFromBeginning(
                    from,
                    from.assignment().stream()
                            .filter(partition -> partition.topic().equals(topic))
                            .toList());
        }
    }

    /** To subscribe again to the same makes the consumer ask at once which topics there are, and changes nothing else. */
    private void subscribe(Consumer<byte[], byte[]> to) {
        lastLookNanos = nanos.getAsLong();
        to.subscribe(Pattern.compile(Pattern.quote(Topics.changesPrefix(peer)) + ".*"), new Assignment(to));
    }

    /** The peer's topics may become more soon, for this region's tables have changed. From any thread. */
    void expectTopics() {
        eagerUntilNanos = nanos.getAsLong() + EAGER_NANOS;
    }

    private void lookIfDue(Consumer<byte[], byte[]> from) {
        long now = nanos.getAsLong();
        if (now - eagerUntilNanos < 0 && now - lastLookNanos >= discoveryInterval.toNanos()) {
            subscribe(from);
        }
    }

    private void readUntilClosed(Consumer<byte[], byte[]> from, TopicIdentities ids) {
        try {
            while (!closing) {
                turn();
                from.poll(patience()).forEach(this::accept);
                problem = null;
                flow(from);
                if (commitIfDue(from)) {
                    followReplaced(from, ids);
                }
                lookIfDue(from);
            }
        } catch (WakeupException e) {
            LOG.atDebug().addKeyValue("peer", peer).log("the feed is woken up to end");
        }
    }

    /** With nothing under way and no topic expected, only records or the end can come; both end the waiting. */
    private Duration patience() {
        boolean idle = scheduler.keys() == 0 && resting.isEmpty() && nanos.getAsLong() - eagerUntilNanos > 0;
        return idle ? IDLE_POLL : POLL;
    }

    private Map<String, String> settings() {
        String metadataAge = String.valueOf(Math.max(METADATA_AGE.toMillis(), discoveryInterval.toMillis()));
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
        intake.take(record, ended);
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

    private boolean commitIfDue(Consumer<byte[], byte[]> from) {
        long now = nanos.getAsLong();
        if (now - lastCommitNanos < COMMIT_NANOS) {
            return false;
        }
        lastCommitNanos = now;
        commits.begin(from);
        standstills.keySet().retainAll(from.assignment());
        status = ApplyFeedStatus.of(from, frontiers, this::stillMillis, scheduler);
        return true;
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

    private void finish(Consumer<byte[], byte[]> from) {
        scheduler.close();
        commits.await(from, from.assignment());
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
            if (partitions.isEmpty()) {
                return;
            }
            Set<String> topics = new TreeSet<>();
            partitions.forEach(partition -> topics.add(partition.topic()));
            Objects.requireNonNull(identities).learn(topics);
            Map<TopicPartition, OffsetAndMetadata> committed = from.committed(Set.copyOf(partitions), ANSWER);
            Map<TopicPartition, Long> begins = from.beginningOffsets(partitions, ANSWER);
            Map<String, String> gaps = new TreeMap<>();
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata position = committed.get(partition);
                String id = topicId(partition.topic());
                if (position == null || id == null) {
                    continue;
                }
                if (!position.metadata().isEmpty() && !position.metadata().equals(id)) {
                    gaps.put(partition.topic(), "topic-replaced");
                    readFromBeginning(from, Set.of(partition));
                } else if (position.offset() < begins.getOrDefault(partition, 0L)) {
                    gaps.putIfAbsent(partition.topic(), "retention");
                }
            }
            gaps.forEach((topic, reason) -> lost(topic, reason, reason.equals("retention") ? DROPPED : REPLACED));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commits.await(from, partitions);
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(ApplyFeed.this::forget);
        }
    }

    /** Ends: waits for writes under way, commits the frontier, leaves the group. */
    @Override
    public void close() {
        closing = true;
        intake.close();
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
