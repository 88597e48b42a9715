package io.nearside.proxy.cache;

/** How much heap one entry takes. */
final class EntryWeight {

    /**
     * Objects around the key's and the body's bytes on a 64-bit JVM with compressed references: Caffeine's node 64, the
     * map's node and its table slot 40, {@link EntryKey} 24, the item key and its array header 40, {@link CachedItem} 48
     * and its array header 16. {@code nearside bench memory} measures it.
     */
    static final int OVERHEAD_BYTES = 232;

    private EntryWeight() {}

    static int of(EntryKey key, CachedItem item) {
        int body = item.isAbsent() ? 0 : item.body().length;
        return OVERHEAD_BYTES + key.itemKey().length() + body;
    }
}
