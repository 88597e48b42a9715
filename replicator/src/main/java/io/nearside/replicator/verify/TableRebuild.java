package io.nearside.replicator.verify;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.kafka.TopicReader;
import io.nearside.replicator.table.TableCatalog;
import io.nearside.replicator.table.TableIncarnations;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.TableRule;
import io.nearside.replicator.table.TableRules;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Writes a table of this region as it was at a moment into a new table, from its rows as they are and the change logs of all regions.
 *
 * <p>Rows that have not changed since are copied, then the logs are read for those that have; see {@link PastItems} for what can be told.
 * The new table gets the items without their versions, so it may itself be replicated, as any table that an application fills. What
 * is written meanwhile is not missed, since the logs are read after the rows.
 *
 * <p>Keys are taken in as many passes as it needs to hold {@value #KEYS_PER_PASS} of them at a time; each pass reads the rows once and
 * the logs twice. Blocking. What was written stays if it fails half-way; the new table must then be dropped.
 */
public final class TableRebuild {

    private static final int KEYS_PER_PASS = 500_000;
    private static final int LISTED = 100;

    private final DynamoDbClient client;
    private final TableCatalog catalog;
    private final TableIncarnations incarnations;
    private final TableRules rules;
    private final String region;
    private final Map<String, KafkaCluster> logs;
    private final InstantSource wall;
    private final TableRowScan scan;

    /**
     * @param region this region
     * @param logs the Kafka with each region's changes, by region, this region's own included
     */
    public TableRebuild(
            DynamoDbClient client,
            String versionAttribute,
            TableCatalog catalog,
            TableIncarnations incarnations,
            TableRules rules,
            String region,
            Map<String, KafkaCluster> logs,
            InstantSource wall) {
        this.incarnations = incarnations;
        this.client = client;
        this.catalog = catalog;
        this.rules = rules;
        this.region = region;
        this.logs = new TreeMap<>(logs);
        this.wall = wall;
        this.scan = new TableRowScan(client, versionAttribute, rules::readBudget);
    }

    /**
     * What is wanted.
     *
     * @param asOf the moment
     * @param into the new table; created if it is not there
     * @param dryRun whether to count only
     * @param rowsPerSecond the most rows read per second, at least 1
     */
    public record Request(String table, Instant asOf, String into, boolean dryRun, int rowsPerSecond) {}

    /**
     * What came of it.
     *
     * @param items how many items there were at the moment, as far as known
     * @param unknown keys that have changed since and of which nothing older is known
     * @param unknownKeys some of them
     */
    public record Result(long items, long unknown, List<ItemKey> unknownKeys) {
        public Result {
            unknownKeys = List.copyOf(unknownKeys);
        }
    }

    /**
     * Rebuilds.
     *
     * @throws IllegalArgumentException if the request cannot be fulfilled as it is
     */
    public Result run(Request request, LongWork work) {
        TableInfo table = catalog.table(request.table());
        if (table == null) {
            throw new IllegalArgumentException("table " + request.table() + " is not replicated here");
        }
        if (rules.rule(request.table()).merges()) {
            throw new IllegalArgumentException(
                    "table " + request.table()
                            + " merges attributes, and what such a table was cannot be rebuilt yet; history tells of single items");
        }
        if (request.asOf().isAfter(wall.instant())) {
            throw new IllegalArgumentException(request.asOf() + " is not over yet");
        }
        NewTable target = NewTable.prepare(client, table, request.into(), request.dryRun());
        TopicReader.Extent extent = extent(request.table());
        long rows = scan.about(table);
        int passes = (int) ((rows + extent.records()) / KEYS_PER_PASS) + 1;
        work.expect(passes * (rows + extent.records() * (request.dryRun() ? 1 : 2)));
        Tally tally = new Tally();
        for (int pass = 0; pass < passes; pass++) {
            new Pass(request, table, target, work, pass, passes).run(extent.whole(), tally);
        }
        target.flush();
        return new Result(tally.items, tally.unknown, tally.unknownKeys);
    }

    private TopicReader.Extent extent(String table) {
        long records = 0;
        boolean whole = true;
        for (Map.Entry<String, KafkaCluster> log : logs.entrySet()) {
            TopicReader.Extent extent = new TopicReader(log.getValue()).extent(topic(log.getKey(), table));
            records += extent.records();
            whole &= extent.whole();
        }
        return new TopicReader.Extent(records, whole);
    }

    private String topic(String origin, String table) {
        return Topics.changes(origin, rules.there(origin, table));
    }

    /** What all the passes came to. */
    private static final class Tally {
        private final List<ItemKey> unknownKeys = new ArrayList<>();
        private long items;
        private long unknown;

        void count(ItemKey key, PastItems.Source source) {
            switch (source) {
                case ROW, LOG -> items++;
                case NOTHING, NOTHING_AFTER_ALL -> {}
                case UNKNOWN -> {
                    unknown++;
                    if (unknownKeys.size() < LISTED) {
                        unknownKeys.add(key);
                    }
                }
            }
        }
    }

    /** Deals with the keys of which the hash, divided by the number of passes, leaves the same. */
    private final class Pass {
        private final Request request;
        private final TableInfo table;
        private final @Nullable Integer incarnation;
        private final TableRule rule;
        private final NewTable target;
        private final LongWork work;
        private final int pass;
        private final int passes;
        private final PastItems past;

        Pass(Request request, TableInfo table, NewTable target, LongWork work, int pass, int passes) {
            this.request = request;
            this.table = table;
            this.incarnation = incarnations.of(table);
            this.rule = rules.rule(request.table());
            this.target = target;
            this.work = work;
            this.pass = pass;
            this.passes = passes;
            this.past = new PastItems(request.asOf());
        }

        void run(boolean nothingDropped, Tally tally) {
            KeySchema schema = table.keySchema();
            scan.readItems(table, request.rowsPerSecond(), work, row -> {
                ItemKey key = ItemKey.of(schema, row.item());
                if (isMine(key) && past.row(key, row.version())) {
                    target.put(row.item());
                }
            });
            target.flush();
            forEachChange((change, puts) -> {
                past.captured(change.captured());
                if (isMine(change.key())) {
                    past.change(change, puts);
                }
            });
            if (!request.dryRun()) {
                forEachChange((change, puts) -> {
                    Item image = change.image();
                    if (image != null && isMine(change.key()) && past.take(change)) {
                        target.put(image);
                    }
                });
                target.flush();
            }
            past.forEach(nothingDropped, (key, source) -> {
                tally.count(key, source);
                if (source == PastItems.Source.NOTHING_AFTER_ALL) {
                    target.remove(key);
                }
            });
        }

        private boolean isMine(ItemKey key) {
            return Math.floorMod(key.hashCode(), passes) == pass;
        }

        private void forEachChange(BiConsumer<Change, Boolean> taker) {
            logs.forEach((origin, log) -> new TopicReader(log)
                    .read(topic(origin, request.table()), record -> hand(origin, record, taker), () -> false));
        }

        /** Hands over a change that this region would take in, and whether it leaves an item here. */
        private void hand(String origin, ConsumerRecord<byte[], byte[]> record, BiConsumer<Change, Boolean> taker) {
            work.add(1);
            Change change = decoded(record);
            if (change == null || (incarnation != null && change.incarnation() != incarnation)) {
                return;
            }
            Item image = change.image();
            if (origin.equals(region)) {
                taker.accept(change, image != null);
            } else if ((change.kind() != Change.Kind.TTL || rule.takesExpiries())
                    && rule.filter().acceptsKey(table.keySchema(), change.keyAttributes())) {
                taker.accept(change, image != null && rule.filter().acceptsImage(image));
            }
        }

        private static @Nullable Change decoded(ConsumerRecord<byte[], byte[]> record) {
            try {
                return record.value() == null ? null : ChangeCodec.decode(record.value());
            } catch (MalformedRecordException e) {
                // The applier parks it; there is nothing in it to tell.
                return null;
            }
        }
    }
}
