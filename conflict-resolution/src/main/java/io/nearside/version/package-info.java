/** Versions of items and the hybrid clock that draws them. */
@NullMarked
package io.nearside.version;

import org.jspecify.annotations.NullMarked;
