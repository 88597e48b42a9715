/** The replicator's configuration: one record per section, each of which cannot be built wrong. */
@NullMarked
package io.nearside.replicator.config;

import org.jspecify.annotations.NullMarked;
