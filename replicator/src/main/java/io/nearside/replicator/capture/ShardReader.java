package io.nearside.replicator.capture;

import io.nearside.replicator.capture.ChangeSource.Handler;
import io.nearside.replicator.capture.ChangeSource.ShardStatus;
import io.nearside.replicator.capture.ChangeSource.UnreadableRecord;
import io.nearside.replicator.liveness.Standstill;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.Record;

/**
 * Reads one shard from where it was left to its end, one step at a time.
 *
 * <p>A step is one poll at most and says when the next is due. After a large page that is at once, for more is waiting. After one
 * with few records it is half the poll interval, so that a shard that is written to all the time is read in few calls of many records: each call
 * has its price, and in DynamoDB its limit per second. After an empty page it is a pause that doubles up to the poll interval, and, once there
 * were no records for ten seconds, further up to the idle poll interval; a hint that there may be some begins anew. A shard whose records are slow to finish is not read on. An expired iterator is fetched anew by
 * the number of the last record read. Records that were trimmed before they were read are a gap: it is reported, and reading goes on from
 * the shard's beginning when the report is taken. A shard read from its beginning may say "trimmed" once without that being a gap, for
 * DynamoDB Local does, and on AWS the beginning can pass by between two calls. A closed shard that has nothing to give from its beginning on
 * was trimmed whole: DynamoDB Local then says neither that nor that this is the end.
 *
 * <p>Steps come from one thread at a time; the status may be asked from any.
 */
final class ShardReader {

    private static final Logger LOG = LoggerFactory.getLogger(ShardReader.class);
    /** So many empty pages in a row from the beginning of a closed shard mean that there are no others. */
    private static final int HOLLOW_PAGES = 50;

    /** So many empty pages in a row are taken for the end of what is written so far; a single one may come before more. */
    private static final int END_PAGES = 2;

    /** So many refusals in a row to read a closed shard from its beginning mean that it has none. */
    private static final int HOLLOW_REFUSALS = 5;

    /** So much of a shard may be under way, by the size of its items, before it is read on. */
    private static final long MAX_BYTES = 32L << 20;

    /**
     * A page of so many records, or of so many bytes, is not far from the most that a call gives (1,000 records or 1 MB): more is
     * waiting already.
     */
    private static final int MANY_RECORDS = 250;

    private static final long MANY_BYTES = 256L << 10;

    /** After so many polls that brought nothing, and then each time that there are twice as many. */
    private static final int FRUITLESS_POLLS = 8;

    private static final Duration SHORT = Duration.ofMillis(5);

    /** So long after the last record, or hint of one, a shard counts as idle. */
    private static final long IDLE_AFTER_MILLIS = 10_000;

    private final Place place;
    private final StreamApi api;
    private final RecordParser parser;
    private final Handler handler;
    private final ShardCheckpoint checkpoint;
    private final TailSettings settings;
    private final InstantSource wall;
    private final ShardFrontier frontier = new ShardFrontier();
    private final Standstill settling = new Standstill();
    private final Standstill reading = new Standstill();
    private final Duration rest;
    private final Backoff waiting;
    private final Backoff idle;
    private final Backoff failing;

    private @Nullable SequenceNumber lastRead;
    private @Nullable String iterator;
    private @Nullable CompletionStage<Void> gapReport;
    private boolean gapReported;
    private int refusals;
    private int listedAfter;
    private volatile boolean atEnd;
    private int emptyPages;
    private boolean moreWaits;

    private volatile boolean endSeen;
    private volatile boolean closed;
    private volatile long lastWrittenMillis;
    private volatile boolean moreExpected;
    private long quietSinceMillis;
    private final AtomicBoolean hinted = new AtomicBoolean();
    private final AtomicLong polls = new AtomicLong();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private volatile @Nullable String failure;

    /** Which shard of which stream of which table. */
    record Place(String table, String streamArn, String shard) {}

    ShardReader(
            Place place,
            StreamApi api,
            RecordParser parser,
            Handler handler,
            CheckpointStore store,
            @Nullable Checkpoint from,
            TailSettings settings,
            InstantSource wall) {
        this.place = place;
        this.api = api;
        this.parser = parser;
        this.handler = handler;
        this.checkpoint = new ShardCheckpoint(place, store, from, settings.checkpointInterval(), wall);
        this.settings = settings;
        this.wall = wall;
        this.lastRead = from instanceof Checkpoint.At at ? SequenceNumber.of(at.sequenceNumber()) : null;
        this.rest = settings.pollInterval().dividedBy(2);
        this.waiting = new Backoff(settings.pollInterval().dividedBy(8), settings.pollInterval());
        this.idle = new Backoff(settings.pollInterval(), settings.longestPause());
        this.quietSinceMillis = wall.millis();
        this.failing = new Backoff(Duration.ofMillis(50), settings.maxBackoff());
    }

    /** Takes a step; the pause before the next. */
    Duration step() {
        checkpoint.saveIfDue(frontier.position(), isFinished());
        if (hinted.compareAndSet(true, false)) {
            becomeBusy();
        }
        if (isReportingGap() || atEnd || !hasRoom()) {
            return SHORT;
        }
        try {
            boolean found = poll();
            polls.incrementAndGet();
            failing.reset();
            failure = null;
            if (found) {
                becomeBusy();
                return moreWaits ? Duration.ZERO : rest;
            }
            return pause();
        } catch (StreamException e) {
            return failed(e);
        } catch (RuntimeException e) {
            iterator = null;
            failure = e.toString();
            LOG.atError()
                    .addKeyValue("table", place.table())
                    .addKeyValue("shard", place.shard())
                    .setCause(e)
                    .log("reading a shard failed; it is tried again");
            return failing.next();
        }
    }

    private Duration pause() {
        boolean isIdle = wall.millis() - quietSinceMillis >= IDLE_AFTER_MILLIS;
        return isIdle ? idle.next() : waiting.next();
    }

    private void becomeBusy() {
        quietSinceMillis = wall.millis();
        waiting.reset();
        idle.reset();
    }

    /** There may be records now: the next steps poll as eagerly as after some. From any thread. */
    void hint() {
        hinted.set(true);
    }

    private boolean hasRoom() {
        return frontier.inFlight() < settings.maxInFlight() && bytesInFlight.get() < MAX_BYTES;
    }

    private boolean poll() {
        String current = iterator;
        if (current == null) {
            current = api.iterator(place.streamArn(), place.shard(), lastRead);
            iterator = current;
        }
        StreamApi.Page page = api.read(current);
        moreExpected = !page.records().isEmpty();
        moreWaits = isLarge(page.records());
        deliver(page.records());
        iterator = page.next();
        emptyPages = moreExpected ? 0 : emptyPages + 1;
        atEnd = page.next() == null;
        endSeen = endSeen || atEnd || emptyPages >= END_PAGES;
        endIfHollow();
        return moreExpected;
    }

    private static boolean isLarge(List<Record> records) {
        if (records.size() >= MANY_RECORDS) {
            return true;
        }
        long bytes = 0;
        for (Record record : records) {
            Long size = record.dynamodb().sizeBytes();
            bytes += size == null ? 0 : size;
        }
        return bytes >= MANY_BYTES;
    }

    private void endIfHollow() {
        if (closed && lastRead == null && (emptyPages >= HOLLOW_PAGES || refusals >= HOLLOW_REFUSALS)) {
            reportGap("it is closed, and none of its records is left");
            atEnd = true;
        }
    }

    /**
     * Whether the shards should be listed now, after this step: records of this one were lost and nothing has come since, as it is when
     * it was closed meanwhile, and DynamoDB Local does not say that to who reads it.
     */
    boolean wantsListing() {
        int fruitless = emptyPages + refusals;
        if (!gapReported || closed || fruitless < listedAfter) {
            return false;
        }
        listedAfter = 2 * fruitless;
        return true;
    }

    /** Takes note that nothing is written to the shard any more. */
    void noteClosed() {
        closed = true;
    }

    private void deliver(List<Record> records) {
        for (Record record : records) {
            SequenceNumber position = SequenceNumber.of(record.dynamodb().sequenceNumber());
            Instant written = record.dynamodb().approximateCreationDateTime();
            lastWrittenMillis = written == null ? wall.millis() : written.toEpochMilli();
            gapReported = false;
            refusals = 0;
            ShardFrontier.Entry entry = frontier.begin(position, lastWrittenMillis);
            lastRead = position;
            Long size = record.dynamodb().sizeBytes();
            long bytes = size == null ? 0 : size;
            bytesInFlight.addAndGet(bytes);
            var unused = handle(record).thenRun(() -> {
                bytesInFlight.addAndGet(-bytes);
                entry.finish();
            });
        }
    }

    private CompletionStage<Void> handle(Record record) {
        CapturedRecord captured;
        try {
            captured = parser.parse(place.shard(), record);
        } catch (RuntimeException e) {
            return handler.unreadable(new UnreadableRecord(
                    place.table(), place.shard(), record.dynamodb().sequenceNumber(), e));
        }
        return handler.handle(captured);
    }

    private Duration failed(StreamException e) {
        iterator = null;
        return switch (e.kind()) {
            case EXPIRED -> failing.next();
            case TRIMMED -> trimmed(e);
            case GONE, THROTTLED, UNAVAILABLE -> {
                failure = e.getMessage();
                yield failing.next();
            }
        };
    }

    private Duration trimmed(StreamException e) {
        if (lastRead == null) {
            refusals++;
            endIfHollow();
        }
        if (lastRead == null && refusals == 1) {
            return Duration.ZERO;
        }
        reportGap("records after " + (lastRead == null ? "its beginning" : lastRead)
                + " were trimmed before they were read: " + e.getMessage());
        lastRead = null;
        return failing.next();
    }

    /** Reports once until there are records again. */
    private void reportGap(String what) {
        if (!gapReported) {
            gapReported = true;
            listedAfter = FRUITLESS_POLLS;
            gapReport = handler.gap(new Gap(
                    Gap.Reason.TRIMMED, place.table(), place.streamArn(), "shard " + place.shard() + ": " + what));
        }
    }

    private boolean isReportingGap() {
        return gapReport != null && !gapReport.toCompletableFuture().isDone();
    }

    /** How many records were handed on and did not come to their end. */
    int unfinished() {
        return frontier.unfinished();
    }

    /** Whether the shard is closed and everything in it is captured. */
    boolean isFinished() {
        return atEnd && frontier.inFlight() == 0 && !isReportingGap();
    }

    /** Whether it is finished and that is remembered. */
    boolean isRemembered() {
        return isFinished() && checkpoint.isDoneSaved();
    }

    /** Remembers what is captured, due or not; for when reading stops. */
    void saveNow() {
        checkpoint.saveNow(frontier.position(), isFinished());
    }

    ShardStatus status() {
        SequenceNumber position = frontier.position();
        return new ShardStatus(
                place.shard(),
                position == null ? null : position.digits(),
                frontier.inFlight(),
                lagMillis(),
                stillMillis(),
                checkpoint.ageMillis(),
                endSeen,
                failure);
    }

    private long stillMillis() {
        int inFlight = frontier.inFlight();
        boolean hasRoom = !atEnd && hasRoom();
        long now = wall.millis();
        return Math.max(
                settling.look(frontier.position(), inFlight > 0 || moreExpected, now),
                reading.look(polls.get(), hasRoom, now));
    }

    private long lagMillis() {
        long oldest = frontier.oldestOpenMillis();
        if (oldest < 0 && moreExpected) {
            oldest = lastWrittenMillis;
        }
        return oldest < 0 ? 0 : Math.max(0, wall.millis() - oldest);
    }
}
