/** What the proxy counts and measures: one catalogue of names, and the meters of the request path. */
@NullMarked
package io.nearside.proxy.metrics;

import org.jspecify.annotations.NullMarked;
