/**
 * What the query cache must know of Query and Scan: when two requests ask for the same page, which stretch of a partition's
 * keys a page covers, and which pages a written key touches. Pure: no network, no clock.
 *
 * <p>A {@link io.nearside.proxy.query.QueryRequest} is read from a request's bytes; with the table's and the index's key it
 * becomes a {@link io.nearside.proxy.query.PageRequest}, which names the page ({@link io.nearside.proxy.query.PageKey}) and,
 * once the answer is there, says what it covers ({@link io.nearside.proxy.query.KeyInterval}). Pages are filed in a
 * {@link io.nearside.proxy.query.PageIndex} under these intervals, and a write takes out exactly those that contain its key.
 */
@NullMarked
package io.nearside.proxy.query;

import org.jspecify.annotations.NullMarked;
