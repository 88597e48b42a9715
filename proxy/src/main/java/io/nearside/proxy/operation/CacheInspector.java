package io.nearside.proxy.operation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.AttributeValue;
import io.nearside.item.InvalidKeyException;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.HotKeys.HotKey;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.KeyState;
import io.nearside.proxy.cache.Lookups;
import io.nearside.proxy.cache.MissReason;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.TableLookups;
import io.nearside.proxy.cache.TableLookups.Found;
import io.nearside.proxy.cache.TableLookups.Reading;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.TableDescription.Index;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may ask of the cache, and do to it, as JSON. Keys are shown with their values; items are not. Safe from any
 * thread; nothing here is on the way of a request.
 */
public final class CacheInspector {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_HOT_KEYS = 20;
    private static final String OPERATOR = "operator";
    private static final String USAGE =
            "Write {\"table\":\"NAME\"}, and beside it \"key\" with the key attributes of an item, or"
                    + " \"partition\" with the partition key, for less than all of it.";

    private final TableDirectory directory;
    private final ItemCache cache;
    private final PageCache pages;
    private final ServingRule rule;
    private final Announcer announcer;

    CacheInspector(TableDirectory directory, ItemCache cache, PageCache pages, ServingRule rule, Announcer announcer) {
        this.directory = directory;
        this.cache = cache;
        this.pages = pages;
        this.rule = rule;
        this.announcer = announcer;
    }

    /** Something of an operator's that cannot be done as it was asked for; the message says why. */
    public static final class RefusedException extends RuntimeException {
        RefusedException(String message) {
            super(message);
        }
    }

    @FunctionalInterface
    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    /** Entries, bytes, and what look-ups found, in all, per table, and per operation of a table. */
    public String summary() {
        return json(json -> {
            json.writeStartObject();
            json.writeBooleanField("hearsOthers", rule.mayServe(0));
            json.writeObjectFieldStart("items");
            json.writeNumberField("entries", cache.estimatedEntries());
            json.writeNumberField("bytes", cache.weightBytes());
            json.writeEndObject();
            json.writeObjectFieldStart("pages");
            json.writeNumberField("entries", pages.estimatedPages());
            json.writeNumberField("bytes", pages.weightBytes());
            json.writeEndObject();
            json.writeArrayFieldStart("tables");
            for (TableLookups table : tables()) {
                json.writeStartObject();
                json.writeStringField("table", table.table());
                counts(json, "items", table.items());
                counts(json, "pages", table.pages());
                json.writeObjectFieldStart("operations");
                for (Reading reading : Reading.values()) {
                    counts(json, reading.label(), table.of(reading));
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** The most read keys and partitions of every table. */
    public String hotKeys() {
        return json(json -> {
            json.writeStartObject();
            json.writeNumberField("sampledOneIn", Lookups.SAMPLED);
            json.writeArrayFieldStart("tables");
            for (TableLookups table : tables()) {
                json.writeStartObject();
                json.writeStringField("table", table.table());
                hot(json, "keys", table.table(), table.keys().top(MOST_HOT_KEYS, cache.nowNanos()));
                hot(json, "partitions", table.table(), table.partitions().top(MOST_HOT_KEYS, cache.nowNanos()));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /**
     * Why the last read of a key was or was not answered from memory. Fails with {@link RefusedException}.
     *
     * @param key the key's attributes as DynamoDB writes them: {@code {"pk":{"S":"a"}}}
     */
    public Future<String> explain(String table, String key) {
        return described(table).map(description -> {
            JsonSlice attributes = JsonSlice.of(key.getBytes(StandardCharsets.UTF_8));
            KeyState state = cache.inspect(description.table(), key(attributes, description));
            return json(json -> explain(json, description, state));
        });
    }

    /**
     * Has what the request names forgotten, here and at every other proxy of the region: {@code table}, and {@code key} or
     * {@code partition} for less than all of it. With a partition go its items, its pages, and those pages of global indexes that
     * its items may be on: all of an index, unless it has the table's partition key.
     * Fails with {@link RefusedException}.
     */
    public Future<String> invalidate(byte[] request) {
        String table = null;
        JsonSlice key = null;
        JsonSlice partition = null;
        try {
            JsonCursor cursor = JsonSlice.of(request).cursor();
            cursor.enterObject();
            while (cursor.nextName()) {
                if (cursor.nameIs("table")) {
                    table = cursor.text();
                } else if (cursor.nameIs("key")) {
                    key = cursor.skipValue();
                } else if (cursor.nameIs("partition")) {
                    partition = cursor.skipValue();
                } else {
                    return Future.failedFuture(new RefusedException(USAGE));
                }
            }
            cursor.finish();
        } catch (NotUnderstoodException e) {
            return Future.failedFuture(new RefusedException(USAGE));
        }
        if (table == null || (key != null && partition != null)) {
            return Future.failedFuture(new RefusedException(USAGE));
        }
        JsonSlice item = key;
        JsonSlice items = partition;
        return described(table).compose(description -> {
            if (items != null) {
                return Contexts.onWorker(() -> forgetPartition(description, items));
            }
            return Future.succeededFuture(item == null ? forgetTable(description) : forgetKey(description, item));
        });
    }

    private String forgetKey(TableDescription description, JsonSlice attributes) {
        String table = description.table().name();
        ItemKey key = key(attributes, description);
        pages.invalidate(table, key, List.of());
        cache.invalidate(table, "", key, null, OPERATOR);
        announcer.itemWritten(description.table(), key, List.of());
        return done("key", table);
    }

    private String forgetPartition(TableDescription description, JsonSlice attributes) {
        String table = description.table().name();
        KeyAttribute attribute = description.key().partition();
        ItemKey partition = key(attributes, new KeySchema(attribute, null), "partition");
        List<IndexPartitions> indexes = description.indexes().stream()
                .filter(Index::global)
                .map(index -> {
                    boolean same =
                            index.key() != null && index.key().partition().equals(attribute);
                    return new IndexPartitions(index.name(), same ? List.of(partition) : List.of(), !same);
                })
                .toList();
        pages.invalidatePartition(table, partition, indexes);
        cache.invalidatePartition(table, "", partition, OPERATOR);
        announcer.partitionWritten(description.table(), partition, indexes);
        return done("partition", table);
    }

    private String forgetTable(TableDescription description) {
        String table = description.table().name();
        cache.tables().endWrite(table);
        announcer.tableChanged(table);
        return done("table", table);
    }

    private Future<TableDescription> described(String table) {
        if (!table.matches("[A-Za-z0-9_.-]{3,255}")) {
            return Future.failedFuture(new RefusedException("table: \"" + table + "\" is no table's name"));
        }
        return directory
                .describe(table)
                .recover(failure -> Future.failedFuture(
                        new RefusedException("table: DynamoDB does not describe " + table + " at the moment")));
    }

    private static ItemKey key(JsonSlice attributes, TableDescription description) {
        return key(attributes, description.key(), "key");
    }

    private static ItemKey key(JsonSlice attributes, KeySchema schema, String member) {
        try {
            return KeyReader.key(attributes, schema);
        } catch (NotUnderstoodException e) {
            throw new RefusedException(member + ": write the table's key attributes as DynamoDB does, like "
                    + example(schema) + " (" + e.getMessage() + ")");
        }
    }

    private static String example(KeySchema schema) {
        KeyAttribute sort = schema.sort();
        String partition = example(schema.partition());
        return "{" + (sort == null ? partition : partition + "," + example(sort)) + "}";
    }

    private static String example(KeyAttribute attribute) {
        String value = switch (attribute.type()) {
            case S -> "text";
            case N -> "1";
            case B -> "AAEC";
        };
        return "\"" + attribute.name() + "\":{\"" + attribute.type() + "\":\"" + value + "\"}";
    }

    private List<TableLookups> tables() {
        return cache.tables().lookups().all().stream()
                .sorted(Comparator.comparing(TableLookups::table))
                .toList();
    }

    private static void counts(JsonGenerator json, String name, Found counts) throws IOException {
        long hits = counts.hits();
        long misses = counts.misses();
        json.writeObjectFieldStart(name);
        json.writeNumberField("hits", hits);
        json.writeNumberField("misses", misses);
        if (hits + misses > 0) {
            json.writeNumberField("hitRatio", (double) hits / (hits + misses));
        }
        json.writeObjectFieldStart("missed");
        for (MissReason reason : MissReason.values()) {
            json.writeNumberField(reason.label(), counts.misses(reason));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void hot(JsonGenerator json, String name, String table, List<HotKey> keys) throws IOException {
        TableDescription description = directory.known(table);
        json.writeArrayFieldStart(name);
        for (HotKey hot : keys) {
            json.writeStartObject();
            json.writeFieldName("key");
            key(json, hot.key(), description == null ? null : description.key());
            json.writeNumberField("reads", hot.count() * Lookups.SAMPLED);
            json.writeNumberField("atLeast", (hot.count() - hot.error()) * Lookups.SAMPLED);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** A key in DynamoDB's form where it is one of the table's, else what tells it from others. */
    private static void key(JsonGenerator json, ItemKey key, @Nullable KeySchema schema) throws IOException {
        KeySchema fitting = schema == null || key.hasSort() ? schema : new KeySchema(schema.partition(), null);
        try {
            if (fitting == null) {
                json.writeString(key.toString());
                return;
            }
            List<KeyAttribute> attributes = fitting.sort() == null
                    ? List.of(fitting.partition())
                    : List.of(fitting.partition(), fitting.sort());
            var item = key.toItem(fitting);
            json.writeStartObject();
            for (KeyAttribute attribute : attributes) {
                json.writeObjectFieldStart(attribute.name());
                json.writeStringField(attribute.type().name(), text(item.get(attribute.name())));
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (InvalidKeyException e) {
            json.writeString(key.toString());
        }
    }

    private static String text(@Nullable AttributeValue value) {
        if (value instanceof AttributeValue.S string) {
            return string.value();
        }
        if (value instanceof AttributeValue.N number) {
            return number.value();
        }
        return value instanceof AttributeValue.B binary
                ? Base64.getEncoder().encodeToString(binary.value().toByteArray())
                : "";
    }

    private void explain(JsonGenerator json, TableDescription description, KeyState state) throws IOException {
        CachedItem item = state.item();
        json.writeStartObject();
        json.writeStringField("table", description.table().name());
        json.writeStringField("verdict", verdict(description, state));
        json.writeBooleanField("cached", description.table().policy().cached());
        json.writeBooleanField("hearsOthers", rule.mayServe(0));
        json.writeBooleanField("recentlyWritten", state.recentlyWritten());
        if (item != null) {
            json.writeObjectFieldStart("entry");
            json.writeBooleanField("absent", item.isAbsent());
            json.writeNumberField("bytes", item.body().length);
            json.writeNumberField("ageMillis", item.ageMillis(cache.nowNanos()));
            json.writeNumberField("leftMillis", state.leftMillis());
            json.writeEndObject();
        }
        event(json, "lastMiss", state.lastMiss(), "", state.lastMissMillis());
        event(json, "lastRemoval", state.lastRemoval(), state.removalSource(), state.lastRemovalMillis());
        json.writeEndObject();
    }

    private static void event(
            JsonGenerator json, String name, @Nullable MissReason reason, String source, long agoMillis)
            throws IOException {
        if (reason == null) {
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeStringField("reason", reason.label());
        if (!source.isEmpty()) {
            json.writeStringField("source", source);
        }
        json.writeNumberField("agoMillis", agoMillis);
        json.writeEndObject();
    }

    private String verdict(TableDescription description, KeyState state) {
        CachedItem item = state.item();
        if (!description.table().policy().cached()) {
            return "DynamoDB answers: the table is not cached";
        }
        if (item != null && state.leftMillis() > 0) {
            return rule.mayServe(item.ageMillis(cache.nowNanos()))
                    ? "memory answers"
                    : "DynamoDB answers: invalidations are not heard";
        }
        if (item != null) {
            return "DynamoDB answers: the entry's time is over";
        }
        MissReason removal = state.lastRemoval();
        return "DynamoDB answers: nothing is held; "
                + (removal == null
                        ? "nothing is known of a removal"
                        : "last removed because it was " + removal.label().toLowerCase(Locale.ROOT));
    }

    private static String done(String scope, String table) {
        return json(json -> {
            json.writeStartObject();
            json.writeStringField("invalidated", scope);
            json.writeStringField("table", table);
            json.writeEndObject();
        });
    }

    private static String json(Content content) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to a string failed", e);
        }
        return text.append('\n').toString();
    }
}
