/** The caching proxy: composition root and command line. */
@NullMarked
package io.nearside.proxy;

import org.jspecify.annotations.NullMarked;
