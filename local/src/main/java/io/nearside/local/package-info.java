/** Whole regions on one machine: DynamoDB Local, Kafka, proxies, replicators. */
@NullMarked
package io.nearside.local;

import org.jspecify.annotations.NullMarked;
