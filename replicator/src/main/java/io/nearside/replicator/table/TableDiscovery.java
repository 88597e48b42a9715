package io.nearside.replicator.table;

import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
 * {@value #DESCRIPTIONS_PER_ROUND}) rounds. One thread of its own. A failed round leaves everything as it was, shows in {@link #problems()} and is tried again at the next interval.
 */
public final class TableDiscovery implements TableCatalog, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableDiscovery.class);
    private static final int DESCRIPTIONS_PER_ROUND = 16;
    private static final long DESCRIBE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String ROUND = "";

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

    private long lastDescribedAgainNanos = System.nanoTime() - DESCRIBE_AGAIN_NANOS;

    private volatile Map<String, TableInfo> tables = Map.of();
    private volatile boolean complete;

    /**
     * @param client shared, not closed here
     * @param selected which names the configuration selects, see {@link TablePatterns}
     * @param enableStreams whether to switch streams on for selected tables that have none
     */
    public TableDiscovery(DynamoDbClient client, Predicate<String> selected, boolean enableStreams, Duration interval) {
        this.client = client;
        this.selected = selected;
        this.enableStreams = enableStreams;
        this.interval = interval;
    }

    /** Begins to look, at once and then at each interval. */
    public void start() {
        // A round catches everything: the future has nothing to say.
        var unused = executor.scheduleWithFixedDelay(this::round, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
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
        if (!executor.isShutdown()) {
            executor.execute(this::round);
        }
    }

    private void round() {
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
        problems.keySet().removeIf(table -> !table.equals(ROUND) && !listed.contains(table));
        listed.forEach(table -> seen.putIfAbsent(table, null));
    }

    /** Unknown tables and those not ready yet; then, now and again, the known ones in turn. */
    private Collection<String> due() {
        List<String> due = new ArrayList<>();
        boolean again = System.nanoTime() - lastDescribedAgainNanos >= DESCRIBE_AGAIN_NANOS;
        if (again) {
            describedAgain.clear();
        }
        seen.forEach((table, info) -> {
            if (info == null) {
                due.add(table);
            }
        });
        seen.forEach((table, info) -> {
            if (info != null && due.size() < DESCRIPTIONS_PER_ROUND && !describedAgain.contains(table)) {
                due.add(table);
            }
        });
        if (again) {
            lastDescribedAgainNanos = System.nanoTime();
        }
        describedAgain.addAll(due);
        return due;
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
        } catch (StoreException e) {
            problem(table, e.getMessage() == null ? e.toString() : e.getMessage());
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
        StreamSpecification stream = description.streamSpecification();
        boolean enabled = stream != null && Boolean.TRUE.equals(stream.streamEnabled());
        if (enabled && stream.streamViewType() != StreamViewType.NEW_AND_OLD_IMAGES) {
            problem(
                    table,
                    "table " + table + " has a stream of " + stream.streamViewTypeAsString()
                            + ", replication needs NEW_AND_OLD_IMAGES: switch its stream off, and on again with that view");
            return info(description, null);
        }
        if (!enabled) {
            return withoutStream(description);
        }
        problems.remove(table);
        return info(description, description.latestStreamArn());
    }

    private @Nullable TableInfo withoutStream(TableDescription description) {
        String table = description.tableName();
        if (!enableStreams) {
            problem(
                    table,
                    "table " + table + " has no stream: switch it on with NEW_AND_OLD_IMAGES,"
                            + " or set streams.enable: true");
            return info(description, null);
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
        List<IndexSchema> indexes = Stream.concat(
                        description.globalSecondaryIndexes().stream()
                                .map(index -> new IndexSchema(
                                        index.indexName(), schema(description, index.keySchema()), false)),
                        description.localSecondaryIndexes().stream()
                                .map(index -> new IndexSchema(
                                        index.indexName(), schema(description, index.keySchema()), true)))
                .sorted(Comparator.comparing(IndexSchema::name))
                .toList();
        return new TableInfo(
                description.tableName(),
                description.tableId() == null ? "" : description.tableId(),
                schema(description, description.keySchema()),
                indexes,
                streamArn);
    }

    private static KeySchema schema(TableDescription description, List<KeySchemaElement> elements) {
        Map<software.amazon.awssdk.services.dynamodb.model.KeyType, KeyAttribute> byRole = elements.stream()
                .collect(Collectors.toMap(KeySchemaElement::keyType, element -> attribute(description, element)));
        KeyAttribute partition = byRole.get(software.amazon.awssdk.services.dynamodb.model.KeyType.HASH);
        if (partition == null) {
            throw new IllegalStateException("table " + description.tableName() + " has no partition key");
        }
        return new KeySchema(partition, byRole.get(software.amazon.awssdk.services.dynamodb.model.KeyType.RANGE));
    }

    private static KeyAttribute attribute(TableDescription description, KeySchemaElement element) {
        return description.attributeDefinitions().stream()
                .filter(definition -> definition.attributeName().equals(element.attributeName()))
                .map(definition -> new KeyAttribute(
                        definition.attributeName(), KeyType.valueOf(definition.attributeTypeAsString())))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "table " + description.tableName() + " does not define " + element.attributeName()));
    }

    private void publish() {
        Map<String, TableInfo> now = new TreeMap<>();
        seen.forEach((table, info) -> {
            if (info != null) {
                now.put(table, info);
            }
        });
        if (!now.equals(tables)) {
            tables = Map.copyOf(now);
            listeners.forEach(listener -> notify(listener, tables));
        }
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
