/** Compares a table with the same table in other regions, by digests of ranges, and has differences settled and published again. */
@NullMarked
package io.nearside.replicator.verify;

import org.jspecify.annotations.NullMarked;
