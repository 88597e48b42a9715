/** The proxy's configuration records. */
@NullMarked
package io.nearside.proxy.config;

import org.jspecify.annotations.NullMarked;
