/** The replicator's catalogue of metrics: every name, unit and tag in one place. */
@NullMarked
package io.nearside.replicator.metrics;

import org.jspecify.annotations.NullMarked;
