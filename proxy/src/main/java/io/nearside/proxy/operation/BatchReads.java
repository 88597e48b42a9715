package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers BatchGetItem: what memory holds from there, and only the rest from DynamoDB, remembering what it said.
 *
 * <p>A request that is not understood to the last byte, or that DynamoDB might refuse, goes to it untouched.
 */
final class BatchReads {

    private final Upstream upstream;
    private final TableDirectory directory;
    private final ItemCache cache;
    private final ServingRule rule;
    private final VersionInAnswers versions;
    private final ItemAnswers answers;
    private final OtherReads otherReads;
    private final ServedReads served;
    private final CacheFaults faults;

    BatchReads(
            Upstream upstream,
            TableDirectory directory,
            ItemCache cache,
            ServingRule rule,
            VersionInAnswers versions,
            ServedReads served,
            CacheFaults faults) {
        this.upstream = upstream;
        this.directory = directory;
        this.cache = cache;
        this.rule = rule;
        this.versions = versions;
        this.answers = new ItemAnswers(versions);
        this.otherReads = new OtherReads(directory, cache);
        this.served = served;
        this.faults = faults;
    }

    Future<Answer> handle(ApiRequest request) {
        BatchGetRequest batch;
        try {
            batch = BatchGetRequest.read(Bodies.slice(request.body()));
        } catch (NotUnderstoodException e) {
            return pass(request);
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
            return pass(request);
        }
        Freshness freshness = new Freshness(request.cacheControl(), rule, cache.nowNanos());
        BatchRead read;
        try {
            read = BatchRead.of(batch, descriptions(batch), cache, freshness);
        } catch (NotUnderstoodException e) {
            return pass(request);
        }
        if (!read.isComplete()) {
            return fetch(request, read, freshness.outcome(read.isConsistent()));
        }
        try {
            Buffer body = Bodies.wrap(read.answer());
            read.forEachHit(this::served);
            return Future.succeededFuture(
                    new Answer(200, body, CacheOutcome.HIT, freshness.oldestMillis, Answer.CRC32_UNKNOWN, null));
        } catch (RuntimeException e) {
            faults.met(e);
            return pass(request);
        }
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
        boolean asSaid = read.isAsCallerSaid();
        Buffer body = asSaid ? request.body() : Bodies.wrap(read.request());
        return upstream.send(request.withBody(body)).compose(answer -> {
            if (!answer.ok()) {
                if (UpstreamErrors.isResourceNotFound(answer)) {
                    read.tableNames().forEach(cache.tables()::forget);
                }
                return Future.succeededFuture(asItIs(answer, outcome));
            }
            return answered(request, read, answer, asSaid, outcome);
        });
    }

    private Future<Answer> answered(
            ApiRequest request, BatchRead read, UpstreamAnswer answer, boolean asSaid, CacheOutcome outcome) {
        try {
            read.take(Bodies.slice(answer.body()), answers, cache);
            if (!asSaid) {
                Buffer merged = Bodies.wrap(read.answer());
                read.forEachHit(this::served);
                return Future.succeededFuture(
                        new Answer(200, merged, outcome, 0, Answer.CRC32_UNKNOWN, answer.requestId()));
            }
        } catch (NotUnderstoodException e) {
            // Not what a BatchGetItem answers: nothing is kept, and the caller hears it in DynamoDB's words.
            return asSaid ? Future.succeededFuture(asItIs(answer, outcome)) : pass(request);
        } catch (RuntimeException e) {
            faults.met(e);
            return asSaid ? Future.succeededFuture(asItIs(answer, outcome)) : pass(request);
        }
        return Future.succeededFuture(asItIs(answer, outcome));
    }

    private void served(String table, CachedItem item) {
        served.served(table, Operation.BATCH_GET_ITEM, item.halfReadUnits());
    }

    private Answer asItIs(UpstreamAnswer answer, CacheOutcome outcome) {
        return versions.hide(answer).toAnswer(outcome);
    }

    private Future<Answer> pass(ApiRequest request) {
        return upstream.send(request.withBody(otherReads.body(request)))
                .map(answer -> asItIs(answer, CacheOutcome.BYPASS));
    }
}
