package io.nearside.proxy.http;

/**
 * Bounds of a request on its way in.
 *
 * @param bodyBytes longest body taken
 * @param arrivalNanos longest time that a body may take to arrive
 * @param onTooSlow called when a body took longer
 * @param budget what all bodies together may take
 */
record ArrivalLimits(int bodyBytes, long arrivalNanos, Runnable onTooSlow, BodyBudget budget) {}
