package io.nearside.proxy.http;

import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an {@code Authorization} header could be that of a signed request, for proxies that verify no
 * signatures. More lenient than DynamoDB and DynamoDB Local about the access key id, which only has to have some form: so
 * whatever they would accept is treated as a request here too, and any made-up credentials will do.
 */
final class AuthorizationForm {

    private AuthorizationForm() {}

    /** Whether the header has the form {@code …Credential=KEY/DAY/REGION…}. Allocates nothing. */
    static boolean plausible(@Nullable CharSequence header) {
        if (header == null) {
            return false;
        }
        int firstSlash = AsciiString.indexOf(header, '/', 0);
        if (firstSlash < 0 || AsciiString.indexOf(header, '/', firstSlash + 1) < 0) {
            return false;
        }
        int keyStart = AsciiString.indexOf(header, '=', 0) + 1;
        return keyStart < firstSlash && isAccessKey(header, keyStart, firstSlash);
    }

    private static boolean isAccessKey(CharSequence header, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = header.charAt(i);
            if (c < ' ' || c > '~' || c == '=' || c == ',' || c == ';') {
                return false;
            }
        }
        return true;
    }
}
