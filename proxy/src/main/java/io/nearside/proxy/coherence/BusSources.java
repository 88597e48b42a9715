package io.nearside.proxy.coherence;

import io.nearside.change.Invalidation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who was heard on the bus, for operators: at most {@value #MOST} sources, of which the one heard longest ago makes room. Safe from any
 * thread; written by the bus's reader only.
 */
final class BusSources {

    private static final int MOST = 64;

    private final Map<String, BusReport.Source> sources = new LinkedHashMap<>();

    synchronized void heard(Invalidation invalidation) {
        BusReport.Source before = sources.remove(invalidation.source());
        long count = before == null ? 1 : before.announcements() + 1;
        sources.put(
                invalidation.source(),
                new BusReport.Source(invalidation.source(), count, invalidation.at(), invalidation.table()));
        if (sources.size() > MOST) {
            sources.remove(sources.keySet().iterator().next());
        }
    }

    /** The one heard last comes first. */
    synchronized List<BusReport.Source> latestFirst() {
        List<BusReport.Source> latest = new ArrayList<>(sources.values());
        Collections.reverse(latest);
        return latest;
    }
}
