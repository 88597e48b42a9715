package io.nearside.replicator.apply;

import io.nearside.item.ItemKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys whose changes are put aside in this region until an operator looks at them.
 *
 * <p>Remembers at most {@value #MAX_KEYS} keys; beyond that each change is judged by itself, which parks it again if it has to be. Safe
 * for use from any thread.
 */
public final class ParkedKeys {

    static final int MAX_KEYS = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(ParkedKeys.class);

    private record Key(String table, ItemKey key) {}

    private final Set<Key> keys = ConcurrentHashMap.newKeySet();

    /** Whether changes of this key are put aside. */
    public boolean contains(String table, ItemKey key) {
        return !keys.isEmpty() && keys.contains(new Key(table, key));
    }

    /** From now on changes of this key are put aside. */
    public void add(String table, ItemKey key) {
        if (keys.size() < MAX_KEYS) {
            keys.add(new Key(table, key));
        } else {
            LOG.atError()
                    .addKeyValue("table", table)
                    .addKeyValue("limit", MAX_KEYS)
                    .log("too many parked keys to remember");
        }
    }

    /** From now on changes of this key are applied again. */
    public boolean remove(String table, ItemKey key) {
        return keys.remove(new Key(table, key));
    }

    /** How many keys are remembered. */
    public int size() {
        return keys.size();
    }
}
