package io.nearside.proxy;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nearside.config.ConfigWatch;
import io.nearside.config.EffectiveConfig;
import io.nearside.proxy.admin.AdminDocument;
import io.nearside.proxy.admin.AdminListener;
import io.nearside.proxy.admin.CacheApi;
import io.nearside.proxy.admin.CoherenceDocument;
import io.nearside.proxy.admin.Health;
import io.nearside.proxy.admin.HealthListener;
import io.nearside.proxy.admin.Readiness;
import io.nearside.proxy.auth.AccessControl;
import io.nearside.proxy.auth.Authorizer;
import io.nearside.proxy.auth.ShardIterators;
import io.nearside.proxy.cache.CacheMaintenance;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.coherence.BusSettings;
import io.nearside.proxy.coherence.BusState;
import io.nearside.proxy.coherence.InvalidationBus;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.config.CoherenceConfig;
import io.nearside.proxy.config.CoherenceConfig.Fallback;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.proxy.config.UpstreamConfig;
import io.nearside.proxy.http.ApiListener;
import io.nearside.proxy.http.Tls;
import io.nearside.proxy.http.Tracing;
import io.nearside.proxy.metrics.BusMeters;
import io.nearside.proxy.metrics.CacheMeters;
import io.nearside.proxy.metrics.JvmMeters;
import io.nearside.proxy.metrics.Metric;
import io.nearside.proxy.metrics.ProxyMetrics;
import io.nearside.proxy.metrics.RequestMeters;
import io.nearside.proxy.metrics.UpstreamMeters;
import io.nearside.proxy.operation.CachingOperations;
import io.nearside.proxy.tracing.OpenTelemetryTracing;
import io.nearside.proxy.upstream.SignedUpstream;
import io.nearside.proxy.upstream.UpstreamHealth;
import io.nearside.proxy.upstream.UpstreamLimits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.regions.Region;

/**
 * One proxy: everything wired, started and stopped once.
 *
 * <p>Owns a Vert.x instance with one event loop per configured thread, the data port, the admin port, and the
 * connections to DynamoDB. An unreachable DynamoDB does not keep it from starting: it says so in {@code /health/ready}.
 * {@link #close()} may be called from any thread, more than once.
 */
public final class ProxyServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    /** How long nothing may be heard of the bus before cached answers are not trusted: six of its probes. */
    private static final Duration BUS_PATIENCE = Duration.ofSeconds(3);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    /** Credentials are asked for one at a time, and scrapes are short. Vert.x would make twenty threads over the first minutes. */
    private static final int WORKERS = 4;

    private final ProxyConfig config;
    private final int eventLoops;
    private final Optional<OpenTelemetryTracing> tracing;
    private final Vertx vertx;
    private final PrometheusMeterRegistry registry;
    private final JvmMeters jvmMeters;
    private final SignedUpstream upstream;
    private final UpstreamHealth upstreamHealth;
    private final CacheMaintenance maintenance = new CacheMaintenance();
    private final ItemCache cache;
    private final PageCache pages;
    private final Optional<InvalidationBus> bus;
    private final ApiListener data;
    private final AdminListener admin;
    private final Optional<HealthListener> healthPort;
    private final @Nullable ConfigReload reload;
    private volatile boolean actionsEnabled;
    private volatile Lifecycle state = Lifecycle.NEW;

    private ProxyServer(ProxyConfig config, @Nullable EffectiveConfig<ProxyConfig> effective) {
        this.config = config;
        ConfiguredParts parts = new ConfiguredParts(config);
        this.actionsEnabled = config.admin().actionsEnabled();
        // First, because nothing has been started yet that would have to be ended.
        Optional<Tls> tls = parts.tls();
        this.eventLoops = config.listen().eventLoops() == 0
                ? Runtime.getRuntime().availableProcessors()
                : config.listen().eventLoops();
        this.tracing = parts.tracing();
        this.vertx = vertx();
        this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        this.jvmMeters = new JvmMeters(registry);
        ProxyMetrics metrics = new ProxyMetrics(registry);
        this.upstreamHealth = new UpstreamHealth(new UpstreamMeters(metrics), Ticker.systemTicker());
        this.upstream = upstream(parts);
        this.cache = new ItemCache(parts.items(), Ticker.systemTicker(), maintenance);
        this.pages = new PageCache(parts.pages(), cache.tables(), Ticker.systemTicker(), maintenance);
        this.bus = bus(new BusMeters(metrics, Clock.systemUTC()));
        busMeters(metrics);
        UpstreamMeters.register(metrics, upstream);
        CachingOperations operations = operations(parts);
        CacheMeters.register(metrics, cache, pages, operations, config.cache().pricePerMillionReadUnits());
        Optional<AccessControl> access = parts.authenticator()
                .map(authenticator -> new AccessControl(
                        authenticator, new Authorizer(operations, new ShardIterators(new SecureRandom()))));
        this.data = new ApiListener(
                vertx,
                config.listen(),
                operations,
                access.isEmpty() && tracing.isEmpty() ? Optional.of(operations) : Optional.empty(),
                operations.heard(upstream),
                access,
                new RequestMeters(metrics),
                Clock.systemUTC(),
                tls,
                tracing.<Tracing>map(spans -> spans).orElse(Tracing.PASSED_ON),
                config.accessLog().oneIn());
        this.reload = effective == null ? null : new ConfigReload(effective, this::apply, metrics);
        Readiness readiness = new Readiness(components());
        this.healthPort = config.admin()
                .healthPort()
                .map(port -> new HealthListener(vertx, config.admin().healthHost(), port, readiness));
        this.admin = new AdminListener(
                vertx,
                config.admin(),
                registry,
                readiness,
                new CacheApi(operations.inspector(), () -> actionsEnabled),
                documents());
    }

    /**
     * Starts a proxy; returns when both ports are listened on.
     *
     * @throws StartException when a port cannot be had, or the files of {@code listen.tls} cannot be used
     */
    public static ProxyServer start(ProxyConfig config) {
        return start(config, null);
    }

    /**
     * Like {@link #start(ProxyConfig)}, and shows the configuration, secrets masked, at {@code /api/config} of the admin
     * port.
     *
     * @throws StartException when a port cannot be had, or the files of {@code listen.tls} cannot be used
     */
    public static ProxyServer start(EffectiveConfig<ProxyConfig> config) {
        return start(config.value(), config);
    }

    private static ProxyServer start(ProxyConfig config, @Nullable EffectiveConfig<ProxyConfig> effective) {
        ProxyServer server = new ProxyServer(config, effective);
        try {
            server.start();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /**
     * Takes changed configurations of this running proxy.
     *
     * @throws IllegalStateException if it was started without saying where its configuration came from
     */
    public ConfigWatch.Listener<ProxyConfig> reload() {
        if (reload == null) {
            throw new IllegalStateException("This proxy was started from a configuration without origins");
        }
        return reload;
    }

    /** The TCP port of the DynamoDB endpoint. */
    public int dataPort() {
        return data.port();
    }

    /** The TCP port of metrics and health. */
    public int adminPort() {
        return admin.port();
    }

    /** The TCP port that answers probes alone; empty if none is configured. */
    public OptionalInt healthPort() {
        return healthPort.stream().mapToInt(HealthListener::port).findFirst();
    }

    /** Where DynamoDB is, as a URL. */
    public String upstreamEndpoint() {
        return upstream.endpoint();
    }

    /** Stops accepting, lets requests under way finish within {@code listen.drain}, then ends everything. */
    @Override
    public void close() {
        if (!beginStopping()) {
            return;
        }
        upstreamHealth.stop(vertx);
        Duration drain = config.listen().drain();
        await(data.close(drain), drain.plus(STOP_LIMIT), "close the data port");
        bus.ifPresent(InvalidationBus::close);
        await(upstream.close(Duration.ZERO), STOP_LIMIT, "close the connections to DynamoDB");
        healthPort.ifPresent(health -> await(health.close(), STOP_LIMIT, "close the health port"));
        await(admin.close(), STOP_LIMIT, "close the admin port");
        await(vertx.close(), STOP_LIMIT, "end the event loops");
        maintenance.close();
        tracing.ifPresent(OpenTelemetryTracing::close);
        jvmMeters.close();
        registry.close();
        become(Lifecycle.STOPPED);
    }

    private void start() {
        become(Lifecycle.STARTING);
        listen(admin.listen(), "admin.", config.admin().host(), config.admin().port());
        healthPort.ifPresent(health -> listen(
                health.listen(),
                "admin.health-",
                config.admin().healthHost(),
                config.admin().healthPort().orElse(0)));
        listen(
                data.listen(eventLoops),
                "listen.",
                config.listen().host(),
                config.listen().port());
        upstreamHealth.watch(vertx, upstream);
        bus.ifPresent(InvalidationBus::start);
        become(Lifecycle.RUNNING);
    }

    private Map<String, Supplier<Health>> components() {
        Map<String, Supplier<Health>> components = new LinkedHashMap<>();
        components.put("listener", this::listenerHealth);
        components.put("upstream", this::dynamoDbHealth);
        components.put("invalidations", this::busHealth);
        return components;
    }

    private Health listenerHealth() {
        return state == Lifecycle.RUNNING
                ? Health.ready("accepts requests on port " + data.port())
                : Health.notReady("is " + state.name().toLowerCase(Locale.ROOT));
    }

    private Health dynamoDbHealth() {
        String problem = upstreamHealth.problem();
        if (problem == null) {
            return Health.ready("DynamoDB answers at " + upstream.endpoint());
        }
        String advice = problem + "; check upstream.endpoint (" + upstream.endpoint()
                + "), the network and upstream.credentials";
        // Once there may be something in the cache, hits are worth more to callers than a Service without endpoints.
        // A proxy that never reached DynamoDB has nothing to give, and must not take the place of one that has.
        return upstreamHealth.reached() ? Health.degraded(advice + "; hits are still served") : Health.notReady(advice);
    }

    private void apply(ProxyConfig next) {
        cache.tables().apply(new ConfiguredPolicies(next.cache(), next.tables()));
        actionsEnabled = next.admin().actionsEnabled();
    }

    private Map<String, AdminDocument> documents() {
        Map<String, AdminDocument> documents = new LinkedHashMap<>();
        ConfigReload shown = reload;
        if (shown != null) {
            documents.put("/api/config", AdminDocument.text(shown::shown));
        }
        CoherenceDocument coherence = new CoherenceDocument(config.coherence(), () -> bus.map(InvalidationBus::report));
        documents.put("/api/coherence", AdminDocument.json(coherence::text));
        return documents;
    }

    private CachingOperations operations(ConfiguredParts parts) {
        return new CachingOperations(
                upstream,
                cache,
                pages,
                bus.map(InvalidationBus::announcer).orElse(Announcer.SILENT),
                bus.<ServingRule>map(InvalidationBus::state).orElse(ServingRule.TTL_ONLY),
                parts.stamps(),
                parts.reservedTables(),
                Ticker.systemTicker(),
                InstantSource.system());
    }

    private Optional<InvalidationBus> bus(BusMeters meters) {
        CoherenceConfig coherence = config.coherence();
        Duration fallbackTtl = coherence.fallback() == Fallback.TTL ? coherence.fallbackTtl() : Duration.ZERO;
        BusState state = new BusState(Ticker.systemTicker(), BUS_PATIENCE, fallbackTtl);
        String source = NodeName.of(config.nodeId(), System.getenv()) + "/" + UUID.randomUUID();
        return coherence
                .kafka()
                .map(kafka -> new InvalidationBus(
                        new BusSettings(
                                config.region(),
                                source,
                                kafka.bootstrapServers(),
                                kafka.properties(),
                                coherence.followChangeFeed()),
                        cache,
                        pages,
                        state,
                        meters,
                        InstantSource.system()));
    }

    private void busMeters(ProxyMetrics metrics) {
        bus.ifPresent(running -> {
            metrics.gauge(Metric.BUS_SILENCE, running, b -> b.state().silenceSeconds());
            metrics.gauge(Metric.FEED_SILENCE, running, b -> b.state().feedSilenceSeconds());
            metrics.gauge(Metric.BUS_BEHIND, running, InvalidationBus::behind);
            metrics.gauge(Metric.BUS_WAITING, running, InvalidationBus::waiting);
            metrics.gauge(Metric.BUS_WAITING_TIME, running, InvalidationBus::waitingSeconds);
        });
    }

    private Health busHealth() {
        if (bus.isEmpty()) {
            return Health.ready("no Kafka is configured: writes that do not pass through this proxy are seen when"
                    + " cache.item.ttl is over");
        }
        String problem = bus.get().state().problem();
        String announcing = bus.get().announcingProblem();
        if (problem.isEmpty() && !announcing.isEmpty()) {
            return Health.degraded(
                    announcing + "; check coherence.kafka.bootstrap-servers and the right to write to the topic");
        }
        String feed = bus.get().state().feedProblem();
        if (problem.isEmpty() && !feed.isEmpty()) {
            return Health.degraded(feed + "; cached answers are given by coherence.fallback ("
                    + config.coherence().fallback().name().toLowerCase(Locale.ROOT)
                    + ") meanwhile; check the region's replicators, or set coherence.follow-change-feed to false if there are to be"
                    + " none");
        }
        return problem.isEmpty()
                ? Health.ready("hears the region's invalidations; change feed "
                        + bus.get().state().feed().label())
                : Health.degraded(problem + "; cached answers are given by coherence.fallback ("
                        + config.coherence().fallback().name().toLowerCase(Locale.ROOT)
                        + ") meanwhile; check coherence.kafka.bootstrap-servers");
    }

    private SignedUpstream upstream(ConfiguredParts parts) {
        UpstreamConfig settings = config.upstream();
        return new SignedUpstream(
                vertx,
                Region.of(config.region()),
                settings.endpoint(),
                parts.credentials(),
                new UpstreamLimits(
                        settings.connections(),
                        settings.waitingRequests(),
                        settings.connectTimeout(),
                        settings.requestTimeout(),
                        eventLoops),
                Clock.systemUTC(),
                upstreamHealth);
    }

    private Vertx vertx() {
        VertxBuilder builder = Vertx.builder()
                .with(new VertxOptions()
                        .setPreferNativeTransport(true)
                        .setEventLoopPoolSize(eventLoops)
                        .setWorkerPoolSize(WORKERS)
                        .setFileSystemOptions(new FileSystemOptions()
                                .setFileCachingEnabled(false)
                                .setClassPathResolvingEnabled(false)));
        tracing.ifPresent(spans -> builder.withTracer(spans.vertxTracer()));
        return builder.build();
    }

    private synchronized boolean beginStopping() {
        if (!state.mayBecome(Lifecycle.STOPPING)) {
            return false;
        }
        become(Lifecycle.STOPPING);
        return true;
    }

    private synchronized void become(Lifecycle next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("A proxy that is " + state + " cannot become " + next);
        }
        state = next;
    }

    /** @param prefix of the settings that say where */
    private static void listen(Future<Void> listening, String prefix, String host, int port) {
        try {
            listening.toCompletionStage().toCompletableFuture().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StartException(explain(cause(e), prefix, host, port), e);
        } catch (TimeoutException e) {
            throw new StartException("Listening on " + host + ":" + port + " takes too long.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("The start was interrupted.", e);
        }
    }

    private static Throwable cause(ExecutionException e) {
        Throwable cause = e.getCause();
        return cause == null ? e : cause;
    }

    private static String explain(Throwable cause, String prefix, String host, int port) {
        // The native transport has its own kind of IOException where Java's has a BindException.
        return cause instanceof IOException
                ? "Port " + port + " on " + host + " cannot be listened on (" + cause.getMessage()
                        + "); stop what uses it, or set " + prefix + "port and " + prefix + "host."
                : "Listening on " + host + ":" + port + " (" + prefix + "port) failed: " + cause.getMessage() + ".";
    }

    private static void await(Future<Void> closing, Duration limit, String what) {
        try {
            closing.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().addKeyValue("what", what).setCause(e).log("A part of the proxy did not close cleanly");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
