/** Writes other regions' changes to this region's tables: reads them from Kafka, decides by version, writes conditionally. */
@NullMarked
package io.nearside.replicator.apply;

import org.jspecify.annotations.NullMarked;
