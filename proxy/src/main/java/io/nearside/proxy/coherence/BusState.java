package io.nearside.proxy.coherence;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Up to when this node has heard everything that others announced, and what follows for its cached answers.
 *
 * <p>The reader of the bus says from time to time: "everything announced before that moment has been acted upon". While
 * the last such moment is recent the cache serves; else the fallback decides. So a node that loses the bus stops on its
 * own, without anybody noticing the loss first, and a node that hears again serves only after it has caught up. Safe from
 * any thread; asking takes no lock.
 */
public final class BusState implements ServingRule {

    private final Ticker ticker;
    private final long patienceNanos;
    private final long fallbackMillis;
    private volatile boolean everHeard;
    private volatile long heardNanos;
    private volatile @Nullable String problem;

    /**
     * @param patience how old the last moment may be
     * @param fallbackTtl how old an answer may be that is given without hearing others; zero to give none
     */
    public BusState(Ticker ticker, Duration patience, Duration fallbackTtl) {
        this.ticker = Objects.requireNonNull(ticker, "ticker");
        this.patienceNanos = patience.toNanos();
        this.fallbackMillis = fallbackTtl.toMillis();
    }

    @Override
    public boolean mayServe(long ageMillis) {
        return isHearing() || (fallbackMillis > 0 && ageMillis <= fallbackMillis);
    }

    /** Whether everything announced until a moment ago has been acted upon. */
    public boolean isHearing() {
        return everHeard && ticker.read() - heardNanos <= patienceNanos;
    }

    /** What keeps this node from hearing, in words for an operator; empty while it hears. */
    public String problem() {
        String known = problem;
        return isHearing() ? "" : known == null ? "invalidations have not been caught up with yet" : known;
    }

    /** Seconds for which nothing has been heard for certain; 0 before the first time. */
    public double silenceSeconds() {
        return everHeard ? (ticker.read() - heardNanos) / 1e9 : 0;
    }

    /** How long nothing may be heard before cached answers are not trusted. */
    long patienceNanos() {
        return patienceNanos;
    }

    long now() {
        return ticker.read();
    }

    /** Everything announced before that moment has been acted upon. */
    void heardUntil(long nanos) {
        heardNanos = nanos;
        everHeard = true;
        problem = null;
    }

    /** The bus cannot be read. */
    void failed(String why) {
        problem = why;
    }
}
