package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.item.Bytes;
import io.nearside.replicator.apply.ApplyOutcome.Applied;
import io.nearside.replicator.apply.ApplyOutcome.Cause;
import io.nearside.replicator.apply.ApplyOutcome.Conflict;
import io.nearside.replicator.apply.ApplyOutcome.Merged;
import io.nearside.replicator.apply.ApplyOutcome.ParkReason;
import io.nearside.replicator.apply.ApplyOutcome.Parked;
import io.nearside.replicator.apply.ApplyOutcome.Superseded;
import io.nearside.replicator.apply.ApplyReports.ParkedChange;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.RetriableStoreException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a peer's change to its end in this region: applied, superseded, or parked; and says so where it matters. */
final class ApplyWork implements ApplyScheduler.Work {

    private static final Logger LOG = LoggerFactory.getLogger(ApplyWork.class);
    private static final int MAX_FAILURES = 10;

    private final String peer;
    private final Applier applier;
    private final Destinations destinations;
    private final ParkedKeys parkedKeys;
    private final ApplyReports reports;
    private final CacheNotice cacheNotice;
    private final ReplicatorMetrics metrics;
    private final Duration maxAge;
    private final InstantSource wall;

    /** The last failure of each table, until something ends there again. */
    private final Map<String, String> failures = new ConcurrentHashMap<>();

    /**
     * @param maxAge how old, since its capture, a change may be: tombstones are kept longer than that
     */
    ApplyWork(
            String peer,
            Applier applier,
            Destinations destinations,
            ParkedKeys parkedKeys,
            ApplyReports reports,
            CacheNotice cacheNotice,
            ReplicatorMetrics metrics,
            Duration maxAge,
            InstantSource wall) {
        this.peer = peer;
        this.applier = applier;
        this.destinations = destinations;
        this.parkedKeys = parkedKeys;
        this.reports = reports;
        this.cacheNotice = cacheNotice;
        this.metrics = metrics;
        this.maxAge = maxAge;
        this.wall = wall;
    }

    @Override
    public void handle(Change change, int attempt) {
        try {
            ended(change, decide(change, attempt));
            failures.remove(change.table());
        } catch (RetriableStoreException e) {
            if (attempt > 0) {
                failures.put(change.table(), String.valueOf(e.getMessage()));
            }
            metrics.count(
                    ReplicatorMetrics.APPLY_RETRIES,
                    peer,
                    change.table(),
                    e.reason().label());
            throw e;
        }
    }

    /** Why changes of some tables are not applied now, in a sentence; null if they are. */
    @Nullable String failures() {
        return failures.isEmpty() ? null : String.join("; ", new TreeMap<>(failures).values());
    }

    private ApplyOutcome decide(Change change, int attempt) {
        if (parkedKeys.contains(change.table(), change.key())) {
            return new Parked(ParkReason.KEY_PARKED, "an earlier change of this key is parked");
        }
        if (change.captured().isBefore(wall.instant().minus(maxAge))) {
            return new Parked(
                    ParkReason.TOO_OLD, "captured " + change.captured() + ", tombstones are only kept for " + maxAge);
        }
        Destinations.Destination destination = destinations.find(change.table());
        if (change.incarnation() < destination.incarnation()) {
            return new Superseded(Cause.FORMER_TABLE);
        }
        if (change.incarnation() > destination.incarnation()) {
            throw new RetriableStoreException(
                    Reason.TABLE_MISSING,
                    "table " + change.table()
                            + " was deleted and created again elsewhere, and is still the former one here",
                    null);
        }
        try {
            return announced(change, destination, applier.apply(destination.table(), destination.filter(), change));
        } catch (RetriableStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            if (attempt < MAX_FAILURES) {
                throw e;
            }
            LOG.atError().setCause(e).addKeyValue("table", change.table()).log("a change cannot be applied");
            return new Parked(ParkReason.FAILED, e.toString());
        }
    }

    private ApplyOutcome announced(Change change, Destinations.Destination destination, ApplyOutcome outcome) {
        if (outcome instanceof Applied applied) {
            cacheNotice.applied(destination.info(), change, applied.old());
        } else if (outcome instanceof Merged merged) {
            cacheNotice.applied(destination.info(), change, merged.old());
        }
        return outcome;
    }

    private void ended(Change change, ApplyOutcome outcome) {
        if (outcome instanceof Applied) {
            applied(change);
        } else if (outcome instanceof Superseded superseded) {
            superseded(change, superseded.cause());
        } else if (outcome instanceof Merged merged) {
            await(reports.conflict(peer, change, merged.winner(), Cause.NEWER_ATTRIBUTES));
            applied(change);
            metrics.count(ReplicatorMetrics.CONFLICTS, peer, change.table(), Cause.NEWER_ATTRIBUTES.label());
        } else if (outcome instanceof Conflict conflict) {
            await(reports.conflict(peer, change, conflict.winner(), conflict.cause()));
            superseded(change, conflict.cause());
            metrics.count(
                    ReplicatorMetrics.CONFLICTS,
                    peer,
                    change.table(),
                    conflict.cause().label());
        } else if (outcome instanceof Parked parked) {
            park(change, parked);
        }
    }

    private void applied(Change change) {
        metrics.count(ReplicatorMetrics.APPLIED, peer, change.table());
        Instant written = written(change);
        if (written != null) {
            metrics.record(ReplicatorMetrics.LAG, Duration.between(written, wall.instant()), peer, change.table());
        }
    }

    /**
     * When the change began its way here; null if it did not come from a stream, but from a scan or a repair that published again what may
     * have been written long ago. The version of an expiry is as old as the item, so its way begins with its capture.
     */
    private static @Nullable Instant written(Change change) {
        if (change.position() == null) {
            return null;
        }
        return change.kind() == Change.Kind.TTL
                ? change.captured()
                : Instant.ofEpochMilli(change.version().millis());
    }

    private void superseded(Change change, Cause cause) {
        metrics.count(ReplicatorMetrics.SUPERSEDED, peer, change.table(), cause.label());
    }

    private void park(Change change, Parked parked) {
        await(reports.parked(new ParkedChange(
                peer,
                change.table(),
                Bytes.wrap(change.key().toBytes()),
                Bytes.wrap(ChangeCodec.encode(change)),
                change.version(),
                parked.reason(),
                parked.detail())));
        parkedKeys.add(change.table(), change.key());
        metrics.count(
                ReplicatorMetrics.PARKED, peer, change.table(), parked.reason().label());
        LOG.atError()
                .addKeyValue("table", change.table())
                .addKeyValue("peer", peer)
                .addKeyValue("version", change.version())
                .addKeyValue("reason", parked.reason().label())
                .addKeyValue("detail", parked.detail())
                .log("parked a change, and every later one of its key");
    }

    @Override
    public void overtaken(Change change) {
        superseded(change, Cause.OVERTAKEN);
    }

    /** A change has not ended before its report is safe. */
    private static void await(CompletionStage<Void> report) {
        try {
            report.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new RetriableStoreException(
                    Reason.UNAVAILABLE, "the report of a change cannot be written: " + e.getCause(), e);
        }
    }
}
