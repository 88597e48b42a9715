package io.nearside.proxy.cache;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread on which the caches note reads and evict, a millisecond after that is asked for.
 *
 * <p>Caffeine asks for it after every fill and every 16 reads of a thread. To wake another thread so often took 6 % of a hit's
 * processor time; a millisecond later it is done for everything meanwhile. What is read beyond Caffeine's buffers in that time does
 * not count towards what stays, which a sample does not mind; fills beyond them are taken in by the thread that made them.
 *
 * <p>Thread-safe. After {@link #close()} nothing is done any more.
 */
public final class CacheMaintenance implements Executor, AutoCloseable {

    private static final long DELAY_MILLIS = 1;

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, CacheMaintenance::daemon, new ThreadPoolExecutor.DiscardPolicy());

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "cache-maintenance");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Caffeine catches and logs what its own task throws.
    public void execute(Runnable task) {
        thread.schedule(task, DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
