/** Calls to DynamoDB: signed, pooled, and never sent twice when that could change something. */
@NullMarked
package io.nearside.proxy.upstream;

import org.jspecify.annotations.NullMarked;
