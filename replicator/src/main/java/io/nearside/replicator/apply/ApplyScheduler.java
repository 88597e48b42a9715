package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.conflict.AttributeMerge;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.RetriableStoreException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands changes to the applier: one at a time per key, many keys at a time, no more per table than it takes.
 *
 * <p>A change that waits behind another of its key, or for its turn, is overtaken by a newer one: only the newest of a key is ever
 * waiting, besides updates of other attributes where attributes are merged. A change that fails for the environment's reasons waits, longer each
 * time, and nobody but its own key waits with it; a table that answers nobody is asked less and less often, up to every
 * {@link #MAX_DELAY}.
 *
 * <p>Holds one slot per key that has work; how much is submitted before it ends is bounded by the caller. Safe for use from any
 * thread; the work runs on threads of its own.
 */
final class ApplyScheduler implements AutoCloseable {

    /** What is done with a change. */
    interface Work {

        /**
         * Brings a change to its end.
         *
         * @param attempt 0 at first, one more each time it failed
         * @throws RetriableStoreException if it should be tried again later; any other exception counts as unavailable
         */
        void handle(Change change, int attempt);

        /** A change will never be handled, because a newer one of its key was waiting too. */
        void overtaken(Change change);
    }

    static final Duration MIN_DELAY = Duration.ofMillis(25);
    static final Duration MAX_DELAY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ApplyScheduler.class);
    private static final int TOLERATED_FAILURES = 8;
    private static final int MAX_DOUBLINGS = 10;
    private static final int BYTES_PER_UNIT = 1024;

    private record Key(String table, ItemKey key) {}

    /** A change that waits, with everybody who wants to know when it, or what overtook it, has ended. */
    private record Pending(Change change, int units, List<Runnable> whenDone, int attempt) {}

    /** The work of one key. It is in its lane's queue, or running, or waiting for a retry; else it is gone. */
    private static final class Slot {
        final Key key;

        @Nullable Pending next;

        /** What waits behind it, as it stands beside it; only of tables that merge attributes. */
        @Nullable Deque<Pending> more;

        boolean busy;

        Slot(Key key) {
            this.key = key;
        }

        /** Takes out what is next, and moves up what waits behind it. */
        @Nullable Pending take() {
            Pending taken = next;
            next = more == null ? null : more.poll();
            return taken;
        }

        Deque<Pending> more() {
            Deque<Pending> deque = more == null ? new ArrayDeque<>() : more;
            more = deque;
            return deque;
        }
    }

    /** The work of one table. */
    private static final class Lane {
        final Deque<Slot> ready = new ArrayDeque<>();
        final AdaptiveLimit limit;
        final CapacityBudget budget;
        int underWay;
        int failuresInARow;
        boolean resting;

        Lane(int max, CapacityBudget budget) {
            this.limit = new AdaptiveLimit(max);
            this.budget = budget;
        }
    }

    private final Object lock = new Object();
    private final Map<Key, Slot> slots = new HashMap<>();
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Work work;
    private final int maxConcurrency;
    private final Function<String, CapacityBudget> budgets;
    private final ScheduledThreadPoolExecutor executor;
    private boolean closed;

    /**
     * @param maxConcurrency the most writes under way in all, and the most threads
     * @param budgets what changes to a table may consume
     */
    ApplyScheduler(Work work, int maxConcurrency, Function<String, CapacityBudget> budgets) {
        this.budgets = budgets;
        this.work = work;
        this.maxConcurrency = maxConcurrency;
        AtomicInteger count = new AtomicInteger();
        this.executor = new ScheduledThreadPoolExecutor(maxConcurrency, task -> {
            Thread thread = new Thread(task, "nearside-apply-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Takes a change.
     *
     * @param table the table here that it is for
     * @param units the write capacity that it takes, about
     * @param whenDone called once when the change is applied, superseded, overtaken or parked; never if this is closed before
     */
    void submit(String table, Change change, int units, Runnable whenDone) {
        Key key = new Key(table, change.key());
        @Nullable Change overtaken = null;
        synchronized (lock) {
            if (closed) {
                return;
            }
            Slot slot = slots.computeIfAbsent(key, Slot::new);
            Pending fresh = new Pending(change, units, new ArrayList<>(List.of(whenDone)), 0);
            if (slot.next == null) {
                slot.next = fresh;
            } else if (!oneOvertakesTheOther(slot.next.change(), change)) {
                slot.more().add(fresh);
            } else {
                Pending old = slot.next;
                slot.next = newer(old, fresh);
                overtaken = slot.next.change().version().equals(change.version()) ? old.change() : change;
            }
            if (!slot.busy) {
                slot.busy = true;
                lane(table).ready.add(slot);
                pump(lane(table));
            }
        }
        if (overtaken != null) {
            work.overtaken(overtaken);
        }
    }

    /** The write units that an item of about this size takes: one for each begun kilobyte. */
    static int units(int bytes) {
        return Math.max(1, (bytes + BYTES_PER_UNIT - 1) / BYTES_PER_UNIT);
    }

    /** How many writes may be under way at a table now. */
    int limit(String table) {
        synchronized (lock) {
            return lane(table).limit.current();
        }
    }

    /** How many keys have work. */
    int keys() {
        synchronized (lock) {
            return slots.size();
        }
    }

    private Lane lane(String table) {
        return lanes.computeIfAbsent(table, name -> new Lane(maxConcurrency, budgets.apply(name)));
    }

    /** Whether of two changes of a key the newer leaves nothing of the older: always so, but for updates of some attributes. */
    private static boolean oneOvertakesTheOther(Change a, Change b) {
        if (a.incarnation() != b.incarnation()) {
            return true;
        }
        if (a.kind() != Change.Kind.UPDATE && b.kind() != Change.Kind.UPDATE) {
            return true;
        }
        return a.version().isAbove(b.version()) ? AttributeMerge.covers(a, b) : AttributeMerge.covers(b, a);
    }

    /** The newer of two changes of a key, knowing of everything that both replaced, and ending for both. */
    private static Pending newer(Pending a, Pending b) {
        boolean secondWins = a.change().incarnation() == b.change().incarnation()
                ? b.change().version().isAbove(a.change().version())
                : b.change().incarnation() > a.change().incarnation();
        Pending winner = secondWins ? b : a;
        Pending loser = secondWins ? a : b;
        List<Runnable> whenDone = new ArrayList<>(a.whenDone());
        whenDone.addAll(b.whenDone());
        return new Pending(
                replacing(winner.change(), loser.change()),
                winner.units(),
                whenDone,
                Math.max(a.attempt(), b.attempt()));
    }

    /** The change as if it had replaced what the overtaken one replaced: that is what this region last saw. */
    private static Change replacing(Change change, Change overtaken) {
        if (change.incarnation() != overtaken.incarnation()) {
            return change;
        }
        return new Change(
                change.kind(),
                change.table(),
                change.key(),
                change.keyAttributes(),
                change.image(),
                change.removed(),
                change.version(),
                overtaken.previous(),
                change.position(),
                change.captured(),
                change.incarnation());
    }

    /** Starts what may start. Holding the lock. */
    private void pump(Lane lane) {
        while (!closed && !lane.resting && lane.underWay < lane.limit.current() && !lane.ready.isEmpty()) {
            long wait = lane.budget.nanosUntilFree();
            if (wait > 0) {
                rest(lane, Duration.ofNanos(wait));
                return;
            }
            Slot slot = lane.ready.remove();
            lane.budget.charge(slot.next == null ? 0 : slot.next.units());
            lane.underWay++;
            executor.execute(() -> run(lane, slot));
        }
    }

    private void run(Lane lane, Slot slot) {
        Pending pending = take(slot);
        try {
            work.handle(pending.change(), pending.attempt());
        } catch (RetriableStoreException e) {
            failed(lane, slot, pending, e.reason());
            return;
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("table", slot.key.table())
                    .log("applying a change failed; it is tried again");
            failed(lane, slot, pending, Reason.UNAVAILABLE);
            return;
        }
        pending.whenDone().forEach(Runnable::run);
        succeeded(lane, slot);
    }

    private Pending take(Slot slot) {
        synchronized (lock) {
            Pending pending = slot.take();
            if (pending == null) {
                throw new IllegalStateException("a key without work was started");
            }
            return pending;
        }
    }

    private void succeeded(Lane lane, Slot slot) {
        synchronized (lock) {
            lane.underWay--;
            lane.failuresInARow = 0;
            lane.limit.succeeded();
            if (slot.next != null) {
                lane.ready.add(slot);
            } else {
                slots.remove(slot.key);
            }
            pump(lane);
        }
    }

    private void failed(Lane lane, Slot slot, Pending pending, Reason reason) {
        @Nullable Change overtaken = null;
        synchronized (lock) {
            lane.underWay--;
            if (reason == Reason.THROTTLED) {
                lane.limit.throttled();
            } else {
                lane.failuresInARow++;
                restIfNobodyAnswers(lane);
            }
            Pending again = new Pending(pending.change(), pending.units(), pending.whenDone(), pending.attempt() + 1);
            Pending arrived = slot.next;
            if (arrived == null) {
                slot.next = again;
            } else if (!oneOvertakesTheOther(again.change(), arrived.change())) {
                slot.more().addFirst(arrived);
                slot.next = again;
            } else {
                slot.next = newer(again, arrived);
                overtaken = slot.next.change().version().equals(arrived.change().version())
                        ? pending.change()
                        : arrived.change();
            }
            later(delay(pending.attempt()), () -> {
                lane.ready.add(slot);
                pump(lane);
            });
            pump(lane);
        }
        if (overtaken != null) {
            work.overtaken(overtaken);
        }
    }

    private void restIfNobodyAnswers(Lane lane) {
        if (lane.failuresInARow < TOLERATED_FAILURES || lane.resting) {
            return;
        }
        rest(lane, delay(lane.failuresInARow - TOLERATED_FAILURES));
    }

    private void rest(Lane lane, Duration pause) {
        lane.resting = true;
        later(pause, () -> {
            lane.resting = false;
            pump(lane);
        });
    }

    private void later(Duration delay, Runnable task) {
        if (!closed) {
            var unused = executor.schedule(
                    () -> {
                        synchronized (lock) {
                            task.run();
                        }
                    },
                    delay.toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Doubles with each attempt, plus or minus a quarter so that many do not come back at once. */
    private static Duration delay(int attempt) {
        long doubled = MIN_DELAY.toNanos() << Math.min(attempt, MAX_DOUBLINGS);
        long bounded = Math.min(doubled, MAX_DELAY.toNanos());
        return Duration.ofNanos(
                bounded - bounded / 4 + ThreadLocalRandom.current().nextLong(bounded / 2));
    }

    /** Starts nothing more, and waits for what is under way. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
                LOG.atWarn().log("writes under way did not end within 5 s; they will be repeated after the restart");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
