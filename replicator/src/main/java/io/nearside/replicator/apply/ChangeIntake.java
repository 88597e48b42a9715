package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import io.nearside.item.Bytes;
import io.nearside.replicator.apply.ApplyOutcome.Cause;
import io.nearside.replicator.apply.ApplyOutcome.ParkReason;
import io.nearside.replicator.apply.ApplyReports.ParkedChange;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.RegionIds;
import io.nearside.replicator.table.TableRules;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What becomes of a peer's record as it is read: a change for a table here is handed to the scheduler under the name that the table
 * has here, one that is not wanted ends at once, and one that cannot be decoded is parked.
 *
 * <p>What a record says of itself is believed only as far as its topic goes: a right to write to one table's topic is none to change
 * another table. A record that is not its topic's is refused: counted, logged, never applied.
 */
final class ChangeIntake {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeIntake.class);
    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** In what a record contradicts its topic. */
    private enum Refusal {
        /** It names another table. */
        TABLE,
        /** It was captured from a stream, but bears another region's id. */
        REGION,
        /** It stands under a key that is not its item's, and so perhaps in another partition than the item's other changes. */
        KEY;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String peer;
    private final RegionIds regions;
    private final TableRules rules;
    private final ApplyScheduler scheduler;
    private final ApplyReports reports;
    private final ReplicatorMetrics metrics;
    private final LongSupplier nanos;

    /** Reading thread only. */
    private long unlogged;

    private long loggedNanos;
    private volatile boolean closed;

    /**
     * @param regions whose the ids in versions are
     * @param rules which tables are wanted here, and as what
     * @param nanos elapsed time
     */
    ChangeIntake(
            String peer,
            RegionIds regions,
            TableRules rules,
            ApplyScheduler scheduler,
            ApplyReports reports,
            ReplicatorMetrics metrics,
            LongSupplier nanos) {
        this.peer = peer;
        this.regions = regions;
        this.nanos = nanos;
        this.loggedNanos = nanos.getAsLong() - LOG_NANOS;
        this.rules = rules;
        this.scheduler = scheduler;
        this.reports = reports;
        this.metrics = metrics;
        metrics.start(ReplicatorMetrics.PARKED, peer, "", ParkReason.MALFORMED.label());
        for (Refusal refusal : Refusal.values()) {
            metrics.start(ReplicatorMetrics.REFUSED, peer, refusal.label());
        }
    }

    /**
     * Takes a record.
     *
     * @param ended called once when nothing more is to be done for it; never if this is closed before
     */
    void take(ConsumerRecord<byte[], byte[]> record, Runnable ended) {
        if (record.value() == null) {
            parkMalformed(record, "the record has no value", ended);
            return;
        }
        try {
            accept(record, ended);
        } catch (MalformedRecordException e) {
            parkMalformed(record, String.valueOf(e.getMessage()), ended);
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record, Runnable ended) throws MalformedRecordException {
        Change change = ChangeCodec.decode(record.value());
        Refusal refusal = refusal(record, change);
        if (refusal != null) {
            refused(record, change, refusal);
            ended.run();
            return;
        }
        String table = rules.here(peer, change.table());
        if (table == null) {
            leftOut(change, Cause.FILTERED, ended);
        } else if (change.kind() == Change.Kind.TTL && !rules.rule(table).takesExpiries()) {
            // Before it can overtake a put that still waits: that one is wanted.
            leftOut(change, Cause.EXPIRES_HERE, ended);
        } else {
            int units = ApplyScheduler.units(record.serializedValueSize());
            scheduler.submit(table, change.named(table), units, ended);
        }
    }

    private @Nullable Refusal refusal(ConsumerRecord<byte[], byte[]> record, Change change) {
        if (!record.topic().equals(Topics.changes(peer, change.table()))) {
            return Refusal.TABLE;
        }
        // What is published again may be any region's; what a stream told is the work of the region whose stream it is,
        // under the id
        // that it has or, in its old changes, once had.
        if (change.position() != null && regions.isAnothers(change.origin(), peer)) {
            return Refusal.REGION;
        }
        return Arrays.equals(record.key(), change.key().toBytes()) ? null : Refusal.KEY;
    }

    private void refused(ConsumerRecord<byte[], byte[]> record, Change change, Refusal refusal) {
        metrics.count(ReplicatorMetrics.REFUSED, peer, refusal.label());
        unlogged++;
        long now = nanos.getAsLong();
        if (now - loggedNanos < LOG_NANOS) {
            return;
        }
        LOG.atError()
                .addKeyValue("peer", peer)
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("table", change.table())
                .addKeyValue("region-id", change.origin())
                .addKeyValue("reason", refusal.label())
                .addKeyValue("records", unlogged)
                .log("refused records that are not their topic's");
        loggedNanos = now;
        unlogged = 0;
    }

    private void leftOut(Change change, Cause cause, Runnable ended) {
        metrics.count(ReplicatorMetrics.SUPERSEDED, peer, change.table(), cause.label());
        ended.run();
    }

    private void parkMalformed(ConsumerRecord<byte[], byte[]> record, String detail, Runnable ended) {
        ParkedChange parked = new ParkedChange(
                peer,
                "",
                Bytes.wrap((record.topic() + "-" + record.partition() + "@" + record.offset()).getBytes(UTF_8)),
                Bytes.wrap(record.value() == null ? new byte[0] : record.value()),
                null,
                ParkReason.MALFORMED,
                detail);
        LOG.atError()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("detail", detail)
                .log("parked a record that cannot be decoded");
        metrics.count(ReplicatorMetrics.PARKED, peer, "", ParkReason.MALFORMED.label());
        report(parked, ended);
    }

    private void report(ParkedChange parked, Runnable ended) {
        var unused = reports.parked(parked).whenComplete((done, failure) -> {
            if (failure == null) {
                ended.run();
            } else if (!closed) {
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> report(parked, ended));
            }
        });
    }

    /** Reports that could not be written are not tried again. */
    void close() {
        closed = true;
    }
}
