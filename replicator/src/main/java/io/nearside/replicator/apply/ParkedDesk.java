package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.item.ItemKey;
import io.nearside.replicator.apply.ApplyOutcome.Parked;
import io.nearside.replicator.table.RetriableStoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * What an operator does about parked changes: look at them, and once their cause is gone, have them applied after all.
 *
 * <p>Reads the topic anew each time; at most {@link ParkedKeys#MAX_KEYS} keys are looked at.
 */
public final class ParkedDesk {

    private record Key(String table, ItemKey key) {}

    private final ParkedChanges parked;
    private final ParkedKeys keys;
    private final Applier applier;
    private final Destinations destinations;
    private final KafkaApplyReports reports;

    ParkedDesk(
            ParkedChanges parked,
            ParkedKeys keys,
            Applier applier,
            Destinations destinations,
            KafkaApplyReports reports) {
        this.parked = parked;
        this.keys = keys;
        this.applier = applier;
        this.destinations = destinations;
        this.reports = reports;
    }

    /** A key that is put aside, with the newest of its changes. */
    public record ParkedKey(Change change, String reason, String detail, String at) {}

    /**
     * What releasing came to.
     *
     * @param released keys whose newest change is applied or superseded now
     * @param kept keys that are parked still
     */
    public record Released(int released, int kept) {}

    /** The parked keys of a table, or of all tables if that is empty. */
    public List<ParkedKey> list(String table) {
        Map<Key, ParkedKey> newest = new LinkedHashMap<>();
        parked.read(entry -> collect(table, newest, entry), () -> false);
        return List.copyOf(newest.values());
    }

    private static void collect(String table, Map<Key, ParkedKey> newest, ParkedChanges.Entry entry) {
        if (!table.isEmpty() && !table.equals(entry.table())) {
            return;
        }
        Key key = new Key(entry.table(), entry.key());
        Change change = entry.change();
        if (change == null) {
            newest.remove(key);
            return;
        }
        ParkedKey before = newest.get(key);
        if (before != null
                ? change.version().isAbove(before.change().version())
                : newest.size() < ParkedKeys.MAX_KEYS) {
            newest.put(key, new ParkedKey(change, entry.reason(), entry.detail(), entry.at()));
        }
    }

    /**
     * Applies the newest parked change of each key of a table; keys for which that works are no longer parked.
     *
     * @throws RetriableStoreException if the environment fails; what was released until then stays released
     */
    public Released release(String table) {
        int released = 0;
        int kept = 0;
        for (ParkedKey key : list(table)) {
            if (release(key.change())) {
                released++;
            } else {
                kept++;
            }
        }
        return new Released(released, kept);
    }

    private boolean release(Change change) {
        Destinations.Destination destination = destinations.find(change.table());
        ApplyOutcome outcome = applier.apply(destination.table(), destination.filter(), change);
        if (outcome instanceof Parked) {
            return false;
        }
        try {
            reports.released(change).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new RetriableStoreException(
                    RetriableStoreException.Reason.UNAVAILABLE, "the release cannot be noted: " + e.getCause(), e);
        }
        keys.remove(change.table(), change.key());
        return true;
    }
}
