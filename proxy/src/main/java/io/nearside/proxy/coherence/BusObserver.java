package io.nearside.proxy.coherence;

import io.nearside.change.Invalidation;

/** Told of what happens on the bus, for metrics. Called on the bus's own threads. */
public interface BusObserver {

    /** An announcement of others was acted upon. */
    void heard(Invalidation invalidation);

    /** Announcements were missed for good, and everything cached was forgotten. */
    void missed();

    /** A record was not acted upon as it stands. */
    void refused(RefusedRecord why);

    /** Announcements could not be sent as they were and were replaced by "forget the table". */
    void overflowed();
}
