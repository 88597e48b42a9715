package io.nearside.proxy.operation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.CachedTables;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.TableDescriptionReader.Described;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What tables look like, as DynamoDB describes them.
 *
 * <p>A description is asked for by the first request that needs it, shared by all that wait for it, and asked for again in
 * the background every 15 seconds while the table is used, or soon after somebody announced a change, so that a table which was
 * created again around this proxy, or given other indexes, is noticed. One that nobody asked for during 30 seconds is not believed: whoever comes next
 * waits for a new one. When DynamoDB gives none, the last one stays in force, since nothing says that it is wrong.
 *
 * <p>A description is valid only as long as its incarnation is the one in {@link CachedTables}; whoever forgets the table there
 * forgets it here. Failures to describe a table that is not known are remembered for two seconds. Safe from any thread.
 */
final class TableDirectory {

    private static final Duration REFRESH_AFTER = Duration.ofSeconds(15);
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(30);
    private static final Duration SUSPECT_AFTER = Duration.ofSeconds(5);
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(2);
    private static final int MAX_FAILURES = 1000;
    private static final int MAX_TRIES = 3;

    private final Upstream upstream;
    private final CachedTables tables;
    private final Ticker ticker;
    private final OwnTables own = new OwnTables();
    private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Future<TableDescription>> underWay = new ConcurrentHashMap<>();
    private final Cache<String, Throwable> failures;

    TableDirectory(Upstream upstream, CachedTables tables, Ticker ticker) {
        this.upstream = upstream;
        this.tables = tables;
        this.ticker = ticker;
        this.failures = Caffeine.newBuilder()
                .maximumSize(MAX_FAILURES)
                .expireAfterWrite(FAILURE_KEPT)
                .ticker(ticker)
                .build();
    }

    /** What the descriptions so far tell of ARNs. */
    OwnTables own() {
        return own;
    }

    /** The table's description if it is at hand and can be believed. */
    @Nullable TableDescription known(String name) {
        Known entry = valid(name);
        if (entry == null) {
            return null;
        }
        long now = ticker.read();
        if (!entry.isBelieved(now)) {
            return null;
        }
        if (entry.isDue(now)) {
            describeShared(name);
        }
        return entry.description;
    }

    /** The table's description if it is at hand, can be believed and need not be asked for again now; asks for nothing. */
    @Nullable TableDescription settled(String name) {
        Known entry = valid(name);
        long now = ticker.read();
        return entry != null && entry.isBelieved(now) && !entry.mayBeDue(now) ? entry.description : null;
    }

    /** The last description of the table that is there. */
    private @Nullable Known valid(String name) {
        Known entry = known.get(name);
        if (entry != null && tables.find(name) != entry.description.table()) {
            known.remove(name, entry);
            return null;
        }
        return entry;
    }

    /** The table's description, from DynamoDB unless it is at hand. Fails when there is none to be had. */
    Future<TableDescription> describe(String name) {
        TableDescription atHand = known(name);
        if (atHand != null) {
            return Future.succeededFuture(atHand);
        }
        Throwable failure = valid(name) == null ? failures.getIfPresent(name) : null;
        return failure == null ? Contexts.onCurrent(describeShared(name)) : Future.failedFuture(failure);
    }

    private Future<TableDescription> describeShared(String name) {
        Promise<TableDescription> promise = Promise.promise();
        Future<TableDescription> running = underWay.putIfAbsent(name, promise.future());
        if (running != null) {
            return running;
        }
        asked(name).recover(failure -> lastOf(name, failure)).onComplete(result -> {
            underWay.remove(name);
            if (result.failed()) {
                failures.put(name, result.cause());
            }
            promise.handle(result);
        });
        return promise.future();
    }

    /** Never throws: everybody who needs the table waits for what comes of this. */
    private Future<TableDescription> asked(String name) {
        try {
            return ask(name, MAX_TRIES);
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }

    /** The description that stays in force while DynamoDB gives no other. */
    private Future<TableDescription> lastOf(String name, Throwable failure) {
        Known entry = valid(name);
        if (entry == null) {
            return Future.failedFuture(failure);
        }
        entry.believe(ticker.read());
        return Future.succeededFuture(entry.description);
    }

    private Future<TableDescription> ask(String name, int triesLeft) {
        long forgets = tables.forgets();
        Buffer body = Buffer.buffer("{\"TableName\":\"" + name + "\"}");
        return upstream.send(Operation.DESCRIBE_TABLE, body).compose(answer -> {
            if (tables.forgets() != forgets && triesLeft > 1) {
                return ask(name, triesLeft - 1);
            }
            return remember(name, answer);
        });
    }

    private Future<TableDescription> remember(String name, UpstreamAnswer answer) {
        if (!answer.ok()) {
            if (UpstreamErrors.isResourceNotFound(answer)) {
                tables.forget(name);
            }
            return Future.failedFuture(new UndescribedTableException("DescribeTable answered " + answer.status()));
        }
        try {
            Described described = TableDescriptionReader.read(Bodies.slice(answer.body()));
            if (described.deleting() || !described.name().equals(name)) {
                tables.forget(name);
                return Future.failedFuture(new UndescribedTableException("the table is being deleted"));
            }
            CachedTable table = open(name, described);
            table.confirm();
            own.described(name, described.arn());
            TableDescription description = new TableDescription(table, described.key(), described.indexes());
            known.put(name, new Known(description, ticker.read()));
            return Future.succeededFuture(description);
        } catch (NotUnderstoodException e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * The incarnation that was described. One that has other keys or indexes than before is taken for another table: an index that was
     * dropped and made again around this proxy has the name of the old one, and its requests look like the old one's.
     */
    private CachedTable open(String name, Described described) {
        CachedTable table = tables.open(name, described.id());
        Known before = valid(name);
        if (before == null || before.description.hasShape(described.key(), described.indexes())) {
            return table;
        }
        tables.forget(name);
        return tables.open(name, described.id());
    }

    /** One description, and when it was asked for last, successfully or not. */
    private static final class Known {

        private final TableDescription description;
        private final long describedNanos;
        private final AtomicLong askedNanos;
        private volatile long believedNanos;

        Known(TableDescription description, long describedNanos) {
            this.description = description;
            this.describedNanos = describedNanos;
            this.askedNanos = new AtomicLong(describedNanos);
            this.believedNanos = describedNanos;
        }

        boolean isBelieved(long nowNanos) {
            return nowNanos - believedNanos < BELIEVED_FOR.toNanos();
        }

        void believe(long nowNanos) {
            believedNanos = nowNanos;
        }

        /** True for one caller at a time, every so often, once it is old or has become doubtful. */
        boolean isDue(long nowNanos) {
            long asked = askedNanos.get();
            return mayBeDue(nowNanos, asked) && askedNanos.compareAndSet(asked, nowNanos);
        }

        /** Whether {@link #isDue} might be true for somebody. */
        boolean mayBeDue(long nowNanos) {
            return mayBeDue(nowNanos, askedNanos.get());
        }

        private boolean mayBeDue(long nowNanos, long asked) {
            boolean old = nowNanos - describedNanos >= REFRESH_AFTER.toNanos();
            return (old || description.table().isSuspect()) && nowNanos - asked >= SUSPECT_AFTER.toNanos();
        }
    }
}
