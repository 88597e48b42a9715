package io.nearside.proxy.operation;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.Fill;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.Staleness;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.expression.MalformedItemException;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.Misses.Share;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers GetItem: from memory where that is right, else from DynamoDB, remembering what it said.
 *
 * <p>Only requests that are understood to the last byte are served from memory, so that everything DynamoDB would refuse
 * is refused by DynamoDB. A read of parts of an item asks DynamoDB for the whole one, and projects it here.
 */
final class ItemReads {

    private final Upstream upstream;
    private final TableDirectory directory;
    private final ItemCache cache;
    private final ServingRule rule;
    private final LongPredicate mayServe;
    private final Misses<Wanted, Fill, Result> misses;
    private final VersionInAnswers versions;
    private final ItemAnswers answers;
    private final OtherReads otherReads;
    private final ServedReads served;
    private final Bypasses bypasses;
    private final ExpiredItems expired;
    private final Renewals<Wanted> renewals;
    private final CacheFaults faults;

    ItemReads(
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
        this.mayServe = rule::mayServe;
        this.misses = new Misses<>(cache::isCurrent);
        this.versions = versions;
        this.answers = new ItemAnswers(versions);
        this.otherReads = new OtherReads(directory, cache, served);
        this.served = served;
        this.bypasses = bypasses;
        this.expired = expired;
        this.renewals = new Renewals<>(ticker);
        this.faults = faults;
    }

    private record Wanted(CachedTable table, ItemKey key) {}

    /**
     * What a call brought.
     *
     * @param answer DynamoDB's answer
     * @param item what it says about the key; null when it says nothing the cache could keep
     * @param consumed what it says about capacity; null if nothing
     */
    private record Result(
            UpstreamAnswer answer,
            @Nullable CachedItem item,
            @Nullable JsonSlice consumed) {

        Result(UpstreamAnswer answer) {
            this(answer, null, null);
        }
    }

    Future<Answer> handle(ApiRequest request) {
        GetItemRequest get;
        try {
            get = GetItemRequest.read(Bodies.slice(request.body()));
        } catch (NotUnderstoodException e) {
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        TableDescription table = directory.known(get.table());
        return table == null
                ? directory
                        .describe(get.table())
                        .transform(described -> described.succeeded()
                                ? handle(request, get, described.result())
                                : pass(request, BypassReason.TABLE_UNKNOWN))
                : handle(request, get, table);
    }

    /**
     * What memory has for a request, if it may be given as it is and nothing has to be done beside; else null, and then nothing
     * was counted.
     */
    @Nullable CachedItem settled(JsonSlice body) {
        try {
            GetItemRequest get = GetItemRequest.read(body);
            boolean plain = get.understood()
                    && !get.consistent()
                    && get.capacity() == Capacity.NONE
                    && get.projection() == null;
            TableDescription table = plain ? directory.settled(get.table()) : null;
            if (table == null || !table.table().policy().cached()) {
                return null;
            }
            CachedItem item = cache.getSettled(table.table(), KeyReader.key(get.key(), table.key()), mayServe);
            if (item == null) {
                return null;
            }
            CachedItem shown = expired.shown(table.table().policy(), item);
            served.served(get.table(), Operation.GET_ITEM, shown.halfReadUnits());
            return shown;
        } catch (NotUnderstoodException e) {
            return null;
        } catch (Throwable e) {
            faults.met(e);
            return null;
        }
    }

    private Future<Answer> handle(ApiRequest request, GetItemRequest get, TableDescription table) {
        ItemKey key;
        try {
            key = KeyReader.key(get.key(), table.key());
        } catch (NotUnderstoodException e) {
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        if (table.mayRefuse(get.projection())) {
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        if (!get.understood() || !table.table().policy().cached()) {
            bypasses.met(Operation.GET_ITEM, get.understood() ? BypassReason.NOT_CACHED : BypassReason.NOT_UNDERSTOOD);
            return passUncached(request, get, key);
        }
        if (get.consistent()) {
            bypasses.met(Operation.GET_ITEM, BypassReason.CONSISTENT);
            return refresh(request, get, cache.beginFill(table.table(), key), CacheOutcome.BYPASS);
        }
        CachedItem item = cache.get(table.table(), key);
        long age = item == null ? 0 : item.ageMillis(cache.nowNanos());
        boolean acceptable = request.cacheControl().accepts(age);
        if (item != null && acceptable && rule.mayServe(age)) {
            if (cache.isDue(table.table(), key, item)) {
                renew(request, get, table, key);
            }
            return hit(request, get, expired.shown(table.table().policy(), item), CacheOutcome.HIT, age);
        }
        return acceptable
                ? staleOrMiss(request, get, table, key)
                : refresh(request, get, cache.beginFill(table.table(), key), CacheOutcome.REFRESH);
    }

    private Future<Answer> hit(
            ApiRequest request, GetItemRequest get, CachedItem item, CacheOutcome outcome, long age) {
        try {
            Answer answer = answers.toAnswer(item, get, null, outcome, age, null);
            served.served(get.table(), Operation.GET_ITEM, item.halfReadUnits());
            return Future.succeededFuture(answer);
        } catch (MalformedItemException e) {
            faults.met(e);
            return pass(request, BypassReason.FAULT);
        }
    }

    private Future<Answer> staleOrMiss(ApiRequest request, GetItemRequest get, TableDescription table, ItemKey key) {
        Staleness staleness = table.table().policy().staleness();
        Future<Answer> stale = stale(request, get, table, key, staleness.whileRevalidateNanos());
        if (stale != null) {
            renew(request, get, table, key);
            return stale;
        }
        Future<Answer> asked = miss(request, get, table, key);
        return staleness.ifErrorNanos() == 0
                ? asked
                : asked.transform(result -> {
                    Future<Answer> instead = UpstreamErrors.areOfEnvironment(result)
                            ? stale(request, get, table, key, staleness.ifErrorNanos())
                            : null;
                    return instead == null ? asked : instead;
                });
    }

    /** What memory still has although its time is over, if it may be given; else null. */
    private @Nullable Future<Answer> stale(
            ApiRequest request, GetItemRequest get, TableDescription table, ItemKey key, long atMostNanos) {
        CachedItem item = cache.getStale(table.table(), key, atMostNanos);
        if (item == null) {
            return null;
        }
        long age = item.ageMillis(cache.nowNanos());
        return request.cacheControl().accepts(age) && rule.mayServe(age)
                ? hit(request, get, expired.shown(table.table().policy(), item), CacheOutcome.STALE, age)
                : null;
    }

    private void renew(ApiRequest request, GetItemRequest get, TableDescription table, ItemKey key) {
        Wanted wanted = new Wanted(table.table(), key);
        if (renewals.begin(wanted)) {
            misses.read(wanted, cache.beginFill(table.table(), key), fill -> call(request, get, fill));
        }
    }

    private Future<Answer> miss(ApiRequest request, GetItemRequest get, TableDescription table, ItemKey key) {
        boolean served = rule.mayServe(0);
        if (!served) {
            bypasses.met(Operation.GET_ITEM, BypassReason.NOT_HEARING);
        }
        Fill mine = cache.beginFill(table.table(), key);
        Share<Result> share = misses.read(new Wanted(table.table(), key), mine, fill -> call(request, get, fill));
        CacheOutcome outcome =
                share.joined() ? CacheOutcome.COALESCED : served ? CacheOutcome.MISS : CacheOutcome.BYPASS;
        return share.result().compose(result -> answer(request, result, get, table.table(), outcome));
    }

    private Future<Answer> refresh(ApiRequest request, GetItemRequest get, Fill fill, CacheOutcome outcome) {
        return call(request, get, fill).compose(result -> answer(request, result, get, fill.table(), outcome));
    }

    /** Asks DynamoDB, strongly if a replica might lag, and remembers the answer if nothing moved meanwhile. */
    private Future<Result> call(ApiRequest request, GetItemRequest get, Fill fill) {
        boolean strong = get.consistent() || fill.mustReadStrongly();
        if (strong && !get.consistent()) {
            served.upgraded(Operation.GET_ITEM);
        }
        return upstream.send(request.withBody(body(request, get, strong)))
                .map(answer -> remember(fill, strong, answer));
    }

    private static Buffer body(ApiRequest request, GetItemRequest get, boolean strong) {
        if (get.projection() != null) {
            return Bodies.wrap(get.forWholeItem(strong));
        }
        return strong && !get.consistent() ? OtherReads.strongly(request.body()) : request.body();
    }

    private Result remember(Fill fill, boolean strong, UpstreamAnswer answer) {
        if (!answer.ok()) {
            if (UpstreamErrors.isResourceNotFound(answer)) {
                cache.tables().forget(fill.table().name());
            }
            return new Result(answer);
        }
        try {
            ItemAnswers.Parsed parsed = answers.parse(Bodies.slice(answer.body()), strong, cache.nowNanos());
            cache.install(fill, parsed.item());
            return new Result(answer, parsed.item(), parsed.consumed());
        } catch (NotUnderstoodException e) {
            return new Result(answer);
        } catch (Throwable e) {
            faults.met(e);
            return new Result(answer);
        }
    }

    /** Whoever joined a call did not consume anything; whoever made it hears what it consumed from DynamoDB. */
    private Future<Answer> answer(
            ApiRequest request, Result result, GetItemRequest get, CachedTable table, CacheOutcome outcome) {
        boolean joined = outcome == CacheOutcome.COALESCED;
        CachedItem read = result.item();
        CachedItem item = read == null || get.consistent() ? read : expired.shown(table.policy(), read);
        if (item == null && result.answer().ok() && get.projection() != null) {
            // The answer is about the whole item, in words that are not understood: this caller asked for something
            // else.
            return pass(request, BypassReason.NOT_UNDERSTOOD);
        }
        boolean whole = get.projection() == null;
        boolean asItWas = item == read && whole && !joined && get.capacity() != Capacity.NONE;
        if (item == null || asItWas) {
            return Future.succeededFuture(versions.hide(result.answer()).toAnswer(outcome));
        }
        String requestId = joined ? null : result.answer().requestId();
        JsonSlice consumed = joined ? null : result.consumed();
        return Future.succeededFuture(answers.toAnswer(item, get, consumed, outcome, 0, requestId));
    }

    /** What the cache has no say in is DynamoDB's to answer, but not on a replica that may lag behind a write of this node. */
    private Future<Answer> passUncached(ApiRequest request, GetItemRequest get, ItemKey key) {
        boolean mayLag = !get.consistent() && cache.isRecentlyWritten(get.table(), key);
        if (mayLag) {
            served.upgraded(Operation.GET_ITEM);
        }
        return pass(request, mayLag ? OtherReads.strongly(request.body()) : request.body());
    }

    private Future<Answer> pass(ApiRequest request, BypassReason why) {
        bypasses.met(request.operation(), why);
        return pass(request, otherReads.body(request));
    }

    private Future<Answer> pass(ApiRequest request, Buffer body) {
        return upstream.send(request.withBody(body))
                .map(answer -> versions.hide(answer).toAnswer(CacheOutcome.BYPASS));
    }
}
