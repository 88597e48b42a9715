package io.nearside.replicator.table;

import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * Finds the region's tables by asking DynamoDB again and again, and switches their streams on where told so.
 *
 * <p>New names are described at once; known tables are described again in turn every two seconds, a bounded number per round, so that
 * a stream switched off or a table created anew is noticed within two seconds plus (number of tables /
 * {@value #DESCRIPTIONS_PER_ROUND}) rounds. While no table comes, goes or changes, rounds become rarer, down to one in ten
 * seconds, and so do descriptions. One thread of its own. A failed round leaves everything as it was, shows in {@link #problems()} and is tried again at the next interval.
 * A table that cannot be described is no reason to leave the others alone: whatever went wrong stands beside its name in
 * {@link #problems()}, is logged once, and the table is looked at again after a pause that doubles up to
 * {@value #LONGEST_PAUSE_SECONDS} seconds.
 */
public final class TableDiscovery implements TableCatalog, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableDiscovery.class);
    private static final int DESCRIPTIONS_PER_ROUND = 16;
    private static final long DESCRIBE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String ROUND = "";
    private static final int LONGEST_PAUSE_SECONDS = 60;

    /** So long after the last change of any table the rounds become rarer, up to this pause. */
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long CALM_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final DynamoDbClient client;
    private final Predicate<String> selected;
    private final boolean enableStreams;
    private final Duration interval;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "nearside-table-discovery");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Consumer<Map<String, TableInfo>>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<TableDescription>> describedListeners = new CopyOnWriteArrayList<>();
    private final Map<String, String> problems = new ConcurrentHashMap<>();

    /** Seen tables by name, active or not; least recently described first. Discovery thread only. */
    private final LinkedHashMap<String, @Nullable TableInfo> seen = new LinkedHashMap<>();

    /** Known tables described since the last turn began; discovery thread only. */
    private final Set<String> describedAgain = new HashSet<>();

    /** Tables whose last description failed; discovery thread only. */
    private final Map<String, Failure> failing = new HashMap<>();

    private final LongSupplier nanoTime;
    private long lastDescribedAgainNanos;

    /** While nothing changes, rounds come at growing intervals; discovery thread only. */
    private long pauseNanos;

    private long calmSinceNanos;
    private final AtomicReference<@Nullable Future<?>> next = new AtomicReference<>();
    private final AtomicBoolean hurried = new AtomicBoolean();

    private volatile Map<String, TableInfo> tables = Map.of();
    private volatile Set<String> listed = Set.of();
    private volatile boolean complete;

    /**
     * @param client shared, not closed here
     * @param selected which names the configuration selects, see {@link TablePatterns}
     * @param enableStreams whether to switch streams on for selected tables that have none
     */
    public TableDiscovery(DynamoDbClient client, Predicate<String> selected, boolean enableStreams, Duration interval) {
        this(client, selected, enableStreams, interval, System::nanoTime);
    }

    TableDiscovery(
            DynamoDbClient client,
            Predicate<String> selected,
            boolean enableStreams,
            Duration interval,
            LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastDescribedAgainNanos = nanoTime.getAsLong() - DESCRIBE_AGAIN_NANOS;
        this.client = client;
        this.selected = selected;
        this.enableStreams = enableStreams;
        this.interval = interval;
    }

    /**
     * How often in a row a table could not be described.
     *
     * @param dueNanos when to look again
     */
    private record Failure(int times, long dueNanos) {}

    /** Begins to look, at once and then at each interval. */
    public void start() {
        pauseNanos = interval.toNanos();
        hurry();
    }

    @Override
    public Map<String, TableInfo> tables() {
        return tables;
    }

    @Override
    public void subscribe(Consumer<Map<String, TableInfo>> listener) {
        executor.execute(() -> {
            listeners.add(listener);
            notify(listener, tables);
        });
    }

    /** Calls the listener with the full description of every selected active table each time it is looked at. */
    void subscribeDescriptions(Consumer<TableDescription> listener) {
        describedListeners.add(listener);
    }

    /** The selected tables that DynamoDB listed last, described or not. */
    Set<String> names() {
        return listed;
    }

    /** Whether one whole round has succeeded since the start. */
    public boolean isComplete() {
        return complete;
    }

    /** What is wrong now, one sentence per table, or one for the whole under the empty name; empty when all is well. */
    public Map<String, String> problems() {
        return new TreeMap<>(problems);
    }

    /** Looks again now instead of at the next interval: somebody knows of a table that should be there. */
    public void hurry() {
        if (hurried.compareAndSet(false, true)) {
            var unused = execute(this::hurriedRound, 0);
        }
    }

    /** Who knows that something happened is told by the rounds that follow, too. */
    private void hurriedRound() {
        hurried.set(false);
        becomeBusy();
        turn();
    }

    private void turn() {
        Future<?> due = next.getAndSet(null);
        if (due != null) {
            due.cancel(false);
        }
        // A round catches everything.
        round();
        boolean calm = nanoTime.getAsLong() - calmSinceNanos >= CALM_NANOS;
        pauseNanos =
                calm ? Math.max(interval.toNanos(), Math.min(2 * pauseNanos, CALM_PAUSE_NANOS)) : interval.toNanos();
        next.set(execute(this::turn, pauseNanos));
    }

    private void becomeBusy() {
        calmSinceNanos = nanoTime.getAsLong();
    }

    private @Nullable Future<?> execute(Runnable task, long nanos) {
        try {
            return executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            return null;
        }
    }

    void round() {
        try {
            forgetMissing(listed());
            for (String table : due()) {
                describe(table);
            }
            complete = true;
            problems.remove(ROUND);
        } catch (StoreException e) {
            if (executor.isShutdown()) {
                return;
            }
            problem(ROUND, "the region's tables cannot be listed: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("table discovery failed; it goes on at the next interval");
            problem(ROUND, "table discovery failed: " + e);
        }
        publish();
    }

    private Set<String> listed() {
        return StoreErrors.typed(
                "ListTables",
                () -> client.listTablesPaginator().tableNames().stream()
                        .filter(selected)
                        .collect(Collectors.toSet()));
    }

    private void forgetMissing(Set<String> listed) {
        seen.keySet().retainAll(listed);
        failing.keySet().retainAll(listed);
        problems.keySet().removeIf(table -> !table.equals(ROUND) && !listed.contains(table));
        listed.forEach(table -> seen.putIfAbsent(table, null));
    }

    /** Unknown tables and those not ready yet; then, now and again, the known ones in turn. */
    private Collection<String> due() {
        List<String> due = new ArrayList<>();
        long now = nanoTime.getAsLong();
        boolean again = now - lastDescribedAgainNanos >= Math.max(DESCRIBE_AGAIN_NANOS, 3 * pauseNanos);
        if (again) {
            describedAgain.clear();
        }
        seen.forEach((table, info) -> {
            if (info == null && !pauses(table, now)) {
                due.add(table);
            }
        });
        seen.forEach((table, info) -> {
            if (info != null
                    && !pauses(table, now)
                    && due.size() < DESCRIPTIONS_PER_ROUND
                    && !describedAgain.contains(table)) {
                due.add(table);
            }
        });
        if (again) {
            lastDescribedAgainNanos = now;
        }
        describedAgain.addAll(due);
        return due;
    }

    private boolean pauses(String table, long now) {
        Failure failure = failing.get(table);
        return failure != null && now - failure.dueNanos < 0;
    }

    private void describe(String table) {
        try {
            TableDescription description = StoreErrors.typed(
                    "table " + table,
                    () -> client.describeTable(request -> request.tableName(table))
                            .table());
            TableInfo info = examine(description);
            seen.remove(table);
            seen.put(table, info);
            if (info != null) {
                describedListeners.forEach(listener -> listener.accept(description));
            }
            failing.remove(table);
        } catch (StoreException e) {
            failed(table, e.getMessage() == null ? e.toString() : e.getMessage(), null);
        } catch (RuntimeException e) {
            failed(table, "table " + table + " cannot be taken up: " + e.getMessage(), e);
        }
    }

    private void failed(String table, String sentence, @Nullable RuntimeException defect) {
        int times = failing.containsKey(table) ? failing.get(table).times + 1 : 1;
        long pause = Math.min(
                interval.toNanos() << Math.min(times - 1, 20), TimeUnit.SECONDS.toNanos(LONGEST_PAUSE_SECONDS));
        failing.put(table, new Failure(times, nanoTime.getAsLong() + pause));
        if (defect == null) {
            problem(table, sentence);
        } else if (!sentence.equals(problems.put(table, sentence))) {
            LOG.atError().setCause(defect).addKeyValue("table", table).log(sentence);
        }
    }

    private @Nullable TableInfo examine(TableDescription description) {
        String table = description.tableName();
        if (description.hasReplicas() && !description.replicas().isEmpty()) {
            problem(
                    table,
                    "table " + table + " is an AWS Global Table and is not replicated here: remove its AWS replicas,"
                            + " or leave it out of tables");
            return null;
        }
        if (description.tableStatus() != TableStatus.ACTIVE && description.tableStatus() != TableStatus.UPDATING) {
            return null;
        }
        TableInfo withoutStream = info(description, null);
        StreamSpecification stream = description.streamSpecification();
        boolean enabled = stream != null && Boolean.TRUE.equals(stream.streamEnabled());
        if (enabled && stream.streamViewType() != StreamViewType.NEW_AND_OLD_IMAGES) {
            problem(
                    table,
                    "table " + table + " has a stream of " + stream.streamViewTypeAsString()
                            + ", replication needs NEW_AND_OLD_IMAGES: switch its stream off, and on again with that view");
            return withoutStream;
        }
        if (!enabled) {
            return switchedOn(description, withoutStream);
        }
        TableInfo info = info(description, description.latestStreamArn());
        problems.remove(table);
        return info;
    }

    private @Nullable TableInfo switchedOn(TableDescription description, TableInfo withoutStream) {
        String table = description.tableName();
        if (!enableStreams) {
            problem(
                    table,
                    "table " + table + " has no stream: switch it on with NEW_AND_OLD_IMAGES,"
                            + " or set streams.enable: true");
            return withoutStream;
        }
        if (description.tableStatus() == TableStatus.ACTIVE) {
            StoreErrors.typed(
                    "table " + table,
                    () -> client.updateTable(request -> request.tableName(table)
                            .streamSpecification(specification -> specification
                                    .streamEnabled(true)
                                    .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))));
            LOG.atInfo().addKeyValue("table", table).log("switched the table's stream on");
        }
        TableDescription after = StoreErrors.typed(
                "table " + table,
                () -> client.describeTable(request -> request.tableName(table)).table());
        return after.latestStreamArn() == null ? null : info(after, after.latestStreamArn());
    }

    private static TableInfo info(TableDescription description, @Nullable String streamArn) {
        Stream<IndexSchema> global = description.globalSecondaryIndexes().stream()
                .map(index -> index(description, index.indexName(), index.keySchema(), false));
        Stream<IndexSchema> local = description.localSecondaryIndexes().stream()
                .map(index -> index(description, index.indexName(), index.keySchema(), true));
        KeySchema key = schema(description, description.keySchema());
        if (key == null) {
            throw new IllegalStateException("its primary key has several attributes in one role");
        }
        return new TableInfo(
                description.tableName(),
                description.tableId() == null ? "" : description.tableId(),
                TableInfo.createdIn(description),
                key,
                Stream.concat(global, local)
                        .sorted(Comparator.comparing(IndexSchema::name))
                        .toList(),
                streamArn);
    }

    private static IndexSchema index(
            TableDescription description, String name, List<KeySchemaElement> key, boolean local) {
        return new IndexSchema(name, schema(description, key), local);
    }

    /** Null for a key with several attributes in one role, which only global indexes may have. */
    private static @Nullable KeySchema schema(TableDescription description, List<KeySchemaElement> elements) {
        KeyAttribute partition = null;
        KeyAttribute sort = null;
        for (KeySchemaElement element : elements) {
            KeyAttribute attribute = attribute(description, element);
            boolean hash = element.keyType() == software.amazon.awssdk.services.dynamodb.model.KeyType.HASH;
            if ((hash ? partition : sort) != null) {
                return null;
            }
            if (hash) {
                partition = attribute;
            } else {
                sort = attribute;
            }
        }
        if (partition == null) {
            throw new IllegalStateException("it has a key without a partition attribute");
        }
        return new KeySchema(partition, sort);
    }

    private static KeyAttribute attribute(TableDescription description, KeySchemaElement element) {
        return description.attributeDefinitions().stream()
                .filter(definition -> definition.attributeName().equals(element.attributeName()))
                .map(definition -> new KeyAttribute(
                        definition.attributeName(), KeyType.valueOf(definition.attributeTypeAsString())))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("it does not define the key attribute " + element.attributeName()));
    }

    private void publish() {
        if (!listed.equals(seen.keySet())) {
            listed = Set.copyOf(seen.keySet());
        }
        Map<String, TableInfo> now = new TreeMap<>();
        seen.forEach((table, info) -> {
            if (info != null) {
                now.put(table, info);
            }
        });
        if (!now.equals(tables) || problems.containsKey(ROUND) || isOneComing()) {
            becomeBusy();
        }
        if (!now.equals(tables)) {
            tables = Map.copyOf(now);
            listeners.forEach(listener -> notify(listener, tables));
        }
    }

    /** Whether a table is not ready yet, but will be. */
    private boolean isOneComing() {
        return seen.entrySet().stream()
                .anyMatch(table -> table.getValue() == null && !problems.containsKey(table.getKey()));
    }

    private static void notify(Consumer<Map<String, TableInfo>> listener, Map<String, TableInfo> tables) {
        try {
            listener.accept(tables);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a listener to table changes failed");
        }
    }

    private void problem(String table, String sentence) {
        if (!sentence.equals(problems.put(table, sentence))) {
            LOG.atWarn().addKeyValue("table", table).log(sentence);
        }
    }

    /** Stops looking; a round under way ends by itself. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
