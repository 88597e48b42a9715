package io.nearside.replicator;

import io.nearside.change.Topics;
import io.nearside.replicator.admin.UnavailableException;
import io.nearside.replicator.apply.Applier;
import io.nearside.replicator.apply.CacheNotice;
import io.nearside.replicator.apply.Destinations;
import io.nearside.replicator.apply.PeerFeeds;
import io.nearside.replicator.capture.CaptureSettings;
import io.nearside.replicator.capture.ChangeLog;
import io.nearside.replicator.capture.IncarnationLog;
import io.nearside.replicator.capture.TailSettings;
import io.nearside.replicator.config.KafkaConfig;
import io.nearside.replicator.config.PeerConfig;
import io.nearside.replicator.config.ReplicatorConfig;
import io.nearside.replicator.kafka.GroupBacklog;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.liveness.PeerWatch;
import io.nearside.replicator.liveness.ProcessWatch;
import io.nearside.replicator.liveness.Standstill;
import io.nearside.replicator.liveness.WorkShare;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.publish.KafkaTableShare;
import io.nearside.replicator.publish.RegionCapture;
import io.nearside.replicator.publish.TopicSettings;
import io.nearside.replicator.table.AppliedWrites;
import io.nearside.replicator.table.DynamoTombstones;
import io.nearside.replicator.table.DynamoVersionedTable;
import io.nearside.replicator.table.RegionIds;
import io.nearside.replicator.table.TableDiscovery;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.TableLifecycle;
import io.nearside.replicator.table.TableRules;
import io.nearside.replicator.table.TombstoneKeeper;
import io.nearside.replicator.table.Tombstones;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.replicator.verify.ChangeHistory;
import io.nearside.replicator.verify.LongWork;
import io.nearside.replicator.verify.TableRebuild;
import io.nearside.replicator.verify.TableVerifier;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that do the work once DynamoDB and Kafka have answered: discovery, capture, the peers' feeds, and what they share.
 *
 * <p>Made whole or not at all; closed in the opposite order, so that each part finds what it stands on.
 */
final class Replication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Replication.class);

    /** Shards are listed again as soon as one ends; this is for what is never told. */
    private static final Duration SHARD_LISTING = Duration.ofSeconds(30);

    /** Tombstones against changes of this age are kept for an hour longer. */
    private static final Duration AGE_MARGIN = Duration.ofHours(1);

    /** What a table is read with when another region asks for all of it. */
    private static final int REFILL_ROWS_PER_SECOND = 2_000;

    /** Signs come several times a second; who has been silent for longer may have gone, with what it had. */
    private static final Duration SILENT = Duration.ofSeconds(3);

    private final Standstill uncaptured = new Standstill();
    private final String region;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final TableRules rules;
    private final TombstoneKeeper tombstoneKeeper;
    private final TableDiscovery discovery;
    private final RegionCapture capture;
    private final PeerFeeds feeds;
    private final TableVerifier verifier;
    private final ChangeHistory history;
    private final TableRebuild rebuild;
    private final TableLifecycle lifecycle;
    private final ProcessWatch processWatch;
    private final Map<String, PeerWatch> peerWatches = new LinkedHashMap<>();
    private final Map<String, GroupBacklog> backlogs = new LinkedHashMap<>();

    /**
     * Makes the parts; {@link #start} sets them going.
     *
     * @param process this process among those of its region
     * @param regions whose the ids in versions are
     * @param makeTombstoneTable makes the tombstone table, with what is kept in it, if it is not there
     * @throws org.apache.kafka.common.KafkaException if a Kafka client cannot be made, for one if no broker's name resolves
     */
    Replication(
            ReplicatorConfig config,
            String process,
            RegionIds regions,
            AwsClients aws,
            Runnable makeTombstoneTable,
            ReplicatorMetrics metrics,
            InstantSource wall) {
        try {
            VersionClock clock = new VersionClock(
                    wall, config.regionId(), RandomGenerator.getDefault().nextInt(0x10000), config.maxDrift());
            this.region = config.region();
            this.rules = ConfiguredTables.rules(config);
            this.tombstoneKeeper =
                    opened(new TombstoneKeeper(config.tombstones().table(), makeTombstoneTable, metrics));
            Tombstones tombstones = new DynamoTombstones(
                    aws.dynamoDb(),
                    config.tombstones().table(),
                    config.tombstones().ttl(),
                    wall,
                    tombstoneKeeper::missing);
            AppliedWrites applied = new AppliedWrites(aws.once(), config.regionId());
            Function<TableInfo, VersionedTable> opener = info -> new DynamoVersionedTable(
                    aws.dynamoDb(),
                    applied,
                    info.name(),
                    info.keySchema(),
                    config.versionAttribute(),
                    rules.rule(info.name()).merges());
            KafkaCluster own = cluster(config.kafka());
            Map<String, KafkaCluster> peers = peers(config);
            Duration discoveryInterval = config.capture().discoveryInterval();

            this.discovery = opened(
                    new TableDiscovery(aws.dynamoDb(), rules, config.streams().enable(), discoveryInterval));
            this.lifecycle = opened(new TableLifecycle(
                    new TableLifecycle.Settings(
                            config.region(),
                            config.tablesCreateMissing(),
                            config.tablesDeleteRemoved(),
                            discoveryInterval),
                    own,
                    peers,
                    aws.dynamoDb(),
                    rules,
                    discovery,
                    this::owns,
                    this::publishAgain));
            this.processWatch = opened(new ProcessWatch(
                    own, config.region(), config.regionId(), process, groups(config, own, peers), this::workShare));
            this.capture = opened(new RegionCapture(
                    config.region(),
                    process,
                    own,
                    topics(config),
                    new RegionCapture.Store(
                            aws.dynamoDb(),
                            aws.streams(),
                            discovery,
                            lifecycle,
                            opener,
                            rules::readBudget,
                            tombstones,
                            clock),
                    CaptureSettings.of(
                            config.region() + "-" + clock.writer(),
                            config.versionAttribute(),
                            TailSettings.of(
                                    config.capture().pollInterval(),
                                    config.capture().idlePollInterval(),
                                    SHARD_LISTING),
                            config.capture().changes()),
                    metrics,
                    wall));
            this.feeds = opened(new PeerFeeds(
                    new PeerFeeds.Settings(
                            config.region(),
                            process,
                            discoveryInterval,
                            config.apply().concurrency(),
                            config.tombstones().ttl().minus(AGE_MARGIN)),
                    own,
                    peers,
                    new PeerFeeds.Parts(
                            new Destinations(discovery, lifecycle, opener, rules),
                            regions,
                            rules,
                            lineage -> new Applier(tombstones, clock, lineage),
                            new CacheNotice(capture.log(), "apply/" + config.region(), wall),
                            metrics,
                            wall,
                            System::nanoTime)));
            peers.forEach((peer, kafka) -> backlogs.put(
                    peer, new GroupBacklog(kafka, PeerFeeds.group(config.region(), peer), Topics.changesPrefix(peer))));
            peers.forEach((peer, kafka) -> peerWatches.put(peer, opened(new PeerWatch(peer, kafka, System::nanoTime))));
            ChangeLog ofTheTablesHere = new IncarnationLog(capture.log(), this::incarnation);
            this.verifier = new TableVerifier(
                    aws.dynamoDb(),
                    config.versionAttribute(),
                    discovery,
                    rules,
                    opener,
                    tombstones,
                    clock,
                    ofTheTablesHere,
                    wall);
            this.rebuild = new TableRebuild(
                    aws.dynamoDb(),
                    config.versionAttribute(),
                    discovery,
                    lifecycle,
                    rules,
                    config.region(),
                    withOwn(config, own, peers),
                    wall);
            this.history = new ChangeHistory(withOwn(config, own, peers), rules);
            metrics.watch(ReplicatorMetrics.TABLES, () -> discovery.tables().size());
            metrics.watch(ReplicatorMetrics.TABLES_UNCAPTURED, () -> {
                Integer uncaptured = uncaptured();
                return uncaptured == null ? Double.NaN : uncaptured;
            });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    static KafkaCluster cluster(KafkaConfig config) {
        return new KafkaCluster(config.bootstrapServers(), config.properties());
    }

    private static Map<String, KafkaCluster> peers(ReplicatorConfig config) {
        Map<String, KafkaCluster> peers = new LinkedHashMap<>();
        for (PeerConfig peer : config.peers()) {
            peers.put(peer.region(), cluster(config.kafkaOf(peer)));
        }
        return peers;
    }

    private static Map<String, KafkaCluster> withOwn(
            ReplicatorConfig config, KafkaCluster own, Map<String, KafkaCluster> peers) {
        Map<String, KafkaCluster> all = new LinkedHashMap<>(peers);
        all.put(config.region(), own);
        return all;
    }

    /** Everything that the processes of this region share out by consumer groups. */
    private static Map<KafkaCluster, List<String>> groups(
            ReplicatorConfig config, KafkaCluster own, Map<String, KafkaCluster> peers) {
        Map<KafkaCluster, List<String>> groups = new HashMap<>();
        groups.computeIfAbsent(own, none -> new ArrayList<>()).add(KafkaTableShare.group(config.region()));
        peers.forEach((peer, kafka) ->
                groups.computeIfAbsent(kafka, none -> new ArrayList<>()).add(PeerFeeds.group(config.region(), peer)));
        return groups;
    }

    private static TopicSettings topics(ReplicatorConfig config) {
        TopicSettings usual = TopicSettings.DEFAULT;
        return new TopicSettings(
                usual.changesPartitions(),
                usual.invalidationsPartitions(),
                usual.controlPartitions(),
                usual.replicationFactor(),
                config.changeRetention());
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /** Sets everything going; returns at once. */
    void start() {
        capture.onRecreation(topic -> {
            if (topic.equals(Topics.tables(region))) {
                lifecycle.announceAgain();
            }
        });
        lifecycle.subscribe(capture::tablesSettled);
        lifecycle.start();
        discovery.subscribe(tables -> feeds.expectTopics());
        capture.start();
        feeds.start();
        processWatch.start();
        peerWatches.values().forEach(PeerWatch::start);
        discovery.start();
    }

    void hintWrites(Set<String> tables) {
        capture.hint(tables);
    }

    void hintTables() {
        discovery.hurry();
    }

    TableRules rules() {
        return rules;
    }

    TableDiscovery discovery() {
        return discovery;
    }

    TombstoneKeeper tombstoneKeeper() {
        return tombstoneKeeper;
    }

    RegionCapture capture() {
        return capture;
    }

    TableVerifier verifier() {
        return verifier;
    }

    TableRebuild rebuild() {
        return rebuild;
    }

    ChangeHistory history() {
        return history;
    }

    PeerFeeds feeds() {
        return feeds;
    }

    /** How many tables no process of the region captures now; null if another process does not say what it has. */
    @Nullable Integer uncaptured() {
        WorkShare own = capture.workShare();
        if (own == null) {
            return null;
        }
        int captured = own.tables();
        for (ProcessWatch.Member member : members()) {
            if (!member.self() && member.silence().compareTo(SILENT) <= 0) {
                if (member.share() == null) {
                    return null;
                }
                captured += member.share().tables();
            }
        }
        Map<String, String> held = lifecycle.held();
        int wanted = (int) discovery.tables().values().stream()
                .filter(table -> table.streamArn() != null && !held.containsKey(table.name()))
                .count();
        return Math.max(0, wanted - captured);
    }

    /** For how long some table has been captured by no process. */
    Duration uncapturedFor() {
        Integer now = uncaptured();
        return Duration.ofMillis(uncaptured.look(
                "uncaptured", now != null && now > 0, TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
    }

    private @Nullable WorkShare workShare() {
        return capture.workShare();
    }

    /** The processes of this region that give signs of life, by name. */
    List<ProcessWatch.Member> members() {
        return processWatch.members();
    }

    /**
     * How many changes of a peer have not ended here, whichever process of this region has them.
     *
     * @throws IllegalArgumentException if there is no such peer
     * @throws UnavailableException if its Kafka does not answer
     */
    long backlog(String peer) {
        GroupBacklog backlog = backlogs.get(peer);
        if (backlog == null) {
            throw new IllegalArgumentException("region " + peer + " is not a peer of this one");
        }
        try {
            return backlog.records();
        } catch (KafkaException e) {
            throw new UnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    /** How long no replicator of a peer has given a sign of life; null if that cannot be told. */
    @Nullable Duration silence(String peer) {
        PeerWatch watch = peerWatches.get(peer);
        return watch == null ? null : watch.silence();
    }

    /** The region id that a peer's replicators say they have; null as long as none said so. */
    @Nullable Integer regionId(String peer) {
        PeerWatch watch = peerWatches.get(peer);
        return watch == null ? null : watch.regionId();
    }

    TableLifecycle lifecycle() {
        return lifecycle;
    }

    private boolean owns(String table) {
        return capture.owns(table);
    }

    private int incarnation(String table) {
        TableInfo info = discovery.table(table);
        Integer incarnation = info == null ? null : lifecycle.of(info);
        if (incarnation == null) {
            throw new UnavailableException("table " + table + " is not settled between the regions; see /health/ready");
        }
        return incarnation;
    }

    private void publishAgain(String table) {
        verifier.backfill(table, REFILL_ROWS_PER_SECOND, new LongWork());
    }

    /** How many stream records were read, are not captured, and are worked on by nobody: 0, or there is a bug. */
    int abandoned() {
        return capture.abandoned();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("part", part.getClass().getSimpleName())
                        .log("a part did not close cleanly");
            }
        }
    }
}
