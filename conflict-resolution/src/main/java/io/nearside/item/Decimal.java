package io.nearside.item;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * One number of DynamoDB, taken apart: {@code 0.d1d2d3... x 10^exponent}, d1 and the last digit not zero; zero has no digits.
 *
 * <p>Mutable scratch space that its owner uses again and again, so that parsing a number on the hot path allocates nothing.
 * Not safe for use from several threads.
 *
 * <p>Binary form, ordered by unsigned comparison as the numbers are: zero is {@code 80}; a positive number is {@code C0}, the
 * exponent plus 129 (which fits one byte exactly), then its digits in pairs, each pair plus one, an odd last digit paired with
 * zero. A negative number is {@code 40} and the complement of its magnitude's bytes, ended by {@code FF}, because the shorter
 * of two negative numbers that begin alike is the greater.
 */
final class Decimal {
    static final int MAX_DIGITS = 38;
    static final int MAX_ENCODED_LENGTH = 3 + MAX_DIGITS / 2;

    /** Of {@code 9.99E125} and {@code 1E-130}, with the point before the first digit. */
    private static final int MAX_EXPONENT = 126;

    private static final int MIN_EXPONENT = -129;

    private static final int NEGATIVE = 0x40;
    private static final int ZERO = 0x80;
    private static final int POSITIVE = 0xC0;
    private static final int NEGATIVE_END = 0xFF;

    /** Far outside every valid exponent, far inside an int, whatever the length of the text adds. */
    private static final long EXPONENT_SATURATION = 1L << 40;

    private final byte[] digits = new byte[MAX_DIGITS];
    private int count;
    private long exponent;
    private boolean negative;

    // State of the scan in progress.
    private long pendingZeros;
    private boolean tooPrecise;

    /**
     * Reads {@code [+-] digits [. digits] [eE [+-] digits]}, with digits on at least one side of the point, in ASCII.
     *
     * @throws InvalidNumberException with DynamoDB's message
     */
    void parse(byte[] ascii, int offset, int length) {
        reset();
        int end = offset + length;
        int at = offset;
        if (at < end && (ascii[at] == '-' || ascii[at] == '+')) {
            negative = ascii[at] == '-';
            at++;
        }
        at = scanMantissa(ascii, at, end, offset, length);
        long scale = at < end ? scanExponent(ascii, at, end, offset, length) : 0;
        finish(scale);
    }

    private void reset() {
        count = 0;
        exponent = 0;
        negative = false;
        pendingZeros = 0;
        tooPrecise = false;
    }

    private int scanMantissa(byte[] ascii, int from, int end, int offset, int length) {
        boolean fraction = false;
        int seen = 0;
        int at = from;
        for (; at < end; at++) {
            int digit = ascii[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digit(digit, fraction);
                seen++;
            } else if (ascii[at] == '.' && !fraction) {
                fraction = true;
            } else {
                break;
            }
        }
        if (seen == 0) {
            throw notNumeric(ascii, offset, length);
        }
        return at;
    }

    private void digit(int digit, boolean fraction) {
        if (count == 0 && digit == 0) {
            exponent -= fraction ? 1 : 0;
            return;
        }
        exponent += fraction ? 0 : 1;
        if (digit == 0) {
            pendingZeros++;
        } else {
            significant(digit);
        }
    }

    private void significant(int digit) {
        if (tooPrecise || count + pendingZeros >= MAX_DIGITS) {
            tooPrecise = true;
            return;
        }
        for (; pendingZeros > 0; pendingZeros--) {
            digits[count++] = 0;
        }
        digits[count++] = (byte) digit;
    }

    private static long scanExponent(byte[] ascii, int from, int end, int offset, int length) {
        if (ascii[from] != 'e' && ascii[from] != 'E') {
            throw notNumeric(ascii, offset, length);
        }
        int at = from + 1;
        boolean minus = at < end && ascii[at] == '-';
        if (minus || (at < end && ascii[at] == '+')) {
            at++;
        }
        if (at == end) {
            throw notNumeric(ascii, offset, length);
        }
        long scale = 0;
        for (; at < end; at++) {
            int digit = ascii[at] - '0';
            if (digit < 0 || digit > 9) {
                throw notNumeric(ascii, offset, length);
            }
            scale = Math.min(scale * 10 + digit, EXPONENT_SATURATION);
        }
        return minus ? -scale : scale;
    }

    private void finish(long scale) {
        if (count == 0) {
            exponent = 0;
            negative = false;
            return;
        }
        exponent += scale;
        if (exponent > MAX_EXPONENT) {
            throw new InvalidNumberException(
                    "Number overflow. Attempting to store a number with magnitude larger than supported range");
        }
        if (exponent < MIN_EXPONENT) {
            throw new InvalidNumberException(
                    "Number underflow. Attempting to store a number with magnitude smaller than supported range");
        }
        if (tooPrecise) {
            throw new InvalidNumberException("Attempting to store more than 38 significant digits in a Number");
        }
    }

    private static InvalidNumberException notNumeric(byte[] ascii, int offset, int length) {
        String message = "The parameter cannot be converted to a numeric value";
        return new InvalidNumberException(
                length == 0 ? message : message + ": " + new String(ascii, offset, length, ISO_8859_1));
    }

    /**
     * Writes the binary form.
     *
     * @param target has room for {@link #MAX_ENCODED_LENGTH} bytes from {@code at}
     * @return the index after the last byte written
     */
    int encode(byte[] target, int at) {
        if (count == 0) {
            target[at] = (byte) ZERO;
            return at + 1;
        }
        int flip = negative ? 0xFF : 0;
        int next = at;
        target[next++] = (byte) (negative ? NEGATIVE : POSITIVE);
        target[next++] = (byte) ((exponent - MIN_EXPONENT) ^ flip);
        for (int i = 0; i < count; i += 2) {
            int pair = digits[i] * 10 + (i + 1 < count ? digits[i + 1] : 0);
            target[next++] = (byte) ((pair + 1) ^ flip);
        }
        if (negative) {
            target[next++] = (byte) NEGATIVE_END;
        }
        return next;
    }

    /** Reads the binary form back; false if no number has these bytes. */
    boolean decode(byte[] source, int offset, int length) {
        reset();
        int sign = length == 0 ? 0 : source[offset] & 0xFF;
        if (sign == ZERO) {
            return length == 1;
        }
        if (sign == POSITIVE) {
            return decodeMagnitude(source, offset + 1, offset + length, 0);
        }
        negative = true;
        return sign == NEGATIVE
                && (source[offset + length - 1] & 0xFF) == NEGATIVE_END
                && decodeMagnitude(source, offset + 1, offset + length - 1, 0xFF);
    }

    private boolean decodeMagnitude(byte[] source, int from, int end, int flip) {
        int pairs = end - from - 1;
        if (pairs < 1 || pairs > MAX_DIGITS / 2) {
            return false;
        }
        exponent = (long) ((source[from] & 0xFF) ^ flip) + MIN_EXPONENT;
        for (int at = from + 1; at < end; at++) {
            int pair = ((source[at] & 0xFF) ^ flip) - 1;
            if (pair < 0 || pair > 99) {
                return false;
            }
            digits[count++] = (byte) (pair / 10);
            digits[count++] = (byte) (pair % 10);
        }
        // Of a pair that ends the number, the second digit may be padding, the whole pair may not.
        boolean padded = digits[count - 1] == 0;
        count -= padded ? 1 : 0;
        return digits[0] != 0 && digits[count - 1] != 0;
    }

    /** In plain decimal notation, without a superfluous zero: the spelling in which DynamoDB returns numbers. */
    String toPlainString() {
        if (count == 0) {
            return "0";
        }
        StringBuilder plain = new StringBuilder(count + 4 + (int) Math.abs(exponent));
        if (negative) {
            plain.append('-');
        }
        if (exponent <= 0) {
            plain.append("0.").append("0".repeat((int) -exponent));
        }
        for (int i = 0; i < count; i++) {
            if (i > 0 && i == exponent) {
                plain.append('.');
            }
            plain.append((char) ('0' + digits[i]));
        }
        if (exponent > count) {
            plain.append("0".repeat((int) exponent - count));
        }
        return plain.toString();
    }
}
