package io.nearside.proxy.coherence;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.change.Heartbeat;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Up to when this node has heard everything that others announced, and what follows for its cached answers.
 *
 * <p>The reader of the bus says from time to time: "everything announced before that moment has been acted upon". While
 * the last such moment is recent the cache serves; else the fallback decides. So a node that loses the bus stops on its
 * own, without anybody noticing the loss first, and a node that hears again serves only after it has caught up.
 *
 * <p>So it is with the region's change feed: where replicators gave heartbeats and give none any more, nobody tells of writes around
 * the proxies, and the fallback decides. Of a feed that was never heard of nothing is expected. Safe from any thread; asking takes
 * no lock.
 */
public final class BusState implements ServingRule {

    /** Two of the longest intervals between heartbeats. */
    private static final Duration FEED_PATIENCE = Heartbeat.LONGEST_INTERVAL.multipliedBy(2);

    private final Ticker ticker;
    private final long patienceNanos;
    private final long fallbackMillis;
    private volatile boolean everHeard;
    private volatile long heardNanos;
    private volatile @Nullable String problem;

    private volatile boolean feedKnown;
    private volatile long feedHeardNanos;

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
        long now = ticker.read();
        return (isHearing(now) && !isFeedSilent(now)) || (fallbackMillis > 0 && ageMillis <= fallbackMillis);
    }

    /** Whether everything announced until a moment ago has been acted upon. */
    public boolean isHearing() {
        return isHearing(ticker.read());
    }

    private boolean isHearing(long now) {
        return everHeard && now - heardNanos <= patienceNanos;
    }

    /** Whether replicators tell of writes around the proxies. */
    public ChangeFeed feed() {
        if (!feedKnown) {
            return ChangeFeed.UNKNOWN;
        }
        return isFeedSilent(ticker.read()) ? ChangeFeed.SILENT : ChangeFeed.ALIVE;
    }

    private boolean isFeedSilent(long now) {
        return feedKnown && now - feedHeardNanos > FEED_PATIENCE.toNanos();
    }

    /** Seconds since a replicator's last heartbeat was read; 0 where none is known. */
    public double feedSilenceSeconds() {
        return feedKnown ? (ticker.read() - feedHeardNanos) / 1e9 : 0;
    }

    /** That nobody tells of writes around the proxies, in words for an operator; empty while somebody does or never did. */
    public String feedProblem() {
        return feed() == ChangeFeed.SILENT
                ? "no replicator of the region has given a heartbeat for " + (long) feedSilenceSeconds()
                        + " s, so nobody tells of writes around the proxies, of expired items and of other regions' writes"
                : "";
    }

    /** There was a replicator before this process began: it has its time to give a heartbeat. */
    void feedExists() {
        if (!feedKnown) {
            feedHeard();
        }
    }

    /** A replicator is at work. */
    void feedHeard() {
        feedHeardNanos = ticker.read();
        feedKnown = true;
    }

    /** The region has no replicator, or whether it has cannot be told. */
    void feedUnknown() {
        feedKnown = false;
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
