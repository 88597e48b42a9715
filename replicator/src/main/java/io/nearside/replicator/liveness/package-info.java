/**
 * Which replicators are alive: each process writes signs of life to its region's control topic, the others of its region take a silent
 * one out of the consumer groups, and the other regions say so when nobody gives signs any more.
 */
@NullMarked
package io.nearside.replicator.liveness;

import org.jspecify.annotations.NullMarked;
