package io.nearside.replicator.apply;

import io.micrometer.core.instrument.MultiGauge;
import io.nearside.change.Topics;
import io.nearside.replicator.apply.ApplyOutcome.Cause;
import io.nearside.replicator.apply.ApplyOutcome.ParkReason;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.kafka.TopicReader;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.RegionIds;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.TableRules;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Everything that writes other regions' changes to this one: one feed per peer, and what they share.
 *
 * <p>Safe for use from any thread; starts once, closes once.
 */
public final class PeerFeeds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerFeeds.class);
    private static final int LINEAGE_KEYS = 100_000;

    /**
     * What the feeds of a region have in common.
     *
     * @param region this region
     * @param process this process among those of its region
     * @param discoveryInterval how soon a new topic of a peer is noticed
     * @param concurrency the most writes under way per peer
     * @param maxAge how old, since its capture, a change may be to be applied
     */
    public record Settings(
            String region, String process, Duration discoveryInterval, int concurrency, Duration maxAge) {}

    /**
     * The parts of the replicator that the feeds work with; none of them is closed here.
     *
     * @param regions whose the ids in versions are
     * @param rules which tables are wanted here, and as what
     */
    public record Parts(
            Destinations destinations,
            RegionIds regions,
            TableRules rules,
            Applier.Factory applier,
            CacheNotice cacheNotice,
            ReplicatorMetrics metrics,
            InstantSource wall,
            LongSupplier nanos) {}

    private final List<ApplyFeed> feeds = new ArrayList<>();
    private final TopicReader conflictLog;
    private final ParkedChanges parkedChanges;
    private final ParkedDesk parkedDesk;
    private final Thread loader = new Thread(this::loadParked, "nearside-parked");
    private final ParkedKeys parkedKeys = new ParkedKeys();
    private final KafkaApplyReports reports;
    private final InstantSource wall;
    private final ReplicatorMetrics metrics;
    private final Set<String> counted = ConcurrentHashMap.newKeySet();
    private final MultiGauge frontierAges;
    private final MultiGauge standstills;
    private volatile @Nullable String loading = "the parked changes have not been read yet";
    private volatile boolean closing;

    /**
     * @param own this region's Kafka, where conflicts and parked changes are reported
     * @param peers the Kafka of each peer, by region
     */
    public PeerFeeds(Settings settings, KafkaCluster own, Map<String, KafkaCluster> peers, Parts parts) {
        this.reports = new KafkaApplyReports(own, settings.region(), parts.wall());
        this.wall = parts.wall();
        this.metrics = parts.metrics();
        this.frontierAges = parts.metrics().rows(ReplicatorMetrics.APPLY_FRONTIER_AGE);
        this.standstills = parts.metrics().rows(ReplicatorMetrics.APPLY_STANDSTILL);
        Applier applier = parts.applier().applier(new Lineage(LINEAGE_KEYS));
        this.conflictLog = new TopicReader(own);
        this.parkedChanges = new ParkedChanges(own, settings.region());
        this.parkedDesk = new ParkedDesk(parkedChanges, parkedKeys, applier, parts.destinations(), reports);
        peers.forEach((peer, kafka) -> {
            ApplyWork work = new ApplyWork(
                    peer,
                    applier,
                    parts.destinations(),
                    parkedKeys,
                    reports,
                    parts.cacheNotice(),
                    parts.metrics(),
                    settings.maxAge(),
                    parts.wall());
            feeds.add(new ApplyFeed(
                    settings.region(),
                    settings.process(),
                    peer,
                    kafka,
                    settings.discoveryInterval(),
                    parts.regions(),
                    parts.rules(),
                    work,
                    reports,
                    parts.metrics(),
                    settings.concurrency(),
                    parts.nanos()));
        });
        watch(parts.metrics());
    }

    /** The group that the replicators of a region form to apply a peer's changes, in the peer's Kafka. */
    public static String group(String region, String peer) {
        return ApplyFeed.group(region, peer);
    }

    private void watch(ReplicatorMetrics metrics) {
        metrics.watch(ReplicatorMetrics.PARKED_KEYS, parkedKeys::size);
        for (ApplyFeed feed : feeds) {
            metrics.watch(ReplicatorMetrics.APPLY_IN_FLIGHT, () -> feed.status().keysUnderWay(), feed.peer());
            metrics.watch(ReplicatorMetrics.PEER_UP, () -> feed.problem() == null ? 1 : 0, feed.peer());
        }
    }

    /** Begins to read every peer, once it is known which keys are parked. Returns at once. */
    public void start() {
        loader.setDaemon(true);
        loader.start();
    }

    private void loadParked() {
        while (!closing) {
            try {
                parkedChanges.read(this::remember, () -> closing);
                loading = null;
                startFeeds();
                return;
            } catch (InterruptException e) {
                LOG.atDebug().log("reading the parked changes is interrupted");
            } catch (KafkaException e) {
                loading = "the parked changes cannot be read from Kafka yet: " + e.getMessage();
                LOG.atWarn()
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("parked changes cannot be read yet");
                breathe();
            }
        }
    }

    private synchronized void startFeeds() {
        if (!closing) {
            feeds.forEach(ApplyFeed::start);
        }
    }

    private void remember(ParkedChanges.Entry entry) {
        if (entry.change() == null) {
            parkedKeys.remove(entry.table(), entry.key());
        } else {
            parkedKeys.add(entry.table(), entry.key());
        }
    }

    private static void breathe() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The tables of this region have changed, and so the topics of the peers may. */
    public void expectTopics() {
        feeds.forEach(ApplyFeed::expectTopics);
    }

    /** What stands in the way of each peer's changes, by peer; null if nothing does. */
    public Map<String, @Nullable String> problems() {
        Map<String, @Nullable String> problems = new LinkedHashMap<>();
        String notYet = loading;
        feeds.forEach(feed -> problems.put(feed.peer(), notYet == null ? feed.problem() : notYet));
        return problems;
    }

    /** What of a peer's changes was lost lately before it was read here, in a sentence; null if nothing was. */
    public @Nullable String gap(String peer) {
        return feeds.stream()
                .filter(feed -> feed.peer().equals(peer))
                .map(ApplyFeed::gap)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Why changes of a peer are not applied to some tables now, in a sentence; null if they are. */
    public @Nullable String failures(String peer) {
        return feeds.stream()
                .filter(feed -> feed.peer().equals(peer))
                .map(ApplyFeed::failures)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** How old, since its capture, the oldest change of a peer is that was read and has not ended; zero if there is none. */
    public Duration oldest(String peer) {
        ApplyFeedStatus status = status().getOrDefault(peer, ApplyFeedStatus.NONE);
        return status.oldestMillis() == 0
                ? Duration.ZERO
                : Duration.ofMillis(Math.max(0, wall.millis() - status.oldestMillis()));
    }

    /** Where each peer's feed stands, by peer. */
    public Map<String, ApplyFeedStatus> status() {
        Map<String, ApplyFeedStatus> status = new LinkedHashMap<>();
        feeds.forEach(feed -> status.put(feed.peer(), feed.status()));
        return status;
    }

    /** For how long the reader of a peer's changes has given no sign of life; it gives several a second. */
    public Duration silence(String peer) {
        return feeds.stream()
                .filter(feed -> feed.peer().equals(peer))
                .map(ApplyFeed::silence)
                .findFirst()
                .orElse(Duration.ZERO);
    }

    /** Whether nothing more is read for now. */
    public boolean isPaused() {
        return feeds.stream().anyMatch(ApplyFeed::isPaused);
    }

    /** Reads nothing more until {@link #resume}; what was read goes on to its end. */
    public void pause() {
        feeds.forEach(ApplyFeed::pause);
    }

    /** Reads again. */
    public void resume() {
        feeds.forEach(ApplyFeed::resume);
    }

    /** The latest conflicts that regions on this Kafka reported, one JSON object each, oldest first. */
    public List<String> conflicts(int most) {
        Deque<String> latest = new ArrayDeque<>();
        conflictLog.readLatest(
                Topics.CONFLICTS,
                most,
                record -> {
                    if (latest.size() == most) {
                        latest.removeFirst();
                    }
                    latest.addLast(new String(record.value(), UTF_8));
                },
                () -> closing);
        return List.copyOf(latest);
    }

    /** What an operator can do about parked changes. */
    public ParkedDesk parkedDesk() {
        return parkedDesk;
    }

    /** The keys that are put aside. */
    public ParkedKeys parkedKeys() {
        return parkedKeys;
    }

    /** Brings the gauges with rows up to date; called before each scrape. */
    public void refreshGauges() {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (ApplyFeed feed : feeds) {
            Map<String, Long> oldest = oldest(feed.status());
            oldest.keySet().forEach(topic -> startCounters(feed.peer(), table(feed, topic)));
            oldest.forEach((topic, millis) -> rows.add(MultiGauge.Row.of(
                    ReplicatorMetrics.tags(ReplicatorMetrics.APPLY_FRONTIER_AGE, feed.peer(), table(feed, topic)),
                    millis == 0 ? 0 : Math.max(0, wall.millis() - millis) / 1000.0)));
        }
        frontierAges.register(rows, true);
        List<MultiGauge.Row<?>> still = new ArrayList<>();
        for (ApplyFeed feed : feeds) {
            longestStandstills(feed.status())
                    .forEach((topic, millis) -> still.add(MultiGauge.Row.of(
                            ReplicatorMetrics.tags(ReplicatorMetrics.APPLY_STANDSTILL, feed.peer(), table(feed, topic)),
                            millis / 1000.0)));
        }
        standstills.register(still, true);
    }

    /** From the first scrape that shows a table of a peer its counters exist: an alert sees the first event only as a rise from 0. */
    private void startCounters(String peer, String table) {
        if (counted.add(peer + '/' + table)) {
            metrics.start(ReplicatorMetrics.APPLIED, peer, table);
            for (Cause cause : Cause.values()) {
                metrics.start(ReplicatorMetrics.CONFLICTS, peer, table, cause.label());
            }
            for (ParkReason reason : ParkReason.values()) {
                metrics.start(ReplicatorMetrics.PARKED, peer, table, reason.label());
            }
            for (RetriableStoreException.Reason reason : RetriableStoreException.Reason.values()) {
                metrics.start(ReplicatorMetrics.APPLY_RETRIES, peer, table, reason.label());
            }
        }
    }

    private static Map<String, Long> longestStandstills(ApplyFeedStatus status) {
        Map<String, Long> longest = new TreeMap<>();
        for (ApplyFeedStatus.Partition partition : status.partitions()) {
            longest.merge(partition.topic(), partition.stillMillis(), Math::max);
        }
        return longest;
    }

    private static Map<String, Long> oldest(ApplyFeedStatus status) {
        Map<String, Long> oldest = new TreeMap<>();
        for (ApplyFeedStatus.Partition partition : status.partitions()) {
            oldest.merge(partition.topic(), partition.oldestMillis(), PeerFeeds::older);
        }
        return oldest;
    }

    private static long older(long a, long b) {
        return a == 0 || b == 0 ? Math.max(a, b) : Math.min(a, b);
    }

    private static String table(ApplyFeed feed, String topic) {
        return topic.substring(Topics.changesPrefix(feed.peer()).length());
    }

    /** Ends every feed with its frontier committed. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
        }
        loader.interrupt();
        feeds.parallelStream().forEach(ApplyFeed::close);
        reports.close();
    }
}
