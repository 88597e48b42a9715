package io.nearside.proxy.upstream;

/**
 * The connections to DynamoDB at one moment, of all event loops together; the numbers are read one after the other.
 *
 * @param open connections held
 * @param busy exchanges that have a connection and wait for their answer
 * @param waiting requests that wait for a connection
 */
public record ConnectionCounts(long open, long busy, long waiting) {}
