/** Everything that capture keeps in Kafka: change records, invalidations, checkpoints, and which process tails which table. */
@NullMarked
package io.nearside.replicator.publish;

import org.jspecify.annotations.NullMarked;
