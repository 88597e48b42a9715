package io.nearside.replicator.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads of which exactly one runs at any time: the one that holds the baton. A thread passes it on at every {@link #step}, that is
 * at each call of a simulated table or log, and when its task ends. Who gets it is decided by the {@link Plot}, in the thread that
 * passes it on: if that one may go on, no thread is switched at all.
 *
 * <p>The plot's decisions are the only source of order, so that one seed is one history. Threads are used again by the next play.
 */
final class Fibers implements AutoCloseable {

    /** Decides who goes on. */
    interface Plot {
        /** The fiber that goes on; null when the play is over. */
        @Nullable Fiber next();
    }

    /** The process died between two steps: unwinds its code, past every handler of exceptions. */
    static final class Crash extends Error {
        Crash() {
            super("the simulated process died", null, false, false);
        }
    }

    /** One thread of the play. */
    final class Fiber {
        private final Thread thread;
        private volatile boolean hasBaton;
        private @Nullable Runnable task;
        private boolean doomed;

        private Fiber(int number) {
            thread = new Thread(this::run, "fiber-" + number);
            thread.setDaemon(true);
            thread.start();
        }

        /** Whether it is in the middle of a task. */
        boolean isBusy() {
            return task != null;
        }

        /** Gives an idle fiber a task, to be begun when the fiber goes on. */
        void begin(Runnable next) {
            if (task != null) {
                throw new IllegalStateException("the fiber is busy");
            }
            task = next;
        }

        /** Lets the task die where it stands, at its next turn. */
        void doom() {
            doomed = task != null;
        }

        private void run() {
            awaitBaton();
            while (!closed) {
                perform();
                passOn(this);
                awaitBaton();
            }
        }

        private void perform() {
            try {
                Runnable current = task;
                if (current != null && !doomed) {
                    current.run();
                }
            } catch (Crash expected) {
                // The process is gone; what it left half done is the point of the exercise.
            } catch (Throwable e) {
                fail(e);
            }
            task = null;
            doomed = false;
        }

        private void awaitBaton() {
            while (!hasBaton && !closed) {
                LockSupport.park(this);
            }
        }

        private void takeBaton() {
            hasBaton = true;
            LockSupport.unpark(thread);
        }
    }

    private final List<Fiber> fibers = new ArrayList<>();
    private Plot plot = () -> null;
    private volatile boolean closed;
    private volatile boolean over;
    private @Nullable Thread audience;
    private @Nullable Throwable failure;
    private @Nullable Fiber current;
    private boolean unwinding;

    /** The fibers of a play, made as they are needed. */
    Fiber fiber(int number) {
        while (fibers.size() <= number) {
            fibers.add(new Fiber(fibers.size()));
        }
        return fibers.get(number);
    }

    /** Plays until the plot is over or something is thrown, which is then thrown here. Afterwards every fiber is idle. */
    void play(Plot next) {
        plot = next;
        turn();
        fibers.forEach(Fiber::doom);
        unwinding = true;
        plot = this::anyBusy;
        turn();
        unwinding = false;
        Throwable thrown = failure;
        failure = null;
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
    }

    private void turn() {
        over = false;
        audience = Thread.currentThread();
        passOn(null);
        while (!over) {
            LockSupport.park(this);
        }
    }

    private @Nullable Fiber anyBusy() {
        return fibers.stream().filter(Fiber::isBusy).findFirst().orElse(null);
    }

    /** Called by a fiber's task: others may go first, and the process may die here. */
    void step() {
        Fiber self = current;
        if (self == null || self.thread != Thread.currentThread()) {
            return;
        }
        passOn(self);
        self.awaitBaton();
        if (self.doomed) {
            throw new Crash();
        }
    }

    private void passOn(@Nullable Fiber from) {
        Fiber next = decide();
        if (next == from && next != null) {
            return;
        }
        if (from != null) {
            from.hasBaton = false;
        }
        current = next;
        if (next != null) {
            next.takeBaton();
        } else {
            over = true;
            LockSupport.unpark(audience);
        }
    }

    private @Nullable Fiber decide() {
        try {
            return failure == null || unwinding ? plot.next() : null;
        } catch (RuntimeException | Error e) {
            fail(e);
            return null;
        }
    }

    private void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        } else {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        fibers.forEach(Fiber::takeBaton);
    }
}
