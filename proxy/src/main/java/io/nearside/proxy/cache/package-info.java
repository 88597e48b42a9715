/** What the proxy remembers of DynamoDB's answers, and the sequence protocol that keeps a late answer from being believed. */
@NullMarked
package io.nearside.proxy.cache;

import org.jspecify.annotations.NullMarked;
