package io.nearside.proxy.coherence;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The invalidation bus at one moment, for operators.
 *
 * @param topic the topic that carries announcements
 * @param hearing whether everything announced until a moment ago has been acted upon
 * @param problem what keeps this node from hearing, empty while it hears
 * @param silenceSeconds for how long nothing has been heard for certain
 * @param feed whether replicators tell of writes around the proxies
 * @param feedSilenceSeconds for how long none has given a heartbeat; 0 where none is known
 * @param behind announcements that Kafka held and that were not acted upon when the reader last asked, twice a second
 * @param waiting this node's announcements that Kafka has not acknowledged
 * @param announced this node's announcements that Kafka has acknowledged
 * @param lastAnnounced when it acknowledged the last one; null before the first
 * @param sources who was heard since the start, at most 64, the latest first
 */
public record BusReport(
        String topic,
        boolean hearing,
        String problem,
        double silenceSeconds,
        ChangeFeed feed,
        double feedSilenceSeconds,
        long behind,
        int waiting,
        long announced,
        @Nullable Instant lastAnnounced,
        List<Source> sources) {

    public BusReport {
        sources = List.copyOf(sources);
    }

    /**
     * A node or replicator that announced something.
     *
     * @param name as it calls itself on the bus
     * @param announcements heard from it since the start, this node's own included
     * @param last when it made its last one, by its own clock
     * @param table what that one was about
     */
    public record Source(String name, long announcements, Instant last, String table) {}
}
