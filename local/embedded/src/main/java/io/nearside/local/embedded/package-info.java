/**
 * The two foreign servers that a region needs, on this machine: DynamoDB Local in a child JVM, Kafka in this one. For tests
 * and for {@code nearside up}; everything listens on loopback only.
 */
@NullMarked
package io.nearside.local.embedded;

import org.jspecify.annotations.NullMarked;
