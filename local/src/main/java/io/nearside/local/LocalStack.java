package io.nearside.local;

import io.nearside.config.ConfigLoader;
import io.nearside.config.EffectiveConfig;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.local.embedded.LoopbackPort;
import io.nearside.local.embedded.PortInUseException;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.replicator.Replicator;
import io.nearside.replicator.config.ReplicatorConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whole regions on this machine: one DynamoDB Local and one Kafka for all of them, a proxy and a replicator for each.
 *
 * <p>{@link #start} returns when every part answers. {@link #close} ends all of it, and may be called from any thread, also while it starts.
 */
final class LocalStack implements AutoCloseable {
    /** A start may take as long as it gets on; a machine may be busy. */
    private static final Duration STANDSTILL_LIMIT = Duration.ofMinutes(1);

    private final StackPlan plan;
    private final Consumer<String> says;
    private final Parts parts = new Parts();
    private List<LocalRegion> regions = List.of();
    private @Nullable EmbeddedDynamoDb dynamoDb;
    private @Nullable EmbeddedKafka kafka;

    /** Nothing runs before {@link #start}. */
    LocalStack(StackPlan plan) {
        this(plan, sentence -> {});
    }

    /** @param says takes sentences for the user about what a long start waits for */
    LocalStack(StackPlan plan, Consumer<String> says) {
        this.plan = plan;
        this.says = says;
    }

    /**
     * Starts everything; blocks until every service says that it is ready.
     *
     * @throws StartException with one sentence for the user; what has started until then runs until {@link #close}
     */
    void start() {
        requireFreePorts();
        @Nullable DataDirectory data = plan.data() == null ? null : parts.add(DataDirectory.open(plan.data()));
        List<Integer> ids = data == null
                ? IntStream.rangeClosed(1, plan.regions().size()).boxed().toList()
                : data.regionIds(plan.regions());
        startStores(data);
        startServices(ids);
        new Readiness(STANDSTILL_LIMIT, says).await(adminPorts());
    }

    /** The running regions, in the order of the plan; empty before the start. */
    List<LocalRegion> regions() {
        return regions;
    }

    /** The Kafka of all regions. */
    EmbeddedKafka kafka() {
        return started(kafka);
    }

    /** The DynamoDB Local of all regions. */
    EmbeddedDynamoDb dynamoDb() {
        return started(dynamoDb);
    }

    @Override
    public void close() {
        parts.close();
    }

    private void requireFreePorts() {
        List<Integer> taken = plan.ports().all(plan.regions().size()).stream()
                .filter(port -> !isFree(port))
                .toList();
        if (!taken.isEmpty()) {
            throw portsInUse(taken);
        }
    }

    private static boolean isFree(int port) {
        try {
            LoopbackPort.requireFree(port);
            return true;
        } catch (PortInUseException taken) {
            return false;
        }
    }

    private static StartException portsInUse(List<Integer> ports) {
        String names = ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return new StartException((ports.size() == 1 ? "port " + names + " is" : "ports " + names + " are")
                + " in use by another process; end that process, or move all of nearside's ports with --port-base");
    }

    private void startStores(@Nullable DataDirectory data) {
        var startingDynamoDb = concurrently(() -> EmbeddedDynamoDb.start(dynamoDbRegions(), path(data, true)));
        var startingKafka = concurrently(() -> EmbeddedKafka.start(plan.ports().kafka(), path(data, false)));
        dynamoDb = result(startingDynamoDb);
        kafka = result(startingKafka);
    }

    private static @Nullable Path path(@Nullable DataDirectory data, boolean dynamoDb) {
        if (data == null) {
            return null;
        }
        return dynamoDb ? data.dynamoDb() : data.kafka();
    }

    private List<EmbeddedDynamoDb.Region> dynamoDbRegions() {
        return IntStream.range(0, plan.regions().size())
                .mapToObj(i -> new EmbeddedDynamoDb.Region(
                        plan.regions().get(i), plan.ports().dynamoDb(i)))
                .toList();
    }

    private void startServices(List<Integer> ids) {
        List<ServiceConfigs> configs = configs(ids);
        List<CompletableFuture<LocalRegion>> starting = IntStream.range(0, configs.size())
                .mapToObj(i -> startRegion(configs.get(i), dynamoDb().endpoint(i)))
                .toList();
        regions = starting.stream().map(LocalStack::result).toList();
        dynamoDb().tell(new HintReplicators(regions));
    }

    private CompletableFuture<LocalRegion> startRegion(ServiceConfigs configs, URI endpoint) {
        var proxy = concurrently(() -> ProxyServer.start(effective(configs.proxy(), ProxyConfig.class)));
        var replicator = concurrently(() -> Replicator.start(effective(configs.replicator(), ReplicatorConfig.class)));
        return proxy.thenCombine(
                replicator,
                (started, alsoStarted) -> new LocalRegion(configs.region().name(), endpoint, started, alsoStarted));
    }

    /** The same way that a user's file takes, but for the environment: that is meant for services run alone. */
    static <C extends Record> C parse(String yaml, Class<C> type) {
        return effective(yaml, type).value();
    }

    private static <C extends Record> EffectiveConfig<C> effective(String yaml, Class<C> type) {
        return ConfigLoader.effective("nearside up", yaml, type, Map.of());
    }

    /** A region alone publishes changes only where a later start may give it another region, which then takes them. */
    private List<ServiceConfigs> configs(List<Integer> ids) {
        List<ServiceConfigs.Region> all = IntStream.range(0, ids.size())
                .mapToObj(i -> new ServiceConfigs.Region(
                        plan.regions().get(i),
                        ids.get(i),
                        plan.ports().proxy(i),
                        plan.ports().proxyAdmin(i),
                        plan.ports().replicatorAdmin(i)))
                .toList();
        return IntStream.range(0, all.size())
                .mapToObj(i -> new ServiceConfigs(
                        all.get(i),
                        dynamoDb().endpoint(i),
                        kafka().bootstrapServers(),
                        all.stream()
                                .filter(region -> !region.equals(all.get(i)))
                                .toList(),
                        all.size() > 1 || plan.data() != null))
                .toList();
    }

    private Map<String, URI> adminPorts() {
        Map<String, URI> admins = new LinkedHashMap<>();
        for (LocalRegion region : regions) {
            admins.put("the proxy of " + region.name(), region.proxyAdmin());
            admins.put("the replicator of " + region.name(), region.replicatorAdmin());
        }
        return admins;
    }

    /** On a thread of its own: starts block, and there are few of them. */
    private <P extends AutoCloseable> CompletableFuture<P> concurrently(Supplier<P> start) {
        return CompletableFuture.supplyAsync(() -> parts.add(start.get()), task -> new Thread(task, "start").start());
    }

    private static <T> T result(CompletableFuture<T> starting) {
        try {
            return starting.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof PortInUseException taken) {
                throw portsInUse(List.of(taken.port()));
            }
            throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
        }
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the local stack has not started");
        }
        return part;
    }
}
