package io.nearside.replicator.table;

import io.nearside.replicator.table.RegionRegistry.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The row of {@link RegionRegistry}: an immutable value, and the rules about region ids. Times are in seconds since the epoch.
 *
 * @param names the region of every id ever known
 * @param spent ids that are refused
 * @param seen when each id was last in the configuration of a process that ran
 * @param running the processes that entered and did not leave
 * @param revision goes up with every write
 */
record RegionRow(
        Map<Integer, String> names,
        Set<Integer> spent,
        Map<Integer, Long> seen,
        Map<String, Running> running,
        long revision) {

    private static final String NAMES = "names";
    private static final String SPENT = "retired";
    private static final String SEEN = "seen";
    private static final String RUNNING = "running";
    private static final String REGIONS = "regions";
    private static final String AT = "at";
    private static final String REVISION = "revision";

    /**
     * A process that runs.
     *
     * @param regions the regions of its configuration, names by id
     * @param at when it last confirmed that
     */
    record Running(Map<Integer, String> regions, long at) {
        private boolean isAlive(long now) {
            return now - at <= RegionRegistry.LEASE.toSeconds();
        }
    }

    RegionRow {
        names = Map.copyOf(names);
        spent = Set.copyOf(spent);
        seen = Map.copyOf(seen);
        running = Map.copyOf(running);
    }

    /** Why a configuration does not fit; null if it does. */
    @Nullable Refusal refusal(Map<Integer, String> configured, String process, long now) {
        for (Map.Entry<Integer, String> region : new TreeMap<>(configured).entrySet()) {
            Refusal refusal = refusal(region.getKey(), region.getValue(), process, now);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private @Nullable Refusal refusal(int id, String name, String process, long now) {
        String before = names.get(id);
        if (before != null && !before.equals(name)) {
            return new Refusal(
                    "region-id " + id + " belonged to " + before + " and is never used again: give " + name
                            + " a new region-id, in every region's configuration",
                    false);
        }
        for (Map.Entry<String, Running> other : new TreeMap<>(running).entrySet()) {
            if (!other.getKey().equals(process) && other.getValue().isAlive(now)) {
                Integer theirs = idOf(name, other.getValue().regions());
                if (theirs != null && theirs != id) {
                    return new Refusal(
                            "region " + name + " has region-id " + id + " in this configuration and " + theirs
                                    + " in that of process " + other.getKey() + ", which runs: correct one of them,"
                                    + " or stop all processes of the region before one starts with a new id",
                            true);
                }
            }
        }
        return spent.contains(id)
                ? new Refusal(
                        "region " + name + " was left out of the configuration for longer than changes are kept, so its"
                                + " region-id " + id + " is spent: give it a new one, in every region's configuration,"
                                + " or take it back with: nearside replication readmit --region " + name,
                        false)
                : null;
    }

    private static @Nullable Integer idOf(String name, Map<Integer, String> regions) {
        return regions.entrySet().stream()
                .filter(region -> region.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** With a process that runs with these regions now. */
    RegionRow with(String process, Map<Integer, String> configured, long now) {
        Map<Integer, String> allNames = new HashMap<>(names);
        configured.forEach(allNames::putIfAbsent);
        Map<Integer, Long> allSeen = new HashMap<>(seen);
        configured.keySet().forEach(id -> allSeen.put(id, now));
        Map<String, Running> all = new HashMap<>(running);
        all.put(process, new Running(Map.copyOf(configured), now));
        return new RegionRow(allNames, spent, allSeen, all, revision);
    }

    RegionRow without(String process) {
        Map<String, Running> others = new HashMap<>(running);
        others.remove(process);
        return new RegionRow(names, spent, seen, others, revision);
    }

    /**
     * Forgets processes that died, and spends the ids that nobody has had for so long. What was never seen, in a row of an older version,
     * counts as seen now.
     */
    RegionRow aged(Duration spentAfter, long now) {
        Map<String, Running> alive = new HashMap<>(running);
        alive.values().removeIf(process -> !process.isAlive(now));
        Map<Integer, Long> allSeen = new HashMap<>(seen);
        names.keySet().forEach(id -> allSeen.putIfAbsent(id, now));
        alive.values()
                .forEach(process ->
                        process.regions().keySet().forEach(id -> allSeen.merge(id, process.at(), Math::max)));
        Set<Integer> allSpent = new TreeSet<>(spent);
        allSeen.forEach((id, at) -> {
            if (now - at > spentAfter.toSeconds()) {
                allSpent.add(id);
            }
        });
        return new RegionRow(names, allSpent, allSeen, alive, revision);
    }

    /** The spent ids of a region. */
    Set<Integer> spentOf(String region) {
        return spent.stream().filter(id -> region.equals(names.get(id))).collect(Collectors.toSet());
    }

    RegionRow readmitting(String region, long now) {
        Set<Integer> back = spentOf(region);
        Set<Integer> still = new TreeSet<>(spent);
        still.removeAll(back);
        Map<Integer, Long> allSeen = new HashMap<>(seen);
        back.forEach(id -> allSeen.put(id, now));
        return new RegionRow(names, still, allSeen, running, revision);
    }

    boolean isSpent(int id) {
        return spent.contains(id);
    }

    /** How many processes run with an id. */
    int running(int id, long now) {
        return (int) running.values().stream()
                .filter(process -> process.isAlive(now) && process.regions().containsKey(id))
                .count();
    }

    static RegionRow of(Map<String, AttributeValue> item) {
        Map<Integer, Long> seen = new HashMap<>();
        map(item, SEEN).forEach((id, at) -> seen.put(Integer.valueOf(id), Long.valueOf(at.n())));
        Map<String, Running> running = new HashMap<>();
        map(item, RUNNING)
                .forEach((process, entry) -> running.put(
                        process,
                        new Running(
                                names(map(entry.m(), REGIONS)),
                                Long.parseLong(Objects.requireNonNull(entry.m().get(AT))
                                        .n()))));
        Set<Integer> spent = item.getOrDefault(SPENT, AttributeValue.fromSs(java.util.List.of())).ss().stream()
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
        AttributeValue revision = item.get(REVISION);
        return new RegionRow(
                names(map(item, NAMES)), spent, seen, running, revision == null ? 0 : Long.parseLong(revision.n()));
    }

    private static Map<String, AttributeValue> map(Map<String, AttributeValue> item, String name) {
        return item.getOrDefault(name, AttributeValue.fromM(Map.of())).m();
    }

    private static Map<Integer, String> names(Map<String, AttributeValue> map) {
        Map<Integer, String> names = new HashMap<>();
        map.forEach((id, name) -> names.put(Integer.valueOf(id), name.s()));
        return names;
    }

    /** All but the key and the revision. */
    Map<String, AttributeValue> toItem() {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(NAMES, map(names));
        Map<String, AttributeValue> times = new HashMap<>();
        seen.forEach((id, at) -> times.put(String.valueOf(id), AttributeValue.fromN(String.valueOf(at))));
        item.put(SEEN, AttributeValue.fromM(times));
        Map<String, AttributeValue> processes = new HashMap<>();
        running.forEach((process, entry) -> processes.put(
                process,
                AttributeValue.fromM(
                        Map.of(REGIONS, map(entry.regions()), AT, AttributeValue.fromN(String.valueOf(entry.at()))))));
        item.put(RUNNING, AttributeValue.fromM(processes));
        if (!spent.isEmpty()) {
            item.put(
                    SPENT,
                    AttributeValue.fromSs(spent.stream().map(String::valueOf).toList()));
        }
        return item;
    }

    private static AttributeValue map(Map<Integer, String> names) {
        Map<String, AttributeValue> map = new HashMap<>();
        names.forEach((id, name) -> map.put(String.valueOf(id), AttributeValue.fromS(name)));
        return AttributeValue.fromM(map);
    }
}
