package io.nearside.proxy.http;

import io.nearside.proxy.operation.CacheControl;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code cache-control} request header: {@code no-cache}, {@code no-store} (taken as {@code no-cache}) and
 * {@code max-age=SECONDS}; other directives and malformed ones are ignored, as RFC 9111 asks.
 */
final class CacheControlHeader {

    private static final String MAX_AGE = "max-age=";

    private CacheControlHeader() {}

    static CacheControl parse(@Nullable String header) {
        if (header == null) {
            return CacheControl.ANY;
        }
        CacheControl strictest = CacheControl.ANY;
        for (String part : header.split(",", -1)) {
            String directive = part.strip().toLowerCase(Locale.ROOT);
            if (directive.equals("no-cache") || directive.equals("no-store")) {
                return CacheControl.NO_CACHE;
            }
            if (directive.startsWith(MAX_AGE)) {
                strictest = maxAge(directive.substring(MAX_AGE.length()), strictest);
            }
        }
        return strictest;
    }

    private static CacheControl maxAge(String seconds, CacheControl otherwise) {
        // Nine digits are 31 years of seconds and cannot overflow.
        if (seconds.isEmpty() || seconds.length() > 9 || !seconds.chars().allMatch(Character::isDigit)) {
            return otherwise;
        }
        return new CacheControl(false, Math.min(Long.parseLong(seconds) * 1000, otherwise.maxAgeMillis()));
    }
}
