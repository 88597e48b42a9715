/** Microbenchmarks (JMH) of the pieces that a request, an invalidation or a change passes through. */
@NullMarked
package io.nearside.load.micro;

import org.jspecify.annotations.NullMarked;
