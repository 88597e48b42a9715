/**
 * Runs the real capture and apply classes of several regions against in-memory tables, streams and logs, interleaved step by step from
 * one seed, and checks that the promises of replication hold.
 */
@NullMarked
package io.nearside.replicator.simulation;

import org.jspecify.annotations.NullMarked;
