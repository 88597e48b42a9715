package io.nearside.proxy.operation;

import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.Fill;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.Staleness;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.expression.Projection;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One BatchGetItem under way: which of its keys memory answered, which DynamoDB is asked for, and the one answer made of both.
 * Used by one thread at a time, but for {@link #isCurrent}, which others may ask.
 */
final class BatchRead {

    /** The most that DynamoDB returns in one answer; what does not fit is left for the caller to ask again. */
    private static final int MOST_BYTES = 16 << 20;

    private final Capacity capacity;
    private final List<Table> tables = new ArrayList<>(1);
    private final List<JsonSlice> consumed = new ArrayList<>();
    private boolean joined;

    private BatchRead(Capacity capacity) {
        this.capacity = capacity;
    }

    /** What is asked of one table. */
    private record Table(BatchGetRequest.Part part, TableDescription description, Map<ItemKey, Wanted> wanted) {

        boolean isAsked() {
            return wanted.values().stream().anyMatch(w -> !w.isHit());
        }

        boolean mustReadStrongly() {
            return part.consistent()
                    || wanted.values().stream().anyMatch(w -> w.fill != null && w.fill.mustReadStrongly());
        }
    }

    /** One key; compared by identity. */
    private static final class Wanted {

        private final JsonSlice spelled;
        private @Nullable CachedItem item;
        private @Nullable Fill fill;
        private boolean unprocessed;
        private boolean due;

        Wanted(JsonSlice spelled) {
            this.spelled = spelled;
        }

        boolean isHit() {
            return fill == null;
        }

        int length() {
            return item == null ? 0 : item.body().length;
        }
    }

    /** Whether what is known of a key may be given to the caller. */
    interface Acceptance {
        boolean accepts(CachedItem item);
    }

    /**
     * Looks everything up, and notes the counters of what has to be asked for.
     *
     * @param descriptions of all tables of the request, by name
     * @throws NotUnderstoodException if DynamoDB might refuse a key, or finds one given twice
     */
    static BatchRead of(
            BatchGetRequest request, Map<String, TableDescription> descriptions, ItemCache cache, Acceptance acceptance)
            throws NotUnderstoodException {
        BatchRead read = new BatchRead(request.capacity());
        for (BatchGetRequest.Part part : request.parts()) {
            TableDescription description = descriptions.get(part.table());
            if (description == null) {
                throw new NotUnderstoodException("a table that is not described");
            }
            if (description.mayRefuse(part.projection())) {
                throw new NotUnderstoodException("a projection into a key attribute");
            }
            // In the order of the request, so that what does not fit is at its end.
            Table table = new Table(part, description, new LinkedHashMap<>());
            for (JsonSlice spelled : part.keys()) {
                ItemKey key = KeyReader.key(spelled, description.key());
                if (table.wanted.put(key, new Wanted(spelled)) != null) {
                    throw new NotUnderstoodException("a key given twice");
                }
            }
            read.tables.add(table);
        }
        read.lookUp(cache, acceptance);
        return read;
    }

    private void lookUp(ItemCache cache, Acceptance acceptance) {
        for (Table table : tables) {
            CachedTable of = table.description.table();
            table.wanted.forEach((key, wanted) -> {
                CachedItem item = table.part.consistent() ? null : cache.getOfBatch(of, key);
                if (item != null && acceptance.accepts(item)) {
                    wanted.item = item;
                    wanted.due = cache.isDue(of, key, item);
                } else {
                    wanted.fill = cache.beginFill(of, key);
                }
            });
        }
    }

    /**
     * Makes do with what memory still has although its time is over: of everything that DynamoDB would have to be asked for,
     * or of nothing, since that would not spare the call.
     *
     * @param bound how long past its end an entry may be used
     * @return whether memory now answers all of it
     */
    boolean fallBack(ItemCache cache, ToLongFunction<Staleness> bound, Acceptance acceptance) {
        Map<Wanted, CachedItem> found = new HashMap<>();
        for (Table table : tables) {
            CachedTable of = table.description.table();
            long atMostNanos =
                    table.part.consistent() ? 0 : bound.applyAsLong(of.policy().staleness());
            for (Map.Entry<ItemKey, Wanted> each : table.wanted.entrySet()) {
                if (!each.getValue().isHit()) {
                    CachedItem item = cache.getStale(of, each.getKey(), atMostNanos);
                    if (item == null || !acceptance.accepts(item)) {
                        return false;
                    }
                    found.put(each.getValue(), item);
                }
            }
        }
        found.forEach((wanted, item) -> {
            wanted.item = item;
            wanted.fill = null;
            wanted.due = true;
        });
        return true;
    }

    /** Whether the policy of a table that DynamoDB is asked for lets memory answer when DynamoDB cannot. */
    boolean toleratesErrors() {
        return tables.stream()
                .anyMatch(
                        table -> table.description.table().policy().staleness().ifErrorNanos() > 0);
    }

    /**
     * A read of what memory answered and should be renewed.
     *
     * @param begins whether it is time for a key
     * @return null if there is nothing to renew
     */
    @Nullable BatchRead renewal(ItemCache cache, Predicate<Asked> begins) {
        BatchRead renewal = new BatchRead(Capacity.NONE);
        for (Table table : tables) {
            CachedTable of = table.description.table();
            Map<ItemKey, Wanted> due = new LinkedHashMap<>();
            table.wanted.forEach((key, wanted) -> {
                if (wanted.due && begins.test(new Asked(of, key))) {
                    Wanted again = new Wanted(wanted.spelled);
                    again.fill = cache.beginFill(of, key);
                    due.put(key, again);
                }
            });
            if (!due.isEmpty()) {
                renewal.tables.add(new Table(table.part, table.description, due));
            }
        }
        return renewal.tables.isEmpty() ? null : renewal;
    }

    /** Whether memory answered all of it. */
    boolean isComplete() {
        return tables.stream().noneMatch(Table::isAsked);
    }

    /** Whether all of it is asked for strongly by the caller's own word. */
    boolean isConsistent() {
        return tables.stream().allMatch(table -> table.part.consistent());
    }

    /** Whether any of it is. */
    boolean isPartlyConsistent() {
        return tables.stream().anyMatch(table -> table.part.consistent());
    }

    /** A key of a table that DynamoDB is asked for. */
    record Asked(CachedTable table, ItemKey key) {}

    /** What DynamoDB is asked for. */
    Set<Asked> asked() {
        Set<Asked> asked = new HashSet<>();
        for (Table table : tables) {
            table.wanted.forEach((key, wanted) -> {
                if (!wanted.isHit()) {
                    asked.add(new Asked(table.description.table(), key));
                }
            });
        }
        return asked;
    }

    /** Whether nothing of what is asked for was written since it was, so that a reader who comes now may share the answer. */
    boolean isCurrent(ItemCache cache) {
        return tables.stream()
                .flatMap(table -> table.wanted.values().stream())
                .allMatch(wanted -> wanted.fill == null || cache.isCurrent(wanted.fill));
    }

    /** Somebody else asks DynamoDB, hears what that consumes, and keeps what it says. */
    void join() {
        joined = true;
    }

    /** Whether DynamoDB is asked for exactly what the caller asked for, in the same manner. */
    boolean isAsCallerSaid() {
        return tables.stream()
                .allMatch(table -> table.part.projection() == null
                        && table.wanted.values().stream().allMatch(w -> !w.isHit())
                        && table.mustReadStrongly() == table.part.consistent());
    }

    /** Whether more of what DynamoDB is asked for is read strongly than the caller asked for. */
    boolean isUpgraded() {
        return tables.stream()
                .anyMatch(table -> table.isAsked() && !table.part.consistent() && table.mustReadStrongly());
    }

    /** Takes out of the answer what is to be hidden, but of what is read strongly; tells whether that was anything. */
    boolean hide(ExpiredItems expired) {
        boolean any = false;
        for (Table table : tables) {
            TablePolicy policy = table.description.table().policy();
            if (policy.hidesExpiredBy() != null && !table.part.consistent()) {
                for (Wanted wanted : table.wanted.values()) {
                    CachedItem item = wanted.item;
                    wanted.item = item == null ? null : expired.shown(policy, item);
                    any |= wanted.item != item;
                }
            }
        }
        return any;
    }

    /** Tells what memory answered. */
    void forEachHit(Hit hit) {
        for (Table table : tables) {
            for (Wanted wanted : table.wanted.values()) {
                if (wanted.isHit() && wanted.item != null && !wanted.unprocessed) {
                    hit.served(table.part.table(), wanted.item);
                }
            }
        }
    }

    /** Takes note of an answer from memory. */
    interface Hit {
        void served(String table, CachedItem item);
    }

    /** The names of the tables. */
    List<String> tableNames() {
        return tables.stream().map(table -> table.part.table()).toList();
    }

    /** A request for what memory did not answer, for whole items. */
    byte[] request() {
        ByteArrayOutputStream body = new ByteArrayOutputStream(512);
        write(body, "{\"RequestItems\":{");
        String comma = "";
        for (Table table : tables) {
            if (table.isAsked()) {
                write(body, comma + "\"" + table.part.table() + "\":{\"Keys\":[");
                comma = ",";
                writeAll(
                        body,
                        table.wanted.values().stream()
                                .filter(w -> !w.isHit())
                                .map(w -> w.spelled)
                                .toList());
                write(body, table.mustReadStrongly() ? "],\"ConsistentRead\":true}" : "]}");
            }
        }
        write(body, capacity == Capacity.NONE ? "}}" : "},\"ReturnConsumedCapacity\":\"" + capacity + "\"}");
        return body.toByteArray();
    }

    /**
     * Takes what DynamoDB answered, and keeps it where nothing moved meanwhile, unless somebody else does.
     *
     * @throws NotUnderstoodException if that is not an answer to the request; nothing is kept then
     */
    void take(JsonSlice answer, ItemAnswers answers, ItemCache cache) throws NotUnderstoodException {
        long now = cache.nowNanos();
        JsonCursor cursor = answer.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("Responses")) {
                forEachElement(cursor, (table, item) -> {
                    ItemKey key = KeyReader.keyOfItem(item, table.description.key());
                    asked(table, key).item = answers.present(item, table.mustReadStrongly(), now);
                });
            } else if (cursor.nameIs("UnprocessedKeys")) {
                unprocessed(cursor);
            } else if (cursor.nameIs("ConsumedCapacity")) {
                cursor.enterArray();
                while (cursor.nextElement()) {
                    consumed.add(cursor.skipValue());
                }
            } else {
                cursor.skipValue();
            }
        }
        cursor.finish();
        for (Table table : tables) {
            boolean strong = table.mustReadStrongly();
            for (Wanted wanted : table.wanted.values()) {
                if (wanted.fill != null && !wanted.unprocessed) {
                    wanted.item = wanted.item == null ? CachedItem.absent(strong, now) : wanted.item;
                    if (!joined) {
                        cache.install(wanted.fill, wanted.item);
                    }
                }
            }
        }
    }

    private void unprocessed(JsonCursor cursor) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            Table table = named(cursor);
            cursor.enterObject();
            while (cursor.nextName()) {
                if (cursor.nameIs("Keys")) {
                    cursor.enterArray();
                    while (cursor.nextElement()) {
                        ItemKey key = KeyReader.key(cursor.skipValue(), table.description.key());
                        asked(table, key).unprocessed = true;
                    }
                } else {
                    cursor.skipValue();
                }
            }
        }
    }

    @FunctionalInterface
    private interface Element {
        void take(Table table, JsonSlice value) throws NotUnderstoodException;
    }

    private void forEachElement(JsonCursor cursor, Element element) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            Table table = named(cursor);
            cursor.enterArray();
            while (cursor.nextElement()) {
                element.take(table, cursor.skipValue());
            }
        }
    }

    private Table named(JsonCursor cursor) throws NotUnderstoodException {
        String name = cursor.nameText();
        return tables.stream()
                .filter(table -> table.part.table().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotUnderstoodException("a table that was not asked"));
    }

    private static Wanted asked(Table table, ItemKey key) throws NotUnderstoodException {
        Wanted wanted = table.wanted.get(key);
        if (wanted == null || wanted.fill == null) {
            throw new NotUnderstoodException("a key that was not asked for");
        }
        return wanted;
    }

    /** The answer, in DynamoDB's shape. */
    byte[] answer() {
        leaveOutWhatDoesNotFit();
        ByteArrayOutputStream body = new ByteArrayOutputStream(4096);
        write(body, "{\"Responses\":{");
        String comma = "";
        for (Table table : tables) {
            write(body, comma + "\"" + table.part.table() + "\":[");
            comma = ",";
            writeItems(body, table);
            write(body, "]");
        }
        write(body, "},\"UnprocessedKeys\":{");
        writeUnprocessed(body);
        write(body, "}");
        writeConsumed(body);
        write(body, "}");
        return body.toByteArray();
    }

    private void leaveOutWhatDoesNotFit() {
        List<Wanted> all =
                tables.stream().flatMap(table -> table.wanted.values().stream()).toList();
        int taken = all.stream()
                .mapToInt(wanted -> wanted.isHit() ? 0 : wanted.length())
                .sum();
        for (Wanted wanted : all) {
            if (wanted.isHit()) {
                wanted.unprocessed = taken > 0 && taken + wanted.length() > MOST_BYTES;
                taken += wanted.unprocessed ? 0 : wanted.length();
            }
        }
    }

    private static void writeItems(ByteArrayOutputStream body, Table table) {
        Projection projection = table.part.projection();
        String comma = "";
        for (Wanted wanted : table.wanted.values()) {
            CachedItem item = wanted.item;
            if (item != null && !item.isAbsent() && !wanted.unprocessed) {
                write(body, comma);
                comma = ",";
                JsonSlice json = ItemAnswers.item(item);
                if (projection == null) {
                    body.write(json.bytes(), json.from(), json.length());
                } else {
                    body.writeBytes(projection.apply(json.bytes(), json.from(), json.to()));
                }
            }
        }
    }

    /** To be asked again by the caller as it was asked the first time, projections and all. */
    private void writeUnprocessed(ByteArrayOutputStream body) {
        String comma = "";
        for (Table table : tables) {
            List<JsonSlice> keys = table.wanted.values().stream()
                    .filter(w -> w.unprocessed)
                    .map(w -> w.spelled)
                    .toList();
            if (!keys.isEmpty()) {
                write(body, comma + "\"" + table.part.table() + "\":{\"Keys\":[");
                comma = ",";
                writeAll(body, keys);
                write(body, table.part.manner().isEmpty() ? "]" : "],");
                writeAll(body, table.part.manner());
                write(body, "}");
            }
        }
    }

    /** What DynamoDB said that its part consumed, and nothing for tables that memory answered alone. */
    private void writeConsumed(ByteArrayOutputStream body) {
        if (capacity == Capacity.NONE) {
            return;
        }
        write(body, ",\"ConsumedCapacity\":[");
        List<JsonSlice> own = joined ? List.of() : consumed;
        writeAll(body, own);
        String comma = own.isEmpty() ? "" : ",";
        for (Table table : tables) {
            if (joined || !table.isAsked()) {
                write(body, comma);
                body.writeBytes(ZeroCapacity.of(table.part.table(), capacity, null, false));
                comma = ",";
            }
        }
        write(body, "]");
    }

    private static void writeAll(ByteArrayOutputStream body, List<JsonSlice> slices) {
        String comma = "";
        for (JsonSlice slice : slices) {
            write(body, comma);
            body.write(slice.bytes(), slice.from(), slice.length());
            comma = ",";
        }
    }

    private static void write(ByteArrayOutputStream body, String ascii) {
        body.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
