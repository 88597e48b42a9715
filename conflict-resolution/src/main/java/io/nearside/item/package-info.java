/** Items as DynamoDB holds them, and the canonical form of keys and numbers. */
@NullMarked
package io.nearside.item;

import org.jspecify.annotations.NullMarked;
