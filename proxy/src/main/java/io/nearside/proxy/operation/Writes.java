package io.nearside.proxy.operation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.operation.OwnTables.Owner;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.proxy.upstream.UpstreamException;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.nearside.version.Version;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Sends writes on and keeps the cache right about them: counters move before the request leaves, and the cache has acted on
 * the answer before the caller gets it. Nothing that goes wrong in the cache reaches the caller.
 */
final class Writes {

    private static final int MAX_LEFT_ALONE = 1000;

    private final Upstream upstream;
    private final TableDirectory directory;
    private final ItemCache cache;
    private final PageCache pages;
    private final Announcer announcer;
    private final ItemAnswers answers;
    private final VersionStamps stamps;
    private final StampedWrites stamped;
    private final CacheFaults faults;

    /** Tables whose writes the proxy may make only as they come; tried again after a restart. */
    private final Cache<String, Boolean> leftAlone =
            Caffeine.newBuilder().maximumSize(MAX_LEFT_ALONE).build();

    Writes(
            Upstream upstream,
            TableDirectory directory,
            ItemCache cache,
            PageCache pages,
            Announcer announcer,
            ItemAnswers answers,
            VersionStamps stamps,
            CacheFaults faults) {
        this.upstream = upstream;
        this.directory = directory;
        this.cache = cache;
        this.pages = pages;
        this.announcer = announcer;
        this.answers = answers;
        this.stamps = stamps;
        this.stamped = new StampedWrites(stamps, directory.own());
        this.faults = faults;
    }

    Future<UpstreamAnswer> handle(ApiRequest request) {
        List<WriteTarget> targets = request.isEncoded()
                ? List.of(WriteTarget.anything())
                : withoutForeign(WriteTargets.of(request.operation(), Bodies.slice(request.body())));
        List<Future<TableDescription>> unknown = targets.stream()
                .filter(target -> target.holder() != null)
                .map(WriteTarget::table)
                .distinct()
                .filter(table -> directory.known(table) == null)
                .map(directory::describe)
                .toList();
        return unknown.isEmpty()
                ? send(request, targets)
                : Future.join(unknown).transform(described -> send(request, withoutForeign(targets)));
    }

    /**
     * What is written of this account's tables, or may be: a table of another account or region has nothing here that could
     * become wrong, whatever it is called.
     */
    private List<WriteTarget> withoutForeign(List<WriteTarget> targets) {
        if (targets.stream().allMatch(WriteTarget::isOwn)) {
            return targets;
        }
        List<WriteTarget> kept = new ArrayList<>(targets.size());
        for (WriteTarget target : targets) {
            TableArn arn = target.arn();
            Owner owner = arn == null ? Owner.OWN : directory.own().of(arn);
            if (owner != Owner.FOREIGN) {
                kept.add(owner == Owner.OWN ? target.asOwn() : target);
            }
        }
        return kept;
    }

    /**
     * Sends a request that the cache cannot look into, by other means than this class's own. What is answered with success may
     * have written anything.
     */
    Future<UpstreamAnswer> unread(ApiRequest request, Supplier<Future<UpstreamAnswer>> call) {
        List<WriteTarget> anything = List.of(WriteTarget.anything());
        WriteScope scope = WriteScope.begin(anything, directory, cache, pages, announcer, faults);
        Future<UpstreamAnswer> sent;
        try {
            sent = call.get();
        } catch (RuntimeException e) {
            sent = Future.failedFuture(e);
        }
        return sent.transform(result -> answered(scope, OutgoingWrite.opaque(request), result));
    }

    private Future<UpstreamAnswer> send(ApiRequest request, List<WriteTarget> targets) {
        if (targets.isEmpty()) {
            return upstream.send(request);
        }
        WriteScope scope = WriteScope.begin(targets, directory, cache, pages, announcer, faults);
        OutgoingWrite write = outgoing(request, targets);
        return call(write.toSend()).transform(result -> {
            if (result.succeeded() && isRefusedAsEdited(write, result.result())) {
                OutgoingWrite asItCame = write.unedited();
                boolean forbidden = isForbidden(result.result());
                return call(asItCame.toSend()).transform(second -> {
                    if (forbidden && second.succeeded() && second.result().ok()) {
                        leftAlone.put(targets.get(0).table(), true);
                    }
                    return answered(scope, asItCame, second);
                });
            }
            return answered(scope, write, result);
        });
    }

    private Future<UpstreamAnswer> call(ApiRequest request) {
        try {
            return upstream.send(request);
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }

    /** How the request is sent. Only what is understood to its last member is ever changed. */
    private OutgoingWrite outgoing(ApiRequest request, List<WriteTarget> targets) {
        if (request.isEncoded()) {
            return OutgoingWrite.opaque(request);
        }
        try {
            return switch (request.operation()) {
                case PUT_ITEM, UPDATE_ITEM, DELETE_ITEM -> single(request, targets.get(0));
                case BATCH_WRITE_ITEM -> OutgoingWrite.batch(request, stamped.ofBatch(Bodies.slice(request.body())));
                default -> OutgoingWrite.opaque(request);
            };
        } catch (NotUnderstoodException e) {
            return OutgoingWrite.opaque(request);
        } catch (Throwable e) {
            faults.met(e);
            return OutgoingWrite.opaque(request);
        }
    }

    private OutgoingWrite single(ApiRequest request, WriteTarget target) throws NotUnderstoodException {
        String name = target.table();
        if (target.isAnything() || !target.isOwn() || leftAlone.getIfPresent(name) != null) {
            return OutgoingWrite.opaque(request);
        }
        TableDescription table = directory.known(name);
        boolean cached = table != null && table.table().policy().cached();
        Version version = stamps.next(name);
        if (!cached && version == null) {
            return OutgoingWrite.opaque(request);
        }
        ItemWrite write = ItemWrite.read(request.operation(), Bodies.slice(request.body()));
        return OutgoingWrite.of(
                request,
                write,
                table == null || !cached ? write.returned() : returned(write, table),
                version == null ? List.of() : stamped.of(write, version),
                version);
    }

    /**
     * The image to ask for where the caller wants none. An update returns what it left behind, for the item cache. What was
     * there before is asked for only where cached pages of an index depend on it, here or at a node that hears of the write: it
     * costs no capacity, but it is as large as the item, on its way from DynamoDB to here.
     */
    private ReturnValues returned(ItemWrite write, TableDescription table) {
        if (write.returned() != ReturnValues.NONE) {
            return write.returned();
        }
        boolean paged = table.hasPagedIndexes()
                || (announcer.reachesOthers() && !table.indexes().isEmpty());
        if (write.operation() != Operation.UPDATE_ITEM) {
            return paged ? ReturnValues.ALL_OLD : ReturnValues.NONE;
        }
        boolean legacy = write.member("AttributeUpdates") != null;
        boolean moves = paged
                && !legacy
                && AttributeChanges.of(write, table.indexAttributes()).any();
        return moves ? ReturnValues.ALL_OLD : ReturnValues.ALL_NEW;
    }

    /**
     * Whether DynamoDB may have refused what the proxy added: an item that has no room for a version, an image that the proxy may
     * not see. What was refused was certainly not written, and the caller is to hear of nothing but its own request.
     */
    private static boolean isRefusedAsEdited(OutgoingWrite write, UpstreamAnswer answer) {
        boolean invalid = write.isStamped()
                && answer.status() == 400
                && UpstreamErrors.typeOf(answer).endsWith("#ValidationException");
        return write.isEdited() && (invalid || isForbidden(answer));
    }

    private static boolean isForbidden(UpstreamAnswer answer) {
        return answer.status() == 400 && UpstreamErrors.typeOf(answer).endsWith("#AccessDeniedException");
    }

    private Future<UpstreamAnswer> answered(WriteScope scope, OutgoingWrite write, AsyncResult<UpstreamAnswer> result) {
        end(scope, write, result);
        return result.succeeded()
                ? Future.succeededFuture(write.shown(result.result(), stamps.attribute()))
                : Future.failedFuture(Objects.requireNonNull(result.cause()));
    }

    private void end(WriteScope scope, OutgoingWrite write, AsyncResult<UpstreamAnswer> result) {
        try {
            if (result.succeeded()) {
                end(scope, write, result.result());
            } else if (wasNotSent(result.cause())) {
                scope.unsent();
            } else {
                scope.uncertain();
            }
        } catch (Throwable e) {
            faults.met(e);
        }
    }

    private void end(WriteScope scope, OutgoingWrite write, UpstreamAnswer answer) {
        if (answer.ok()) {
            scope.landed(learned(scope, write, answer));
            return;
        }
        boolean uncertain = answer.status() >= 500
                || mayStillBeAtWork(answer)
                || UpstreamErrors.mayBePartlyDone(write.toSend().operation(), answer);
        if (uncertain) {
            scope.uncertain();
        }
        if (UpstreamErrors.isResourceNotFound(answer)) {
            scope.tableNotFound();
        } else if (!uncertain) {
            scope.refused();
        }
    }

    private Learned learned(WriteScope scope, OutgoingWrite write, UpstreamAnswer answer) {
        try {
            CachedTable table = scope.table();
            TableDescription description = table == null ? null : directory.known(table.name());
            return write.learn(answer, answers, description, cache.nowNanos());
        } catch (Throwable e) {
            faults.met(e);
            return Learned.NOTHING;
        }
    }

    /** An earlier try of the same transaction is being carried out right now. */
    private static boolean mayStillBeAtWork(UpstreamAnswer answer) {
        return UpstreamErrors.typeOf(answer).endsWith("#TransactionInProgressException");
    }

    private static boolean wasNotSent(Throwable failure) {
        return failure instanceof UpstreamException upstream && upstream.landing() == Landing.NOT_SENT;
    }
}
