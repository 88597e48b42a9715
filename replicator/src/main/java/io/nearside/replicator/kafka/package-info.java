/** Kafka's clients as the replicator uses them: one place for their settings and for creating topics. */
@NullMarked
package io.nearside.replicator.kafka;

import org.jspecify.annotations.NullMarked;
