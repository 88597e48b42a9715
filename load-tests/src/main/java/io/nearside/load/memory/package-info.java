/** What an entry of the cache costs in heap beyond its bytes. */
@NullMarked
package io.nearside.load.memory;

import org.jspecify.annotations.NullMarked;
