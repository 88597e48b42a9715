package io.nearside.proxy.operation;

import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.proxy.upstream.UpstreamException;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;

/**
 * Sends writes on and keeps the cache right about them: counters move before the request leaves, and the cache has acted on
 * the answer before the caller gets it. Nothing that goes wrong in the cache reaches the caller.
 */
final class Writes {

    private final Upstream upstream;
    private final TableDirectory directory;
    private final ItemCache cache;
    private final PageCache pages;
    private final Announcer announcer;
    private final CacheFaults faults;

    Writes(
            Upstream upstream,
            TableDirectory directory,
            ItemCache cache,
            PageCache pages,
            Announcer announcer,
            CacheFaults faults) {
        this.upstream = upstream;
        this.directory = directory;
        this.cache = cache;
        this.pages = pages;
        this.announcer = announcer;
        this.faults = faults;
    }

    Future<UpstreamAnswer> handle(ApiRequest request) {
        List<WriteTarget> targets = WriteTargets.of(request.operation(), Bodies.slice(request.body()));
        List<Future<TableDescription>> unknown = targets.stream()
                .filter(target -> !target.isAnything())
                .map(WriteTarget::table)
                .distinct()
                .filter(table -> directory.known(table) == null)
                .map(directory::describe)
                .toList();
        return unknown.isEmpty()
                ? send(request, targets)
                : Future.join(unknown).transform(described -> send(request, targets));
    }

    private Future<UpstreamAnswer> send(ApiRequest request, List<WriteTarget> targets) {
        if (targets.isEmpty()) {
            return upstream.send(request);
        }
        WriteScope scope = WriteScope.begin(targets, directory, cache, pages, announcer, faults);
        Future<UpstreamAnswer> sent;
        try {
            sent = upstream.send(request);
        } catch (RuntimeException e) {
            sent = Future.failedFuture(e);
        }
        return sent.transform(result -> {
            end(scope, result);
            return result.succeeded()
                    ? Future.succeededFuture(result.result())
                    : Future.failedFuture(Objects.requireNonNull(result.cause()));
        });
    }

    private void end(WriteScope scope, AsyncResult<UpstreamAnswer> result) {
        try {
            if (result.succeeded()) {
                end(scope, result.result());
            } else if (wasNotSent(result.cause())) {
                scope.unsent();
            } else {
                scope.uncertain();
            }
        } catch (RuntimeException e) {
            faults.met(e);
        }
    }

    private static void end(WriteScope scope, UpstreamAnswer answer) {
        if (answer.ok()) {
            scope.landed();
        } else if (answer.status() >= 500 || mayStillBeAtWork(answer)) {
            scope.uncertain();
        } else if (UpstreamErrors.isResourceNotFound(answer)) {
            scope.tableNotFound();
        } else {
            scope.refused();
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
