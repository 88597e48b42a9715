package io.nearside.proxy.operation;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.Staleness;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.Misses.Share;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers BatchGetItem: what memory holds from there, and only the rest from DynamoDB, remembering what it said.
 *
 * <p>Concurrent requests that lack the same keys share one call. A request that is not understood to the last byte, or that DynamoDB might refuse, goes to it untouched.
 */
final class BatchReads {

    private final Upstream upstream;
    private final TableDirectory directory;
    private final ItemCache cache;
    private final ServingRule rule;
    private final VersionInAnswers versions;
    private final ItemAnswers answers;
    private final Misses<Set<BatchRead.Asked>, BatchRead, UpstreamAnswer> misses;
    private final OtherReads otherReads;
    private final ServedReads served;
    private final Bypasses bypasses;
    private final ExpiredItems expired;
    private final Renewals<BatchRead.Asked> renewals;
    private final CacheFaults faults;

    BatchReads(
            Upstream upstream,
            TableDirectory directory,
            ItemCache cache,
            ServingRule rule,
            VersionInAnswers versions,
            ServedReads served,
            Bypasses bypasses,
            ExpiredItems expired,
            CacheFaults faults,
            Ticker ticker) {
        this.upstream = upstream;
        this.directory = directory;
        this.cache = cache;
        this.rule = rule;
        this.versions = versions;
        this.answers = new ItemAnswers(versions);
        this.misses = new Misses<>(read -> read.isCurrent(cache));
        this.otherReads = new OtherReads(directory, cache, served);
        this.served = served;
        this.bypasses = bypasses;
        this.expired = expired;
        this.renewals = new Renewals<>(ticker);
        this.faults = faults;
    }

    Future<Answer> handle(ApiRequest request) {
        BatchGetRequest batch;
        try {
            batch = BatchGetRequest.read(Bodies.slice(request.body()));
        } catch (NotUnderstoodException e) {
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        List<Future<TableDescription>> unknown = batch.parts().stream()
                .map(BatchGetRequest.Part::table)
                .filter(table -> directory.known(table) == null)
                .map(directory::describe)
                .toList();
        return unknown.isEmpty()
                ? handle(request, batch)
                : Future.join(unknown).transform(described -> handle(request, batch));
    }

    private Future<Answer> handle(ApiRequest request, BatchGetRequest batch) {
        if (batch.parts().stream().noneMatch(part -> isCached(part.table()))) {
            boolean known = batch.parts().stream().anyMatch(part -> directory.known(part.table()) != null);
            return pass(request, known ? BypassReason.NOT_CACHED : BypassReason.TABLE_UNKNOWN);
        }
        Freshness freshness = new Freshness(request.cacheControl(), rule, cache.nowNanos());
        BatchRead read;
        try {
            read = BatchRead.of(batch, descriptions(batch), cache, freshness);
        } catch (NotUnderstoodException e) {
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        if (!read.isComplete()) {
            return staleOrFetched(request, read, freshness);
        }
        renew(request, read);
        return merged(request, read, CacheOutcome.HIT, freshness.oldestMillis, null);
    }

    /** What memory still has although its time is over may spare the call, or stand in for one that fails. */
    private Future<Answer> staleOrFetched(ApiRequest request, BatchRead read, Freshness freshness) {
        Freshness late = new Freshness(request.cacheControl(), rule, cache.nowNanos());
        if (read.fallBack(cache, Staleness::whileRevalidateNanos, late)) {
            renew(request, read);
            return stale(request, read, freshness, late);
        }
        Future<Answer> asked = fetch(request, read, outcome(freshness, read));
        return !read.toleratesErrors()
                ? asked
                : asked.transform(result -> {
                    Freshness instead = new Freshness(request.cacheControl(), rule, cache.nowNanos());
                    boolean usable = UpstreamErrors.areOfEnvironment(result)
                            && read.fallBack(cache, Staleness::ifErrorNanos, instead);
                    return usable ? stale(request, read, freshness, instead) : asked;
                });
    }

    private Future<Answer> stale(ApiRequest request, BatchRead read, Freshness found, Freshness late) {
        return merged(request, read, CacheOutcome.STALE, Math.max(found.oldestMillis, late.oldestMillis), null);
    }

    /** In the background, in one call, what is near its end or past it. */
    private void renew(ApiRequest request, BatchRead read) {
        BatchRead renewal = read.renewal(cache, renewals::begin);
        if (renewal != null) {
            misses.read(
                    renewal.asked(),
                    renewal,
                    mine -> send(request, mine, Bodies.wrap(mine.request())).onSuccess(answer -> {
                        if (answer.ok()) {
                            take(mine, answer);
                        }
                    }));
        }
    }

    private CacheOutcome outcome(Freshness freshness, BatchRead read) {
        CacheOutcome outcome = freshness.outcome(read.isConsistent());
        if (outcome == CacheOutcome.BYPASS) {
            bypasses.met(
                    Operation.BATCH_GET_ITEM, read.isConsistent() ? BypassReason.CONSISTENT : BypassReason.NOT_HEARING);
        }
        return outcome;
    }

    private boolean isCached(String table) {
        TableDescription description = directory.known(table);
        return description != null && description.table().policy().cached();
    }

    private Map<String, TableDescription> descriptions(BatchGetRequest batch) {
        Map<String, TableDescription> known = new HashMap<>();
        for (BatchGetRequest.Part part : batch.parts()) {
            TableDescription description = directory.known(part.table());
            if (description != null) {
                known.put(part.table(), description);
            }
        }
        return known;
    }

    /** What a caller takes from memory, and what it came to. */
    private static final class Freshness implements BatchRead.Acceptance {

        private final CacheControl control;
        private final ServingRule rule;
        private final long nowNanos;
        private long oldestMillis;
        private boolean refused;

        Freshness(CacheControl control, ServingRule rule, long nowNanos) {
            this.control = control;
            this.rule = rule;
            this.nowNanos = nowNanos;
            this.refused = control.noCache();
        }

        @Override
        public boolean accepts(CachedItem item) {
            long age = item.ageMillis(nowNanos);
            boolean wanted = control.accepts(age);
            refused |= !wanted;
            boolean accepted = wanted && rule.mayServe(age);
            oldestMillis = accepted ? Math.max(oldestMillis, age) : oldestMillis;
            return accepted;
        }

        /** How the answer comes about if DynamoDB has to be asked for any of it. */
        CacheOutcome outcome(boolean consistent) {
            if (consistent || !rule.mayServe(0)) {
                return CacheOutcome.BYPASS;
            }
            return refused ? CacheOutcome.REFRESH : CacheOutcome.MISS;
        }
    }

    private Future<Answer> fetch(ApiRequest request, BatchRead read, CacheOutcome outcome) {
        if (read.isPartlyConsistent() || outcome == CacheOutcome.REFRESH) {
            return call(request, read).compose(answer -> made(request, read, answer, outcome));
        }
        Share<UpstreamAnswer> share = misses.read(read.asked(), read, mine -> call(request, mine));
        return share.result()
                .compose(answer ->
                        share.joined() ? joined(request, read, answer) : made(request, read, answer, outcome));
    }

    private Future<UpstreamAnswer> call(ApiRequest request, BatchRead read) {
        return send(request, read, read.isAsCallerSaid() ? request.body() : Bodies.wrap(read.request()));
    }

    private Future<UpstreamAnswer> send(ApiRequest request, BatchRead read, Buffer body) {
        if (read.isUpgraded()) {
            served.upgraded(Operation.BATCH_GET_ITEM);
        }
        return upstream.send(request.withBody(body)).onSuccess(answer -> {
            if (UpstreamErrors.isResourceNotFound(answer)) {
                read.tableNames().forEach(cache.tables()::forget);
            }
        });
    }

    /** DynamoDB was asked for this caller: where it was asked as the caller said, its bytes go through. */
    private Future<Answer> made(ApiRequest request, BatchRead read, UpstreamAnswer answer, CacheOutcome outcome) {
        boolean understood = answer.ok() && take(read, answer);
        if (!answer.ok() || (read.isAsCallerSaid() && !(understood && read.hide(expired)))) {
            return Future.succeededFuture(asItIs(answer, outcome));
        }
        return understood
                ? merged(request, read, outcome, 0, answer.requestId())
                : pass(request, BypassReason.NOT_UNDERSTOOD);
    }

    /** DynamoDB was asked for somebody else, who wanted the same keys. */
    private Future<Answer> joined(ApiRequest request, BatchRead read, UpstreamAnswer answer) {
        if (!answer.ok()) {
            return Future.succeededFuture(asItIs(answer, CacheOutcome.COALESCED));
        }
        read.join();
        return take(read, answer)
                ? merged(request, read, CacheOutcome.COALESCED, 0, null)
                : pass(request, BypassReason.NOT_UNDERSTOOD);
    }

    /** Keeps what DynamoDB said; false if that is not what a BatchGetItem answers, and then nothing is kept. */
    private boolean take(BatchRead read, UpstreamAnswer answer) {
        try {
            read.take(Bodies.slice(answer.body()), answers, cache);
            return true;
        } catch (NotUnderstoodException e) {
            return false;
        } catch (Throwable e) {
            faults.met(e);
            return false;
        }
    }

    private Future<Answer> merged(
            ApiRequest request, BatchRead read, CacheOutcome outcome, long ageMillis, @Nullable String requestId) {
        try {
            read.hide(expired);
            Buffer body = Bodies.wrap(read.answer());
            read.forEachHit(this::served);
            return Future.succeededFuture(new Answer(200, body, outcome, ageMillis, Answer.CRC32_UNKNOWN, requestId));
        } catch (Throwable e) {
            faults.met(e);
            return pass(request, BypassReason.FAULT);
        }
    }

    private void served(String table, CachedItem item) {
        served.served(table, Operation.BATCH_GET_ITEM, item.halfReadUnits());
    }

    private Answer asItIs(UpstreamAnswer answer, CacheOutcome outcome) {
        return versions.hide(answer).toAnswer(outcome);
    }

    private Future<Answer> pass(ApiRequest request, BypassReason why) {
        bypasses.met(request.operation(), why);
        return upstream.send(request.withBody(otherReads.body(request)))
                .map(answer -> asItIs(answer, CacheOutcome.BYPASS));
    }
}
