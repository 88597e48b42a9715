package io.nearside.proxy.http;

import io.netty.util.AsciiString;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code Date} header, formatted once a second: SDKs correct their clock by it. Owned by one event loop. */
final class HttpDate {

    /** Java's own RFC 1123 format writes one digit for the first days of a month, which HTTP forbids. */
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final InstantSource wall;
    private long second = Long.MIN_VALUE;
    private AsciiString formatted = AsciiString.EMPTY_STRING;

    HttpDate(InstantSource wall) {
        this.wall = wall;
    }

    AsciiString now() {
        long current = Math.floorDiv(wall.millis(), 1000);
        if (current != second) {
            second = current;
            formatted = AsciiString.of(IMF_FIXDATE.format(wall.instant()));
        }
        return formatted;
    }
}
