package io.nearside.proxy.query;

import io.nearside.item.ItemKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Pages of one partition by the interval that each covers: an interval tree, finding the pages that contain a key in
 * O(log n + hits) expected.
 *
 * <p>A treap: ordered by low end (equal ends by number of arrival), a heap by random priority, each node knowing the highest
 * end below it. Not safe for use from several threads.
 */
final class IntervalTree<P> {
    private final SplittableRandom priorities;
    private final Map<P, Node<P>> nodes = new HashMap<>();
    private @Nullable Node<P> root;
    private long arrivals;

    IntervalTree(SplittableRandom priorities) {
        this.priorities = priorities;
    }

    int size() {
        return nodes.size();
    }

    /** Adds a page, in place of the same page under whatever interval. */
    void put(KeyInterval interval, P page) {
        remove(page);
        Node<P> node = new Node<>(interval.low(), interval.high(), page, arrivals++, priorities.nextInt());
        nodes.put(page, node);
        root = insert(root, node);
    }

    boolean remove(P page) {
        Node<P> node = nodes.remove(page);
        if (node == null) {
            return false;
        }
        root = delete(root, node);
        return true;
    }

    /** Adds the pages whose interval contains the key to {@code found}. */
    void collect(ItemKey key, List<P> found) {
        collect(root, Cut.before(key), found);
    }

    /** Adds all pages to {@code found}. */
    void collectAll(List<P> found) {
        found.addAll(nodes.keySet());
    }

    private static <P> void collect(@Nullable Node<P> node, Cut at, List<P> found) {
        if (node == null || node.highest.compareTo(at) <= 0) {
            return;
        }
        collect(node.left, at, found);
        if (node.low.compareTo(at) <= 0) {
            if (at.compareTo(node.high) < 0) {
                found.add(node.page);
            }
            collect(node.right, at, found);
        }
    }

    private static <P> Node<P> insert(@Nullable Node<P> tree, Node<P> fresh) {
        if (tree == null) {
            return fresh;
        }
        if (fresh.priority > tree.priority) {
            split(tree, fresh);
            return fresh.updated();
        }
        if (fresh.isBefore(tree)) {
            tree.left = insert(tree.left, fresh);
        } else {
            tree.right = insert(tree.right, fresh);
        }
        return tree.updated();
    }

    /** Hangs what is before {@code fresh} on its left, the rest on its right. */
    private static <P> void split(Node<P> tree, Node<P> fresh) {
        Halves<P> halves = halves(tree, fresh);
        fresh.left = halves.before;
        fresh.right = halves.behind;
    }

    private static <P> Halves<P> halves(@Nullable Node<P> tree, Node<P> fresh) {
        if (tree == null) {
            return new Halves<>(null, null);
        }
        if (fresh.isBefore(tree)) {
            Halves<P> below = halves(tree.left, fresh);
            tree.left = below.behind;
            return new Halves<>(below.before, tree.updated());
        }
        Halves<P> below = halves(tree.right, fresh);
        tree.right = below.before;
        return new Halves<>(tree.updated(), below.behind);
    }

    private static <P> @Nullable Node<P> delete(@Nullable Node<P> tree, Node<P> gone) {
        if (tree == null) {
            throw new IllegalStateException("a page that is filed is not in the tree");
        }
        if (tree == gone) {
            return merge(tree.left, tree.right);
        }
        if (gone.isBefore(tree)) {
            tree.left = delete(tree.left, gone);
        } else {
            tree.right = delete(tree.right, gone);
        }
        return tree.updated();
    }

    private static <P> @Nullable Node<P> merge(@Nullable Node<P> before, @Nullable Node<P> behind) {
        if (before == null || behind == null) {
            return before == null ? behind : before;
        }
        if (before.priority > behind.priority) {
            before.right = merge(before.right, behind);
            return before.updated();
        }
        behind.left = merge(before, behind.left);
        return behind.updated();
    }

    private record Halves<P>(
            @Nullable Node<P> before, @Nullable Node<P> behind) {}

    private static final class Node<P> {
        private final Cut low;
        private final Cut high;
        private final P page;
        private final long arrival;
        private final int priority;
        private @Nullable Node<P> left;
        private @Nullable Node<P> right;
        private Cut highest;

        private Node(Cut low, Cut high, P page, long arrival, int priority) {
            this.low = low;
            this.high = high;
            this.page = page;
            this.arrival = arrival;
            this.priority = priority;
            this.highest = high;
        }

        private boolean isBefore(Node<P> other) {
            int order = low.compareTo(other.low);
            return order != 0 ? order < 0 : arrival < other.arrival;
        }

        private Node<P> updated() {
            highest = max(max(high, left), right);
            return this;
        }

        private static <P> Cut max(Cut cut, @Nullable Node<P> node) {
            return node == null || node.highest.compareTo(cut) <= 0 ? cut : node.highest;
        }
    }
}
