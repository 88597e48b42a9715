/** The end-to-end suite against real containers: DynamoDB Local, Kafka, and images of our own, talking over TCP. */
@NullMarked
package io.nearside.containers;

import org.jspecify.annotations.NullMarked;
