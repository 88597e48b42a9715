package io.nearside.config;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a configuration file has changed while the service runs.
 *
 * <p>The file is read every so often and compared by what stands in it, so that it does not matter how it was replaced (an
 * editor, a rename, the links of a mounted ConfigMap). A change is acted upon when two readings in a row agree, since a file
 * may be met half-written. It is then loaded as at the start, environment included: accepted whole or refused whole, and what
 * was refused is not looked at again until it changes.
 *
 * <p>One daemon thread reads, and calls the listener. What a listener throws is logged, and the watching goes on.
 *
 * @param <R> the root record
 */
public final class ConfigWatch<R extends Record> implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ConfigWatch.class.getName());

    private final Path file;
    private final Class<R> type;
    private final Map<String, String> environment;
    private final Listener<R> listener;
    private final ScheduledExecutorService reader;
    private EffectiveConfig<R> accepted;
    private @Nullable Reading seen;
    private @Nullable Reading judged;
    private boolean refused;

    /**
     * Told of changes, one at a time.
     *
     * @param <R> the root record
     */
    public interface Listener<R extends Record> {

        /**
         * The file has changed and can be used.
         *
         * @param changes what differs from the one accepted before; empty when a file that was refused says again what it
         *     said before
         */
        void accepted(EffectiveConfig<R> next, List<EffectiveConfig.Change> changes);

        /** The file has changed and cannot be used, or cannot be read any more; the message says all that is wrong. */
        void refused(ConfigException problems);
    }

    /**
     * Does nothing until {@link #start}.
     *
     * @param environment as given to {@link ConfigLoader} when the configuration in use was loaded
     * @param inUse the configuration that the file held when the service started
     */
    public ConfigWatch(
            Path file, Class<R> type, Map<String, String> environment, EffectiveConfig<R> inUse, Listener<R> listener) {
        this.file = file;
        this.type = type;
        this.environment = Map.copyOf(environment);
        this.accepted = inUse;
        this.listener = listener;
        this.reader = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "nearside-config");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Looks at the file every so often from now on. */
    // Nobody waits for its result.
    @SuppressWarnings("FutureReturnValueIgnored")
    public void start(Duration every) {
        reader.scheduleWithFixedDelay(this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends the watching; a listener that is being called may still be at it. */
    @Override
    public void close() {
        reader.shutdownNow();
    }

    /** One look at the file. */
    synchronized void look() {
        Reading reading = Reading.of(file);
        boolean still = reading.equals(seen);
        seen = reading;
        if (still && !reading.equals(judged)) {
            judged = reading;
            try {
                judge(reading);
            } catch (RuntimeException | Error e) {
                // Let through, it would end the watching without a word, and later changes would be missed.
                LOG.log(
                        Level.ERROR,
                        "A changed configuration could not be put in force whole; change the file again or restart",
                        e);
            }
        }
    }

    private void judge(Reading reading) {
        EffectiveConfig<R> next;
        try {
            next = ConfigLoader.effective(file.toString(), reading.text(), type, environment);
        } catch (ConfigException e) {
            refused = true;
            listener.refused(e);
            return;
        }
        List<EffectiveConfig.Change> changes = next.changesSince(accepted);
        boolean worthSaying = refused || !changes.isEmpty();
        refused = false;
        accepted = next;
        if (worthSaying) {
            listener.accepted(next, changes);
        }
    }

    /** What a look at the file found: its text, or why it could not be had. */
    private record Reading(@Nullable String found, @Nullable ConfigException failure, String compared) {

        static Reading of(Path file) {
            try {
                String text = ConfigLoader.read(file);
                return new Reading(text, null, text);
            } catch (ConfigException e) {
                return new Reading(null, e, String.valueOf(e.getMessage()));
            }
        }

        String text() {
            if (failure != null) {
                throw failure;
            }
            return String.valueOf(found);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Reading that
                    && (failure == null) == (that.failure == null)
                    && compared.equals(that.compared);
        }

        @Override
        public int hashCode() {
            return compared.hashCode();
        }
    }
}
