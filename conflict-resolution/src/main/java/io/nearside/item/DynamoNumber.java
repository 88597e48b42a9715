package io.nearside.item;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * DynamoDB's Number: up to 38 significant digits, magnitudes from 1E-130 to 9.99...E+125, and zero.
 *
 * <p>One number has many spellings ({@code 1.50}, {@code 15e-1}); DynamoDB compares values and answers in one spelling, plain
 * decimal notation without superfluous zeros. All methods are pure.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html">the
 *     data types of DynamoDB</a>
 */
public final class DynamoNumber {
    private DynamoNumber() {}

    /**
     * The spelling in which DynamoDB returns a number: {@code 1E2} is {@code 100}, {@code 1.50} is {@code 1.5}, {@code -0} is
     * {@code 0}.
     *
     * @throws InvalidNumberException if DynamoDB would refuse the text
     */
    public static String canonical(String spelled) {
        return isShortInteger(spelled) ? spelled : parse(spelled).toPlainString();
    }

    /**
     * A binary form whose unsigned lexicographic order is the order of the numbers, and which is equal for equal numbers; at
     * most 22 bytes.
     *
     * @throws InvalidNumberException if DynamoDB would refuse the text
     */
    public static byte[] toBytes(String spelled) {
        byte[] scratch = new byte[Decimal.MAX_ENCODED_LENGTH];
        int length = parse(spelled).encode(scratch, 0);
        return java.util.Arrays.copyOf(scratch, length);
    }

    /**
     * The canonical spelling of a number in its binary form.
     *
     * @throws InvalidNumberException if {@link #toBytes} never returns these bytes
     */
    public static String ofBytes(byte[] encoded) {
        Decimal decimal = new Decimal();
        if (!decimal.decode(encoded, 0, encoded.length)) {
            throw new InvalidNumberException("not the binary form of a number");
        }
        return decimal.toPlainString();
    }

    private static Decimal parse(String spelled) {
        // Characters beyond Latin-1 become '?', which no number contains.
        byte[] ascii = spelled.getBytes(ISO_8859_1);
        Decimal decimal = new Decimal();
        decimal.parse(ascii, 0, ascii.length);
        return decimal;
    }

    /** Most numbers are small integers, spelled canonically already: no parsing, no copy. */
    private static boolean isShortInteger(String spelled) {
        int length = spelled.length();
        int first = length > 1 && spelled.charAt(0) == '-' ? 1 : 0;
        if (length == first || length - first > Decimal.MAX_DIGITS) {
            return false;
        }
        for (int i = first; i < length; i++) {
            char c = spelled.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return spelled.charAt(first) != '0' || length == 1;
    }
}
