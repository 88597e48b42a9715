package io.nearside.proxy.operation;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.operation.OwnTables.Owner;
import io.nearside.proxy.upstream.Relay;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB with a memory: answers eventually consistent GetItem, BatchGetItem, Query and Scan from memory, sends everything else on, and keeps the
 * cache right about all that passes through. Hides the version attribute of replicated tables.
 */
public final class CachingOperations implements Operations, ReadyAnswers, TableOwnership {

    private final Upstream upstream;
    private final TableDirectory directory;
    private final ItemReads itemReads;
    private final BatchReads batchReads;
    private final Queries queries;
    private final OtherReads otherReads;
    private final Writes writes;
    private final Controls controls;
    private final CacheInspector inspector;
    private final Ticker ticker;
    private final VersionInRequests requests;
    private final VersionInAnswers answers;
    private final ReservedTables reserved;
    private final ServedReads served = new ServedReads();
    private final Bypasses bypasses = new Bypasses();
    private final CacheFaults faults = new CacheFaults();

    /**
     * @param upstream DynamoDB
     * @param cache items that are remembered
     * @param pages pages of queries that are remembered
     * @param announcer who hears of writes
     * @param rule whether cached answers may be given
     * @param stamps the attribute that replication keeps its version in, and versions for writes if this proxy makes them
     * @param reserved tables that callers neither see listed nor may change
     * @param ticker elapsed time
     * @param wall the clock that items expire by
     */
    public CachingOperations(
            Upstream upstream,
            ItemCache cache,
            PageCache pages,
            Announcer announcer,
            ServingRule rule,
            VersionStamps stamps,
            ReservedTables reserved,
            Ticker ticker,
            InstantSource wall) {
        TableDirectory directory = new TableDirectory(upstream, cache.tables(), ticker);
        ExpiredItems expired = new ExpiredItems(wall);
        this.upstream = upstream;
        this.directory = directory;
        this.ticker = ticker;
        this.reserved = reserved;
        this.requests = new VersionInRequests(stamps.attribute());
        this.answers = new VersionInAnswers(stamps);
        this.itemReads =
                new ItemReads(upstream, directory, cache, rule, answers, served, bypasses, expired, faults, ticker);
        this.batchReads =
                new BatchReads(upstream, directory, cache, rule, answers, served, bypasses, expired, faults, ticker);
        this.queries = new Queries(
                upstream, directory, cache, pages, rule, answers, served, bypasses, expired, faults, ticker);
        this.otherReads = new OtherReads(directory, cache, served);
        this.writes =
                new Writes(upstream, directory, cache, pages, announcer, new ItemAnswers(answers), stamps, faults);
        this.controls = new Controls(cache.tables(), directory.own(), announcer);
        this.inspector = new CacheInspector(directory, cache, pages, rule, announcer);
    }

    @Override
    public Future<Answer> handle(ApiRequest request) {
        if (request.isEncoded()) {
            return encoded(request);
        }
        try {
            JsonSlice body = Bodies.slice(request.body());
            requests.refuseIfNamed(body);
            reserved.refuseChange(request.operation(), body, directory.own());
            return route(request);
        } catch (Throwable e) {
            // A refusal, or a defect, errors of the virtual machine included: the caller gets its answer all the same.
            return Future.failedFuture(e);
        }
    }

    private Future<Answer> route(ApiRequest request) {
        return switch (request.operation().effect()) {
            case READ -> read(request);
            case WRITE -> bypassed(writes.handle(request));
            case CONTROL -> control(request);
            case STREAM -> bypassed(upstream.send(request)).map(answer -> unlisted(request, answer));
        };
    }

    @Override
    public @Nullable ReadyAnswer getItem(JsonSlice request) {
        CachedItem item = requests.mayName(request) ? null : itemReads.settled(request);
        return item == null ? null : new ReadyAnswer(item.body(), item.crc32(), item.ageMillis(ticker.read()));
    }

    @Override
    public Future<Boolean> isOwn(TableArn arn) {
        OwnTables own = directory.own();
        return own.of(arn) == Owner.UNKNOWN
                ? directory.describe(arn.name()).transform(described -> own(own.of(arn)))
                : own(own.of(arn));
    }

    private static Future<Boolean> own(Owner owner) {
        return Future.succeededFuture(owner == Owner.OWN);
    }

    /**
     * The relay, such that the cache hears of what goes by it: requests that cannot be meant for any operation known here, but
     * may be for one that DynamoDB knows, of an older version of its API for instance.
     */
    public Relay heard(Relay relay) {
        return new HeardRelay(relay, writes);
    }

    /** What operators may ask of the cache, and do to it. */
    public CacheInspector inspector() {
        return inspector;
    }

    /** How often the cache itself failed; every one is a bug. */
    public long faults() {
        return faults.count();
    }

    /** What answers from memory would have consumed. */
    public ServedReads served() {
        return served;
    }

    /** Reads that memory had no say in. */
    public Bypasses bypasses() {
        return bypasses;
    }

    /** A request that only DynamoDB can read: it goes there as it came, and if it writes, it may have written anything. */
    private Future<Answer> encoded(ApiRequest request) {
        return switch (request.operation().effect()) {
            case READ, STREAM -> {
                if (BypassReason.of(request.operation()).contains(BypassReason.NOT_UNDERSTOOD)) {
                    bypasses.met(request.operation(), BypassReason.NOT_UNDERSTOOD);
                }
                yield bypassed(upstream.send(request)).map(answer -> unlisted(request, answer));
            }
            case WRITE -> bypassed(writes.handle(request));
            case CONTROL -> control(request);
        };
    }

    private Future<Answer> read(ApiRequest request) {
        return switch (request.operation()) {
            case GET_ITEM -> itemReads.handle(request);
            case BATCH_GET_ITEM -> batchReads.handle(request);
            case QUERY, SCAN -> queries.handle(request);
            default -> otherRead(request);
        };
    }

    private Future<Answer> otherRead(ApiRequest request) {
        bypasses.met(request.operation(), BypassReason.OPERATION);
        Buffer body = otherReads.body(request);
        return bypassed(upstream.send(body == request.body() ? request : request.withBody(body)));
    }

    private Future<Answer> control(ApiRequest request) {
        Future<UpstreamAnswer> sent = upstream.send(request)
                .onSuccess(answer -> controls.ended(request, Controls.isRefusal(answer)))
                .onFailure(failure -> controls.ended(request, false));
        return sent.map(answer -> unlisted(request, answer.toAnswer(CacheOutcome.BYPASS)));
    }

    private Answer unlisted(ApiRequest request, Answer answer) {
        return reserved.unlisted(request.operation(), answer);
    }

    private Future<Answer> bypassed(Future<UpstreamAnswer> sent) {
        return sent.map(answer -> answers.hide(answer).toAnswer(CacheOutcome.BYPASS));
    }
}
