/** The data port: HTTP requests in, answers out, every refusal in DynamoDB's own shape. */
@NullMarked
package io.nearside.proxy.http;

import org.jspecify.annotations.NullMarked;
