/** The child JVM that runs DynamoDB Local: one server per region, on loopback, until its parent goes away. */
@NullMarked
package io.nearside.local.host;

import org.jspecify.annotations.NullMarked;
