/** Who calls and what the caller may do, decided before the cache is looked at. */
@NullMarked
package io.nearside.proxy.auth;

import org.jspecify.annotations.NullMarked;
