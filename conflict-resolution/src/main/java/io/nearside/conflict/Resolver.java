package io.nearside.conflict;

import io.nearside.change.Change;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of two versions of an item stands.
 *
 * <p>Every region decides for itself, in whatever order and however often it hears of changes, and all of them must end with the same
 * item. So what a resolver makes of a set of changes does not depend on order, grouping or repetition: it is commutative,
 * associative and idempotent. Pure and thread-safe; asks nobody and waits for nothing.
 */
public interface Resolver {
    /**
     * Decides what becomes of a change.
     *
     * @param held the item or deletion that the region holds under the key, null if it never heard of one
     */
    Decision resolve(@Nullable Revision held, Change change);
}
