package io.nearside.proxy.operation;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.proxy.cache.CachedPage;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.PageFill;
import io.nearside.proxy.cache.Staleness;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.Misses.Share;
import io.nearside.proxy.operation.TableDescription.Index;
import io.nearside.proxy.query.KeyInterval;
import io.nearside.proxy.query.PageKey;
import io.nearside.proxy.query.PageRequest;
import io.nearside.proxy.query.QueryRequest;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers Query and Scan: page by page from memory where that is right, else from DynamoDB, remembering what it said. */
final class Queries {

    private final Upstream upstream;
    private final TableDirectory directory;
    private final ItemCache items;
    private final PageCache pages;
    private final ServingRule rule;
    private final VersionInAnswers versions;
    private final PageAnswers answers = new PageAnswers();
    private final OtherReads otherReads;
    private final Misses<Named, PageFill, Result> misses;
    private final ServedReads served;
    private final Bypasses bypasses;
    private final ExpiredItems expired;
    private final Renewals<Named> renewals;
    private final CacheFaults faults;

    Queries(
            Upstream upstream,
            TableDirectory directory,
            ItemCache items,
            PageCache pages,
            ServingRule rule,
            VersionInAnswers versions,
            ServedReads served,
            Bypasses bypasses,
            ExpiredItems expired,
            CacheFaults faults,
            Ticker ticker) {
        this.upstream = upstream;
        this.directory = directory;
        this.items = items;
        this.pages = pages;
        this.rule = rule;
        this.versions = versions;
        this.otherReads = new OtherReads(directory, items, served);
        this.misses = new Misses<>(pages::isCurrent);
        this.served = served;
        this.bypasses = bypasses;
        this.expired = expired;
        this.renewals = new Renewals<>(ticker);
        this.faults = faults;
    }

    /**
     * A request for one page that is fully understood.
     *
     * @param index empty for the table itself
     * @param partition null for a scan
     */
    private record Wanted(
            Operation operation,
            TableDescription table,
            String index,
            boolean global,
            @Nullable ItemKey partition,
            PageRequest page,
            boolean consistent,
            Capacity capacity) {

        Named named() {
            return new Named(table.table(), index, page.key());
        }
    }

    private record Named(CachedTable table, String index, PageKey key) {}

    /**
     * What a call brought.
     *
     * @param answer DynamoDB's answer, as callers may see it
     * @param page what the cache could keep of it; null if nothing
     */
    private record Result(UpstreamAnswer answer, @Nullable CachedPage page) {}

    Future<Answer> handle(ApiRequest request) {
        QueryRequest query;
        try {
            QueryRequest.Kind kind =
                    request.operation() == Operation.SCAN ? QueryRequest.Kind.SCAN : QueryRequest.Kind.QUERY;
            query = QueryRequest.read(kind, Bodies.slice(request.body()));
        } catch (NotUnderstoodException e) {
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        TableDescription table = directory.known(query.table());
        return table == null
                ? directory
                        .describe(query.table())
                        .transform(described -> described.succeeded()
                                ? handle(request, query, described.result())
                                : pass(request, BypassReason.TABLE_UNKNOWN))
                : handle(request, query, table);
    }

    private Future<Answer> handle(ApiRequest request, QueryRequest query, TableDescription table) {
        TablePolicy policy = table.table().policy();
        if (!policy.cached() || (query.kind() == QueryRequest.Kind.SCAN && !policy.scans())) {
            return pass(request, BypassReason.NOT_CACHED);
        }
        Wanted wanted;
        try {
            wanted = wanted(query, table);
        } catch (NotUnderstoodException e) {
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        if (wanted == null) {
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        if (wanted.consistent) {
            bypasses.met(wanted.operation, BypassReason.CONSISTENT);
            return fetch(request, wanted, beginFill(wanted))
                    .map(result -> result.answer().toAnswer(CacheOutcome.BYPASS));
        }
        CachedPage page = pages.get(table.table(), wanted.index, wanted.partition, wanted.page.key());
        long age = page == null ? 0 : page.ageMillis(items.nowNanos());
        boolean acceptable = request.cacheControl().accepts(age);
        if (page != null && acceptable && rule.mayServe(age)) {
            if (pages.isDue(table.table(), wanted.index, wanted.partition, wanted.page.key(), page)) {
                renew(request, wanted);
            }
            return Future.succeededFuture(fromMemory(page, wanted, CacheOutcome.HIT, age));
        }
        return acceptable
                ? staleOrMiss(request, wanted)
                : fetch(request, wanted, beginFill(wanted)).map(result -> made(result, wanted, CacheOutcome.REFRESH));
    }

    private Answer fromMemory(CachedPage page, Wanted wanted, CacheOutcome outcome, long age) {
        served.served(wanted.table.table().name(), wanted.operation, page.halfReadUnits());
        return unasked(page, wanted, outcome, age);
    }

    private Future<Answer> staleOrMiss(ApiRequest request, Wanted wanted) {
        Staleness staleness = wanted.table.table().policy().staleness();
        Answer stale = stale(request, wanted, staleness.whileRevalidateNanos());
        if (stale != null) {
            renew(request, wanted);
            return Future.succeededFuture(stale);
        }
        Future<Answer> asked = miss(request, wanted);
        return staleness.ifErrorNanos() == 0
                ? asked
                : asked.transform(result -> {
                    Answer instead = UpstreamErrors.areOfEnvironment(result)
                            ? stale(request, wanted, staleness.ifErrorNanos())
                            : null;
                    return instead == null ? asked : Future.succeededFuture(instead);
                });
    }

    /** What memory still has although its time is over, if it may be given; else null. */
    private @Nullable Answer stale(ApiRequest request, Wanted wanted, long atMostNanos) {
        CachedPage page =
                pages.getStale(wanted.table.table(), wanted.index, wanted.partition, wanted.page.key(), atMostNanos);
        if (page == null) {
            return null;
        }
        long age = page.ageMillis(items.nowNanos());
        return request.cacheControl().accepts(age) && rule.mayServe(age)
                ? fromMemory(page, wanted, CacheOutcome.STALE, age)
                : null;
    }

    private void renew(ApiRequest request, Wanted wanted) {
        if (renewals.begin(wanted.named())) {
            misses.read(wanted.named(), beginFill(wanted), fill -> fetch(request, wanted, fill));
        }
    }

    private Future<Answer> miss(ApiRequest request, Wanted wanted) {
        CacheOutcome outcome = rule.mayServe(0) ? CacheOutcome.MISS : CacheOutcome.BYPASS;
        if (outcome == CacheOutcome.BYPASS) {
            bypasses.met(wanted.operation, BypassReason.NOT_HEARING);
        }
        Share<Result> share = misses.read(wanted.named(), beginFill(wanted), fill -> fetch(request, wanted, fill));
        return share.result().map(result -> share.joined() ? joined(result, wanted) : made(result, wanted, outcome));
    }

    private Answer made(Result result, Wanted wanted, CacheOutcome outcome) {
        UpstreamAnswer answer = result.answer();
        TablePolicy policy = wanted.table.table().policy();
        if (policy.hidesExpiredBy() == null || !answer.ok()) {
            return answer.toAnswer(outcome);
        }
        JsonSlice body = Bodies.slice(answer.body());
        JsonSlice shown = expired.shown(policy, body);
        return shown == body
                ? answer.toAnswer(outcome)
                : new UpstreamAnswer(answer.status(), Bodies.wrap(shown.bytes()), answer.requestId()).toAnswer(outcome);
    }

    private Answer joined(Result result, Wanted wanted) {
        CachedPage page = result.page();
        return page == null
                ? made(result, wanted, CacheOutcome.COALESCED)
                : unasked(page, wanted, CacheOutcome.COALESCED, 0);
    }

    private Answer unasked(CachedPage page, Wanted wanted, CacheOutcome outcome, long age) {
        CachedTable of = wanted.table.table();
        TablePolicy policy = of.policy();
        CachedPage shown = policy.hidesExpiredBy() == null ? page : expired.shown(policy, page);
        return answers.toAnswer(shown, of.name(), wanted.index, wanted.global, wanted.capacity, outcome, age);
    }

    private PageFill beginFill(Wanted wanted) {
        CachedTable table = wanted.table.table();
        return wanted.partition == null
                ? pages.beginScan(table, wanted.index, wanted.global, wanted.consistent)
                : pages.beginFill(table, wanted.index, wanted.global, wanted.partition);
    }

    private static @Nullable Wanted wanted(QueryRequest query, TableDescription table) throws NotUnderstoodException {
        String name = query.index();
        Index index = name == null
                ? null
                : table.indexes().stream()
                        .filter(i -> i.name().equals(name))
                        .findFirst()
                        .orElse(null);
        KeySchema indexKey = index == null ? null : index.key();
        if (name != null && indexKey == null) {
            return null;
        }
        boolean global = index != null && index.global();
        PageRequest page = query.page(table.key(), indexKey);
        if (global && query.consistent()) {
            return null;
        }
        return new Wanted(
                query.kind() == QueryRequest.Kind.SCAN ? Operation.SCAN : Operation.QUERY,
                table,
                name == null ? "" : name,
                global,
                page.partition(),
                page,
                query.consistent(),
                Capacity.valueOf(query.returnConsumedCapacity()));
    }

    /** Asks DynamoDB, strongly if a replica might lag, and remembers the answer if nothing moved meanwhile. */
    private Future<Result> fetch(ApiRequest request, Wanted wanted, PageFill fill) {
        boolean strong = wanted.consistent || fill.mustReadStrongly();
        boolean upgraded = strong && !wanted.consistent;
        Buffer body = upgraded ? OtherReads.strongly(request.body()) : request.body();
        if (upgraded) {
            served.upgraded(wanted.operation);
        }
        return upstream.send(request.withBody(body)).map(answer -> {
            UpstreamAnswer shown = versions.hide(answer);
            return new Result(shown, remember(fill, wanted, strong, shown));
        });
    }

    private @Nullable CachedPage remember(PageFill fill, Wanted wanted, boolean strong, UpstreamAnswer answer) {
        if (!answer.ok()) {
            if (UpstreamErrors.isResourceNotFound(answer)) {
                items.tables().forget(wanted.table.table().name());
            }
            return null;
        }
        try {
            JsonSlice body = Bodies.slice(answer.body());
            Optional<KeyInterval> covered = wanted.page.covered(body);
            CachedPage page = new CachedPage(answers.withoutCapacity(body), strong, items.nowNanos());
            pages.install(fill, wanted.page.key(), covered.orElse(null), page);
            return page;
        } catch (NotUnderstoodException e) {
            // Not what a Query or Scan answers: passed on, not kept.
            return null;
        } catch (Throwable e) {
            faults.met(e);
            return null;
        }
    }

    private Future<Answer> pass(ApiRequest request, BypassReason why) {
        bypasses.met(request.operation(), why);
        Buffer body = otherReads.body(request);
        return upstream.send(request.withBody(body))
                .map(answer -> versions.hide(answer).toAnswer(CacheOutcome.BYPASS));
    }
}
