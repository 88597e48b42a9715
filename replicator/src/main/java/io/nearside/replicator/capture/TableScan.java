package io.nearside.replicator.capture;

import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.capture.ScanSegment.Purpose;
import io.nearside.replicator.table.StoreException;
import io.nearside.replicator.table.StoredItem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one segment of a table, page by page, and sees to it that every item gets to the other regions.
 *
 * <p>Runs beside the tailer, which was started before: what changes while it runs is in the stream, and an old row can never beat a
 * newer change, because it carries its version. A page is remembered when all its rows are settled and acknowledged, and the
 * next is read only then, no sooner than the rate allows.
 *
 * <p>An unstamped item is settled, and the stream brings what was stamped. A stamped item of an initial scan is published as it is if it is of
 * this region, and left to its origin if it is not. After a gap no stamp can be trusted, for an update may have kept an old
 * one: every item is stamped afresh, and the stream brings it.
 */
final class TableScan implements Sweep {

    private static final Logger LOG = LoggerFactory.getLogger(TableScan.class);
    private static final int PAGE_ROWS = 100;

    private final String table;
    private final String streamArn;
    private final ScanSegment segment;
    private final KeySchema keySchema;
    private final TableRows rows;
    private final Function<CapturedRecord, CompletionStage<Void>> settler;
    private final CheckpointStore store;
    private final long pageNanos;
    private final InstantSource wall;
    private final Recurring steps;
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    private @Nullable ItemKey after;
    private @Nullable CompletableFuture<Void> page;
    private @Nullable ScanProgress reached;
    private Duration rest = Duration.ZERO;
    private volatile boolean done;
    private volatile @Nullable String failure;

    /**
     * @param from where to go on
     * @param rowsPerSecond the highest rate, at least 1
     * @param settler deals with one row; the stage completes when that is done for good
     */
    TableScan(
            String table,
            String streamArn,
            ScanSegment segment,
            ScanProgress from,
            KeySchema keySchema,
            TableRows rows,
            Function<CapturedRecord, CompletionStage<Void>> settler,
            CheckpointStore store,
            int rowsPerSecond,
            ScheduledExecutorService executor,
            InstantSource wall) {
        this.table = table;
        this.streamArn = streamArn;
        this.segment = segment;
        this.keySchema = keySchema;
        this.rows = rows;
        this.settler = settler;
        this.store = store;
        this.pageNanos = Duration.ofSeconds(PAGE_ROWS).toNanos() / rowsPerSecond;
        this.wall = wall;
        this.after = from instanceof ScanProgress.After stored ? stored.key() : null;
        this.steps = new Recurring(executor, this::step);
    }

    @Override
    public void start() {
        steps.hurry();
    }

    private Duration step() {
        CompletableFuture<Void> current = page;
        if (current != null && !current.isDone()) {
            return Duration.ofMillis(20);
        }
        if (current != null && !isRemembered(current)) {
            return backoff.next();
        }
        if (done) {
            return Duration.ofDays(1);
        }
        try {
            page = next().thenCompose(
                            all -> store.saveScan(table, streamArn, segment.toText(), Objects.requireNonNull(reached)))
                    .toCompletableFuture();
            failure = null;
            return rest.toNanos() > pageNanos ? rest : Duration.ofNanos(pageNanos);
        } catch (StoreException e) {
            failure = e.getMessage();
            return backoff.next();
        }
    }

    /** Whether the page before is dealt with and remembered; if only remembering failed, that is tried again. */
    private boolean isRemembered(CompletableFuture<Void> current) {
        ScanProgress progress = Objects.requireNonNull(reached);
        if (current.isCompletedExceptionally()) {
            failure = "the progress of the scan cannot be stored";
            page = store.saveScan(table, streamArn, segment.toText(), progress).toCompletableFuture();
            return false;
        }
        backoff.reset();
        page = null;
        if (progress instanceof ScanProgress.After stored) {
            after = stored.key();
        } else if (!done) {
            done = true;
            steps.stop();
            LOG.atInfo()
                    .addKeyValue("table", table)
                    .addKeyValue("segment", segment.toText())
                    .log("scanned a segment");
        }
        return true;
    }

    private CompletionStage<Void> next() {
        TableRows.Page read = rows.read(segment, after, PAGE_ROWS);
        rest = read.rest();
        reached = read.last() == null ? new ScanProgress.Done() : new ScanProgress.After(read.last());
        List<CompletableFuture<Void>> settled = new ArrayList<>();
        for (StoredItem row : read.rows()) {
            settled.add(settler.apply(record(row)).toCompletableFuture());
        }
        return CompletableFuture.allOf(settled.toArray(CompletableFuture[]::new));
    }

    private CapturedRecord record(StoredItem row) {
        ItemKey key = ItemKey.of(keySchema, row.item());
        // As if the row had just been inserted; or, after a gap, as if an application had put it back with its stamp.
        StoredItem before = segment.purpose() == Purpose.INITIAL ? null : row;
        return new CapturedRecord(key, key.toItem(keySchema), before, row, false, null, null, wall.instant());
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public void stop() {
        steps.stop();
    }
}
