/** What this node tells the region's other nodes about its writes, what it hears of theirs, and whether it hears at all. */
@NullMarked
package io.nearside.proxy.coherence;

import org.jspecify.annotations.NullMarked;
