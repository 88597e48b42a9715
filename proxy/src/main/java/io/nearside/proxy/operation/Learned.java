package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.IndexKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to a write of one item says that it left behind.
 *
 * @param item what is under the key now; null when it is not known
 * @param indexes where the item stood, and stands, in every index of its table; null when nothing is known of that
 */
record Learned(@Nullable CachedItem item, @Nullable List<IndexKeys> indexes) {

    static final Learned NOTHING = new Learned(null, null);
}
