package io.nearside.proxy.cache;

/**
 * A table or an index in one generation of its table.
 *
 * @param index the index's name; empty for the table itself
 */
record PageScope(CachedTable table, int generation, String index) {}
