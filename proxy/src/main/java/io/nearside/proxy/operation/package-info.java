/** What a request is and what an answer is: the seam between the proxy's HTTP edge and its cache. */
@NullMarked
package io.nearside.proxy.operation;

import org.jspecify.annotations.NullMarked;
