package io.nearside.replicator;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.config.EffectiveConfig;
import io.nearside.replicator.admin.AdminRoutes;
import io.nearside.replicator.admin.AdminServer;
import io.nearside.replicator.admin.Health;
import io.nearside.replicator.admin.HealthServer;
import io.nearside.replicator.admin.Readiness;
import io.nearside.replicator.admin.UnavailableException;
import io.nearside.replicator.config.AdminConfig;
import io.nearside.replicator.config.PeerConfig;
import io.nearside.replicator.config.ReplicatorConfig;
import io.nearside.replicator.kafka.KafkaProbe;
import io.nearside.replicator.liveness.PeerWatch;
import io.nearside.replicator.metrics.JvmMeters;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.RegionIds;
import io.nearside.replicator.table.RegionRegistry;
import io.nearside.replicator.table.StoreException;
import io.nearside.replicator.table.TombstoneTable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replicator: captures its share of the region's changes, and applies the peers'.
 *
 * <p>Used once. {@link #start} returns when the admin port listens; the rest comes up by itself as soon as DynamoDB and Kafka answer,
 * and {@code /health/ready} tells how far it is. Nothing of the environment ends it.
 *
 * <pre>
 * STARTING ──▶ RUNNING ──▶ CLOSED
 *     │  └──────────────────▲
 *     └─▶ REFUSED ──────────┘      the configuration contradicts what this region remembers;
 *                                  back to STARTING when an operator readmits a spent region id
 * </pre>
 */
public final class Replicator implements AutoCloseable {

    /** Where a replicator stands in its life. */
    public enum Lifecycle {
        /** Waiting for DynamoDB and Kafka. */
        STARTING,
        /** At work. */
        RUNNING,
        /** Will never work with this configuration. */
        REFUSED,
        /** Ended. */
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Replicator.class);
    private static final long RETRY_MILLIS = 500;

    /** Signs of life come twice a second; older ones may be those of processes that have stopped. */
    private static final Duration RECENT_SIGNS = Duration.ofSeconds(5);

    private final ReplicatorConfig config;
    private final InstantSource wall = InstantSource.system();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ReplicatorMetrics metrics = new ReplicatorMetrics(registry);
    private final Map<String, Supplier<String>> texts;
    private final String process;
    private final AwsClients aws;
    private final RegionRegistry regionRegistry;
    private final ScheduledExecutorService confirmations = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "nearside-region-registry");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, KafkaProbe> probes = new TreeMap<>();
    private final JvmMeters jvmMeters;
    private final AdminServer admin;
    private final Optional<HealthServer> healthPort;

    private volatile Thread startup = new Thread(this::comeUp, "nearside-startup");
    private volatile Lifecycle lifecycle = Lifecycle.STARTING;
    private volatile String waitingFor = "DynamoDB and Kafka are being asked";
    private volatile @Nullable Replication replication;

    private Replicator(ReplicatorConfig config, Map<String, Supplier<String>> texts) {
        this.config = config;
        this.texts = texts;
        this.process = ProcessName.of(config.region(), System.getenv("HOSTNAME"));
        this.aws = new AwsClients(config.region(), config.dynamodb());
        this.regionRegistry = new RegionRegistry(
                aws.dynamoDb(), config.tombstones().table(), process, config.changeRetention(), wall);
        this.jvmMeters = new JvmMeters(registry);
        probe(config.kafka().bootstrapServers(), new KafkaProbe(Replication.cluster(config.kafka())));
        for (PeerConfig peer : config.peers()) {
            probe(config.kafkaOf(peer).bootstrapServers(), new KafkaProbe(Replication.cluster(config.kafkaOf(peer))));
        }
        this.admin = startAdmin();
        this.healthPort = startHealth();
    }

    private void probe(String cluster, KafkaProbe probe) {
        probes.putIfAbsent(cluster, probe);
    }

    private AdminServer startAdmin() {
        WorkPage works = new WorkPage();
        AdminRoutes routes = new AdminRoutes(
                        Map.of("/api/status", new StatusPage(config, this, wall), "/api/work", works),
                        Map.of(),
                        Map.of(),
                        texts)
                .and(new OperatorActions(this).routes())
                .and(new VerifyPages(this, works).routes());
        return started(() -> AdminServer.start(config.admin(), this::scrape, new Readiness(this::health), routes));
    }

    private Optional<HealthServer> startHealth() {
        AdminConfig settings = config.admin();
        try {
            return settings.healthPort()
                    .map(port -> started(
                            () -> HealthServer.start(settings.healthHost(), port, new Readiness(this::health))));
        } catch (StartException e) {
            admin.close();
            throw e;
        }
    }

    private interface Opening<T> {
        T open() throws IOException;
    }

    private <T> T started(Opening<T> opening) {
        try {
            return opening.open();
        } catch (IOException e) {
            aws.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Starts one.
     *
     * @throws StartException if the admin port cannot be bound
     */
    public static Replicator start(ReplicatorConfig config) {
        return start(config, Map.of());
    }

    /**
     * Like {@link #start(ReplicatorConfig)}, and shows the configuration, secrets masked, at {@code /api/config} of the
     * admin port.
     *
     * @throws StartException if the admin port cannot be bound
     */
    public static Replicator start(EffectiveConfig<ReplicatorConfig> config) {
        String shown = config.toYaml();
        return start(config.value(), Map.of("/api/config", () -> shown));
    }

    private static Replicator start(ReplicatorConfig config, Map<String, Supplier<String>> texts) {
        Replicator replicator = new Replicator(config, texts);
        replicator.probes.values().forEach(KafkaProbe::start);
        replicator.startup.start();
        return replicator;
    }

    /** How many stream records were read, are not captured, and are worked on by nobody: 0, or there is a bug. */
    int abandoned() {
        Replication parts = replication;
        return parts == null ? 0 : parts.abandoned();
    }

    /** The port that the admin pages are on. */
    public int adminPort() {
        return admin.port();
    }

    /** The port that answers probes alone; empty if none is configured. */
    public OptionalInt healthPort() {
        return healthPort.stream().mapToInt(HealthServer::port).findFirst();
    }

    /** The region it works for. */
    String region() {
        return config.region();
    }

    /** Where it stands. */
    public Lifecycle lifecycle() {
        return lifecycle;
    }

    /** The working parts; null until they are up. */
    @Nullable Replication replication() {
        return replication;
    }

    /**
     * The working parts, for a request that needs them.
     *
     * @throws UnavailableException if they are not up yet
     */
    Replication running() {
        Replication parts = replication;
        if (parts == null) {
            throw new UnavailableException("the replicator is not at work yet; see /health/ready");
        }
        return parts;
    }

    /**
     * Somebody who sees the region's DynamoDB says that items may have been written just now: their streams are read at once, though they
     * may be idle. Never needed, merely faster; does not block.
     *
     * @param tables which; empty if that is not known
     */
    public void hintWrites(Set<String> tables) {
        Replication parts = replication;
        if (parts != null) {
            parts.hintWrites(tables);
        }
    }

    /** Like {@link #hintWrites}, of tables that may have been made, changed or deleted. */
    public void hintTables() {
        Replication parts = replication;
        if (parts != null) {
            parts.hintTables();
        }
    }

    private void comeUp() {
        while (lifecycle == Lifecycle.STARTING) {
            try {
                RegionRegistry.Refusal refusal = refusal();
                if (refusal == null) {
                    begin(new Replication(config, process, known(), aws, this::makeTombstoneTable, metrics, wall));
                    return;
                }
                if (!refusal.passing()) {
                    refuse(refusal.sentence());
                    return;
                }
                waitFor(refusal.sentence());
            } catch (StoreException e) {
                waitFor("DynamoDB at " + endpoint()
                        + " cannot be used; check dynamodb.endpoint and dynamodb.credentials (" + e.getMessage() + ")");
            } catch (KafkaException e) {
                waitFor("Kafka at " + config.kafka().bootstrapServers()
                        + " cannot be used; check kafka.bootstrap-servers ("
                        + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()) + ")");
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("starting failed; it is tried again");
                waitFor("starting failed: " + e);
            }
        }
    }

    /** Makes the table if it is missing, and enters in it which region has which id; says why this configuration is refused, if it is. */
    private RegionRegistry.@Nullable Refusal makeTombstoneTable() {
        TombstoneTable.ensure(aws.dynamoDb(), config.tombstones().table());
        return regionRegistry.enter(regions());
    }

    private RegionRegistry.@Nullable Refusal refusal() {
        for (PeerConfig peer : config.peers()) {
            Integer told = PeerWatch.regionIdSince(
                    peer.region(),
                    Replication.cluster(config.kafkaOf(peer)),
                    wall.instant().minus(RECENT_SIGNS));
            String mismatch = HealthCheck.idMismatch(peer, told);
            if (mismatch != null) {
                return new RegionRegistry.Refusal(mismatch, true);
            }
        }
        return makeTombstoneTable();
    }

    private RegionIds known() {
        Map<Integer, String> names = new TreeMap<>();
        regionRegistry.known().forEach((id, known) -> names.put(id, known.region()));
        return new RegionIds(names);
    }

    private void confirm() {
        try {
            regionRegistry.confirm(regions());
        } catch (StoreException e) {
            LOG.atDebug()
                    .setCause(e)
                    .log("the configured regions were not confirmed; the next confirmation makes up for it");
        }
    }

    private void leave() {
        try {
            regionRegistry.leave();
        } catch (StoreException e) {
            LOG.atDebug().setCause(e).log("this process still counts as running for a while");
        }
    }

    /** Every region id that this region knows. */
    Map<Integer, RegionRegistry.Known> regionIds() {
        return regionRegistry.known();
    }

    /**
     * Takes a region's spent ids back into use; if that was what this replicator was refused for, it starts.
     *
     * @return how many ids were spent
     */
    int readmit(String region) {
        int readmitted = regionRegistry.readmit(region);
        synchronized (this) {
            if (lifecycle == Lifecycle.REFUSED) {
                lifecycle = Lifecycle.STARTING;
                startup = new Thread(this::comeUp, "nearside-startup");
                startup.start();
            }
        }
        return readmitted;
    }

    private Map<Integer, String> regions() {
        Map<Integer, String> regions = new TreeMap<>();
        regions.put(config.regionId(), config.region());
        config.peers().forEach(peer -> regions.put(peer.regionId(), peer.region()));
        return regions;
    }

    private synchronized void begin(Replication parts) {
        if (lifecycle != Lifecycle.STARTING) {
            parts.close();
            return;
        }
        parts.start();
        replication = parts;
        lifecycle = Lifecycle.RUNNING;
        long interval = RegionRegistry.CONFIRMATION.toMillis();
        var unused = confirmations.scheduleWithFixedDelay(this::confirm, interval, interval, TimeUnit.MILLISECONDS);
        LOG.atInfo().addKeyValue("region", config.region()).log("the replicator is at work");
    }

    private synchronized void refuse(String refusal) {
        waitingFor = refusal;
        if (lifecycle == Lifecycle.STARTING) {
            lifecycle = Lifecycle.REFUSED;
        }
        LOG.atError().log(refusal);
    }

    private void waitFor(String sentence) {
        if (!sentence.equals(waitingFor)) {
            LOG.atWarn().log(sentence);
        }
        waitingFor = sentence;
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where DynamoDB is, for people. */
    String endpoint() {
        return config.dynamodb().endpoint().map(Object::toString).orElse("the endpoint of " + config.region());
    }

    private String scrape() {
        Replication parts = replication;
        if (parts != null) {
            parts.feeds().refreshGauges();
        }
        return registry.scrape();
    }

    private Map<String, Health> health() {
        return new HealthCheck(config, lifecycle, waitingFor, probes, replication).components();
    }

    /** Ends: applies nothing more, commits the frontier, remembers what is captured. Takes some seconds at most. */
    @Override
    public void close() {
        Replication parts;
        synchronized (this) {
            if (lifecycle == Lifecycle.CLOSED) {
                return;
            }
            lifecycle = Lifecycle.CLOSED;
            parts = replication;
        }
        startup.interrupt();
        confirmations.shutdownNow();
        if (parts != null) {
            parts.close();
            leave();
        }
        probes.values().forEach(KafkaProbe::close);
        healthPort.ifPresent(HealthServer::close);
        admin.close();
        jvmMeters.close();
        aws.close();
        registry.close();
    }
}
