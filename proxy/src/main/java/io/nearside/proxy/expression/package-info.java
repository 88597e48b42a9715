/**
 * DynamoDB's expressions: one tokenizer and parser for all five kinds, what they mean in canonical bytes, and projections
 * evaluated on an item's own bytes.
 *
 * <p>An expression refused here with {@link io.nearside.proxy.expression.InvalidExpressionException} has DynamoDB's own
 * message; sending the request on instead and returning what DynamoDB says is always right too.
 */
@NullMarked
package io.nearside.proxy.expression;

import org.jspecify.annotations.NullMarked;
