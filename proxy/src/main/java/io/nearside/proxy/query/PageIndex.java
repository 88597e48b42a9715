package io.nearside.proxy.query;

import io.nearside.item.ItemKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which pages a write touches: every cached page of a Query under the keys that it covers, every page of a Scan under its
 * whole table or index.
 *
 * <p>A write takes out exactly the pages whose interval contains its key, in O(log n + hits) of the pages of its partition.
 * The index knows pages by their names only, so it takes memory in proportion to the pages filed. It refuses none: whoever caches
 * pages weighs each with what it costs here, and {@link #remove removes} here what leaves the cache by itself.
 *
 * <p>Safe for use from any thread. Every method holds one lock for as long as its own steps take, never for a call to
 * anybody else; hits of the cache do not come here.
 *
 * @param <S> what tells one table or index from another, compared with {@code equals}
 * @param <P> what names a page, compared with {@code equals}
 */
public final class PageIndex<S, P> {
    private final SplittableRandom priorities;
    private final Map<S, Scope<P>> scopes = new HashMap<>();
    private int pages;

    /** @param seed of the random shape of the trees; any will do */
    public PageIndex(long seed) {
        this.priorities = new SplittableRandom(seed);
    }

    /** Files a page under the keys it covers, in place of the same page under other keys of this partition. */
    public synchronized void file(S scope, KeyInterval interval, P page) {
        Scope<P> filed = scopes.computeIfAbsent(scope, key -> new Scope<>());
        IntervalTree<P> tree =
                filed.partitions.computeIfAbsent(interval.partition(), key -> new IntervalTree<>(priorities));
        int before = tree.size();
        tree.put(interval, page);
        changed(filed, tree.size() - before);
    }

    /** Files a page that every write to its table or index touches. */
    public synchronized void fileWhole(S scope, P page) {
        Scope<P> filed = scopes.computeIfAbsent(scope, key -> new Scope<>());
        if (filed.whole.add(page)) {
            changed(filed, 1);
        }
    }

    /**
     * Takes out all pages of a table or index in constant time, however many there are.
     *
     * @return the pages, a partition's at a time; only the caller knows of them now
     */
    public synchronized Iterator<List<P>> detach(S scope) {
        Scope<P> gone = scopes.remove(scope);
        if (gone == null) {
            return Collections.emptyIterator();
        }
        pages -= gone.pages;
        return gone.drained();
    }

    /** Takes out a page filed under an interval of this partition; nothing happens if it is not there. */
    public synchronized void remove(S scope, ItemKey partition, P page) {
        Scope<P> filed = scopes.get(scope);
        IntervalTree<P> tree = filed == null ? null : filed.partitions.get(partition);
        if (filed != null && tree != null && tree.remove(page)) {
            changed(filed, -1);
            tidy(scope, filed, partition, tree);
        }
    }

    /** Takes out a page filed under its whole table or index; nothing happens if it is not there. */
    public synchronized void removeWhole(S scope, P page) {
        Scope<P> filed = scopes.get(scope);
        if (filed != null && filed.whole.remove(page)) {
            changed(filed, -1);
            tidy(scope, filed);
        }
    }

    /** Takes out and returns the pages that a write to this key touches. */
    public synchronized List<P> takeTouched(S scope, ItemKey key) {
        Scope<P> filed = scopes.get(scope);
        List<P> taken = new ArrayList<>();
        if (filed == null) {
            return taken;
        }
        ItemKey partition = key.partitionOnly();
        IntervalTree<P> tree = filed.partitions.get(partition);
        if (tree != null) {
            tree.collect(key, taken);
            taken.forEach(tree::remove);
        }
        takeWhole(filed, taken);
        settle(scope, filed, partition, tree, taken);
        return taken;
    }

    /** Takes out and returns all pages of a partition, and those that any write touches. */
    public synchronized List<P> takePartition(S scope, ItemKey partition) {
        Scope<P> filed = scopes.get(scope);
        List<P> taken = new ArrayList<>();
        if (filed == null) {
            return taken;
        }
        IntervalTree<P> tree = filed.partitions.remove(partition);
        if (tree != null) {
            tree.collectAll(taken);
        }
        takeWhole(filed, taken);
        settle(scope, filed, partition, null, taken);
        return taken;
    }

    /** Takes out and returns the pages that any write to their table or index touches. */
    public synchronized List<P> takeWhole(S scope) {
        Scope<P> filed = scopes.get(scope);
        List<P> taken = new ArrayList<>();
        if (filed != null) {
            takeWhole(filed, taken);
            changed(filed, -taken.size());
            tidy(scope, filed);
        }
        return taken;
    }

    /** Takes out and returns all pages of a table or index. */
    public synchronized List<P> takeAll(S scope) {
        List<P> taken = new ArrayList<>();
        detach(scope).forEachRemaining(taken::addAll);
        return taken;
    }

    /** How many pages are filed. */
    public synchronized int size() {
        return pages;
    }

    private void changed(Scope<P> filed, int more) {
        filed.pages += more;
        pages += more;
    }

    private static <P> void takeWhole(Scope<P> filed, List<P> taken) {
        taken.addAll(filed.whole);
        filed.whole.clear();
    }

    private void settle(S scope, Scope<P> filed, ItemKey partition, @Nullable IntervalTree<P> tree, List<P> taken) {
        changed(filed, -taken.size());
        if (tree == null) {
            tidy(scope, filed);
        } else {
            tidy(scope, filed, partition, tree);
        }
    }

    private void tidy(S scope, Scope<P> filed, ItemKey partition, IntervalTree<P> tree) {
        if (tree.size() == 0) {
            filed.partitions.remove(partition);
        }
        tidy(scope, filed);
    }

    private void tidy(S scope, Scope<P> filed) {
        if (filed.partitions.isEmpty() && filed.whole.isEmpty()) {
            scopes.remove(scope);
        }
    }

    private static final class Scope<P> {
        private final Map<ItemKey, IntervalTree<P>> partitions = new HashMap<>();
        private final Set<P> whole = new LinkedHashSet<>();
        private int pages;

        /** Everything that was filed; nobody else may hold this scope any more. */
        private Iterator<List<P>> drained() {
            Iterator<IntervalTree<P>> trees = partitions.values().iterator();
            return new Iterator<>() {
                private boolean wholeLeft = !whole.isEmpty();

                @Override
                public boolean hasNext() {
                    return wholeLeft || trees.hasNext();
                }

                @Override
                public List<P> next() {
                    if (wholeLeft) {
                        wholeLeft = false;
                        return List.copyOf(whole);
                    }
                    List<P> partition = new ArrayList<>();
                    trees.next().collectAll(partition);
                    return partition;
                }
            };
        }
    }
}
