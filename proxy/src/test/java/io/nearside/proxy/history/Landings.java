package io.nearside.proxy.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The order in which writes took effect, key by key: what DynamoDB knows and no caller does. Not safe for threads. */
final class Landings {

    /** Before the first write of a key. */
    static final int BEFORE_ALL = -1;

    /** No such value was ever written. */
    static final int NOWHERE = -2;

    private record Landing(long at, boolean deletion) {}

    private final Map<Integer, List<Landing>> byKey = new HashMap<>();
    private final Map<Long, Integer> places = new HashMap<>();

    /** A write took effect; moments never go back. */
    void landed(int key, long id, boolean deletion, long at) {
        List<Landing> landings = byKey.computeIfAbsent(key, k -> new ArrayList<>());
        places.put(id, landings.size());
        landings.add(new Landing(at, deletion));
    }

    /** Where a write stands among those of its key, from 0; {@link #NOWHERE} if it never took effect. */
    int place(long id) {
        return places.getOrDefault(id, NOWHERE);
    }

    /** The newest place at which the key can have had this value before the moment. */
    int newestPlace(int key, long value, long before) {
        return value == History.ABSENT ? newestAbsence(byKey.getOrDefault(key, List.of()), before) : place(value);
    }

    private static int newestAbsence(List<Landing> landings, long before) {
        for (int i = landings.size() - 1; i >= 0; i--) {
            Landing landing = landings.get(i);
            if (landing.deletion && landing.at < before) {
                return i;
            }
        }
        return BEFORE_ALL;
    }
}
