/** The operator's commands: {@code nearside replication …}, one class each, against a running replicator's admin port. */
@NullMarked
package io.nearside.replicator.cli;

import org.jspecify.annotations.NullMarked;
