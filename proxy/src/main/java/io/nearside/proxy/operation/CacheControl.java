package io.nearside.proxy.operation;

/**
 * What a caller accepts of a cached answer, from its {@code cache-control} header.
 *
 * @param noCache go to DynamoDB and refresh the entry
 * @param maxAgeMillis accept no cached answer older than this; {@link Long#MAX_VALUE} when the caller did not say
 */
public record CacheControl(boolean noCache, long maxAgeMillis) {

    /** Any cached answer will do. */
    public static final CacheControl ANY = new CacheControl(false, Long.MAX_VALUE);

    /** {@code cache-control: no-cache}. */
    public static final CacheControl NO_CACHE = new CacheControl(true, Long.MAX_VALUE);

    public CacheControl {
        if (maxAgeMillis < 0) {
            throw new IllegalArgumentException("maxAgeMillis: " + maxAgeMillis + " is negative");
        }
    }

    /** Whether a cached answer of the given age is acceptable. */
    public boolean accepts(long ageMillis) {
        return !noCache && ageMillis <= maxAgeMillis;
    }
}
