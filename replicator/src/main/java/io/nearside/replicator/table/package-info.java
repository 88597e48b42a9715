/** The region's tables as replication sees them: versioned reads and conditional writes, tombstones, and which tables there are. */
@NullMarked
package io.nearside.replicator.table;

import org.jspecify.annotations.NullMarked;
