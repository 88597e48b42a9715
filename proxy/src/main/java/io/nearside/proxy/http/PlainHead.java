package io.nearside.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the head of one request after the other, as long as they are plain: {@code POST /} of HTTP/1.1 in visible ASCII,
 * with a {@code Content-Length} and nothing that frames the message or the connection in another way. Of everything else it
 * says no more than that it is not plain. What is plain here is a part of what Vert.x takes, and means the same to both.
 *
 * <p>One object reads all heads of an event loop; what it says is about the last one.
 */
final class PlainHead {

    /** What there is of a head. */
    enum Form {
        /** All of it. */
        PLAIN,
        /** The beginning of one that may become plain. */
        INCOMPLETE,
        /** Something that Vert.x must judge. */
        OTHER
    }

    private static final byte[] REQUEST_LINE = ascii("POST / HTTP/1.1\r\n");
    private static final byte[] HOST = ascii("host");
    private static final byte[] ORIGIN = ascii("origin");
    private static final byte[] EXPECT = ascii("expect");
    private static final byte[] UPGRADE = ascii("upgrade");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] TARGET = ascii("x-amz-target");
    private static final byte[] CACHE_CONTROL = ascii("cache-control");
    private static final byte[] AUTHORIZATION = ascii("authorization");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] CONTENT_ENCODING = ascii("content-encoding");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] GET_ITEM = ascii("DynamoDB_20120810.GetItem");

    /** Nine digits cannot overflow. */
    private static final int MOST_LENGTH_DIGITS = 9;

    private static final boolean[] TOKEN = new boolean[256];
    private static final boolean[] VALUE = new boolean[256];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (byte c : ascii("!#$%&'*+-.^_`|~")) {
            TOKEN[c] = true;
        }
        Arrays.fill(VALUE, ' ', 0x7f, true);
        VALUE['\t'] = true;
    }

    private byte[] bytes = {};
    private int length;
    private int bodyLength;
    private int hosts;
    private int targets;
    private int authorizations;
    private boolean getItem;
    private boolean plausible;
    private boolean choosy;

    /** Reads a head from its first byte. */
    Form read(byte[] from, int available) {
        reset(from);
        int known = Math.min(REQUEST_LINE.length, available);
        if (!Arrays.equals(bytes, 0, known, REQUEST_LINE, 0, known)) {
            return Form.OTHER;
        }
        int at = known;
        while (at < available) {
            if (bytes[at] == '\r') {
                return end(at + 1, available);
            }
            int next = header(at, available);
            if (next <= 0) {
                return next == 0 ? Form.INCOMPLETE : Form.OTHER;
            }
            at = next;
        }
        return Form.INCOMPLETE;
    }

    /** Bytes of the head. */
    int length() {
        return length;
    }

    /** Bytes of the body that follows. */
    int bodyLength() {
        return bodyLength;
    }

    /** Whether this is a GetItem, by somebody who may be answered, to whom any cached answer will do. */
    boolean asksForAnyItem() {
        return getItem && targets == 1 && plausible && authorizations == 1 && hosts == 1 && !choosy;
    }

    private void reset(byte[] from) {
        bytes = from;
        length = 0;
        bodyLength = -1;
        hosts = 0;
        targets = 0;
        authorizations = 0;
        getItem = false;
        plausible = false;
        choosy = false;
    }

    private Form end(int at, int available) {
        if (at == available) {
            return Form.INCOMPLETE;
        }
        length = at + 1;
        return bytes[at] == '\n' && bodyLength >= 0 ? Form.PLAIN : Form.OTHER;
    }

    /** Where the next header begins; 0 if this one has no end yet, -1 if it is not plain. */
    private int header(int start, int available) {
        int colon = start;
        while (colon < available && TOKEN[bytes[colon] & 0xff]) {
            colon++;
        }
        int end = colon + 1;
        while (end < available && VALUE[bytes[end] & 0xff]) {
            end++;
        }
        boolean named = colon == available || (bytes[colon] == ':' && colon > start);
        boolean ended = end >= available || bytes[end] == '\r';
        if (!named || !ended) {
            return -1;
        }
        if (end + 1 >= available) {
            return 0;
        }
        boolean plain = bytes[end + 1] == '\n' && take(start, colon, colon + 1, end);
        return plain ? end + 2 : -1;
    }

    /** False if the header makes the request other than plain. */
    private boolean take(int name, int nameTo, int value, int valueTo) {
        int from = value;
        int to = valueTo;
        while (from < to && isBlank(bytes[from])) {
            from++;
        }
        while (from < to && isBlank(bytes[to - 1])) {
            to--;
        }
        switch (nameTo - name) {
            case 4 -> hosts += is(name, nameTo, HOST) ? 1 : 0;
            case 6 -> {
                // A browser is to be told more than a hit says.
                choosy |= is(name, nameTo, ORIGIN);
                return !is(name, nameTo, EXPECT);
            }
            case 7 -> {
                return !is(name, nameTo, UPGRADE);
            }
            case 10 -> {
                return !is(name, nameTo, CONNECTION) || is(from, to, KEEP_ALIVE);
            }
            case 12 -> {
                if (is(name, nameTo, TARGET)) {
                    targets++;
                    getItem = Arrays.equals(bytes, from, to, GET_ITEM, 0, GET_ITEM.length);
                }
            }
            case 13 -> {
                if (is(name, nameTo, AUTHORIZATION)) {
                    authorizations++;
                    plausible = AuthorizationForm.plausible(new AsciiString(bytes, from, to - from, false));
                }
                choosy |= is(name, nameTo, CACHE_CONTROL);
            }
            case 14 -> {
                return !is(name, nameTo, CONTENT_LENGTH) || takeLength(from, to);
            }
            case 16 -> choosy |= is(name, nameTo, CONTENT_ENCODING);
            case 17 -> {
                return !is(name, nameTo, TRANSFER_ENCODING);
            }
            default -> {
                // Any other header changes neither the framing nor what a hit says.
            }
        }
        return true;
    }

    private boolean takeLength(int from, int to) {
        if (bodyLength >= 0 || from == to || to - from > MOST_LENGTH_DIGITS) {
            return false;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            number = number * 10 + digit;
        }
        bodyLength = number;
        return true;
    }

    /** Whether these bytes are the lower-case text, in whatever case. */
    private boolean is(int from, int to, byte[] lowerCase) {
        if (to - from != lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            byte b = bytes[from + i];
            boolean capital = b >= 'A' && b <= 'Z';
            if ((capital ? b + ('a' - 'A') : b) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
