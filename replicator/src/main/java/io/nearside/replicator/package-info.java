/** The replicator: composition root and command line. */
@NullMarked
package io.nearside.replicator;

import org.jspecify.annotations.NullMarked;
