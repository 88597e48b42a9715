package io.nearside.replicator.capture;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remembered position of one shard: stored at most once per interval, one write at a time, again and again until it is taken.
 *
 * <p>Thread-safe: a write ends on another thread than it began.
 */
final class ShardCheckpoint {

    private static final Logger LOG = LoggerFactory.getLogger(ShardCheckpoint.class);

    private final ShardReader.Place place;
    private final CheckpointStore store;
    private final Checkpoint initial;
    private final long intervalMillis;
    private final InstantSource wall;

    private @Nullable Checkpoint saved;
    private boolean saving;
    private long lastSaveMillis;
    private long behindSinceMillis = -1;

    /**
     * @param stored what is stored now, null if nothing is
     */
    ShardCheckpoint(
            ShardReader.Place place,
            CheckpointStore store,
            @Nullable Checkpoint stored,
            Duration interval,
            InstantSource wall) {
        this.place = place;
        this.store = store;
        this.initial = stored == null ? new Checkpoint.Begun() : stored;
        this.saved = stored;
        this.intervalMillis = interval.toMillis();
        this.wall = wall;
    }

    /** Stores the position if it is news and the last time is long enough ago; the end of a shard does not wait. */
    void saveIfDue(@Nullable SequenceNumber frontier, boolean finished) {
        Checkpoint now = checkpoint(frontier, finished);
        synchronized (this) {
            if (now.equals(saved)) {
                behindSinceMillis = -1;
                return;
            }
            if (behindSinceMillis < 0) {
                behindSinceMillis = wall.millis();
            }
            boolean due = finished || saved == null || wall.millis() - lastSaveMillis >= intervalMillis;
            if (saving || !due) {
                return;
            }
            saving = true;
            lastSaveMillis = wall.millis();
        }
        save(now);
    }

    /** For how long there has been something captured and not stored; 0 while there is nothing. */
    synchronized long ageMillis() {
        return behindSinceMillis < 0 ? 0 : Math.max(0, wall.millis() - behindSinceMillis);
    }

    /** Stores the position if it is news. */
    void saveNow(@Nullable SequenceNumber frontier, boolean finished) {
        Checkpoint now = checkpoint(frontier, finished);
        synchronized (this) {
            if (now.equals(saved)) {
                return;
            }
            saving = true;
        }
        save(now);
    }

    synchronized boolean isDoneSaved() {
        return saved instanceof Checkpoint.Done;
    }

    private void save(Checkpoint checkpoint) {
        var unused = store.save(place.table(), place.streamArn(), place.shard(), checkpoint)
                .whenComplete((done, failure) -> saved(checkpoint, failure));
    }

    private synchronized void saved(Checkpoint checkpoint, @Nullable Throwable failure) {
        saving = false;
        if (failure == null) {
            saved = checkpoint;
            // What was captured since then is noticed by the next step.
            behindSinceMillis = -1;
        } else {
            LOG.atDebug()
                    .addKeyValue("table", place.table())
                    .addKeyValue("shard", place.shard())
                    .setCause(failure)
                    .log("a checkpoint was not stored; it is tried again");
        }
    }

    private Checkpoint checkpoint(@Nullable SequenceNumber frontier, boolean finished) {
        if (finished) {
            return new Checkpoint.Done();
        }
        return frontier == null ? initial : new Checkpoint.At(frontier.digits());
    }
}
