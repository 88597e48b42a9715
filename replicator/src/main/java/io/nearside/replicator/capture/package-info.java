/** Turns a table's stream into settled, versioned changes: tailing its shards, settling each record, remembering how far it came. */
@NullMarked
package io.nearside.replicator.capture;

import org.jspecify.annotations.NullMarked;
