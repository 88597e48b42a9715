package io.nearside.replicator.capture;

import io.nearside.item.ItemKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs the tasks of one key one after the other, in the order they came, and those of different keys side by side.
 *
 * <p>A task that must wait says for how long and runs again then; meanwhile its thread works for other keys, so one key that is
 * stuck holds up nobody else. Threads are borrowed from an executor, which bounds how many work at once. Holds whatever was handed in and is
 * not done; whoever hands in bounds it. Thread-safe.
 */
final class KeyedWorkers {

    /** Some work for a key. */
    interface Task {
        /** Does it; empty when there is no more to do for it here, else the pause before it runs again. Must not throw. */
        Optional<Duration> run();

        /**
         * Takes over the task before it, of the same key, which is not running; that one never runs again. Must be quick.
         *
         * @return false if both have to run
         */
        default boolean absorbs(Task earlier) {
            return false;
        }
    }

    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final ConcurrentMap<ItemKey, Lane> lanes = new ConcurrentHashMap<>();

    /**
     * @param executor lends threads; shared
     * @param timer wakes waiting tasks; shared
     */
    KeyedWorkers(Executor executor, ScheduledExecutorService timer) {
        this.executor = executor;
        this.timer = timer;
    }

    /** Hands in a task, to run after those already there for the key. */
    void submit(ItemKey key, Task task) {
        Lane[] fresh = new Lane[1];
        lanes.compute(key, (same, lane) -> {
            Lane joined = lane;
            if (joined == null) {
                joined = new Lane(key);
                fresh[0] = joined;
            }
            joined.tasks.addLast(task);
            return joined;
        });
        if (fresh[0] != null) {
            execute(fresh[0]);
        }
    }

    /** Hands out every task that is not done, the running ones included; those of a key as they are at one moment. */
    void forEach(Consumer<Task> reader) {
        for (ItemKey key : lanes.keySet()) {
            lanes.computeIfPresent(key, (same, lane) -> {
                lane.tasks.forEach(reader);
                return lane;
            });
        }
    }

    /** How many keys have work. */
    int busyKeys() {
        return lanes.size();
    }

    private void execute(Runnable lane) {
        try {
            executor.execute(lane);
        } catch (RejectedExecutionException e) {
            // The process is stopping; what is left is captured again by whoever comes next.
            lanes.clear();
        }
    }

    /** The tasks of one key; its queue is touched only inside {@link ConcurrentMap#compute}. */
    private final class Lane implements Runnable {
        private final ItemKey key;
        private final Deque<Task> tasks = new ArrayDeque<>();

        private Lane(ItemKey key) {
            this.key = key;
        }

        @Override
        public void run() {
            Task[] first = new Task[1];
            lanes.computeIfPresent(key, (same, lane) -> {
                first[0] = lane.first();
                return lane;
            });
            if (first[0] != null) {
                first[0].run().ifPresentOrElse(this::wait, this::next);
            }
        }

        /** The first task, with those that it took over gone. */
        private Task first() {
            Task first = tasks.removeFirst();
            for (Task next = tasks.peekFirst(); next != null && next.absorbs(first); next = tasks.peekFirst()) {
                first = tasks.removeFirst();
            }
            tasks.addFirst(first);
            return first;
        }

        private void wait(Duration pause) {
            try {
                var unused = timer.schedule(() -> execute(this), pause.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                lanes.clear();
            }
        }

        private void next() {
            Lane left = lanes.computeIfPresent(key, (same, lane) -> {
                lane.tasks.removeFirst();
                return lane.tasks.isEmpty() ? null : lane;
            });
            if (left != null) {
                execute(left);
            }
        }
    }
}
