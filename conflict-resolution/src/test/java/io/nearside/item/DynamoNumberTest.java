package io.nearside.item;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DynamoNumberTest {
    private static final BigDecimal LARGEST = new BigDecimal("9.9999999999999999999999999999999999999E+125");
    private static final BigDecimal SMALLEST = new BigDecimal("1E-130");

    @Provide
    Arbitrary<BigDecimal> numbers() {
        Arbitrary<BigInteger> digits = Arbitraries.oneOf(
                Arbitraries.bigIntegers()
                        .between(
                                BigInteger.TEN.pow(38).negate().add(BigInteger.ONE),
                                BigInteger.TEN.pow(38).subtract(BigInteger.ONE)),
                Arbitraries.bigIntegers().between(BigInteger.valueOf(-1000), BigInteger.valueOf(1000)));
        Arbitrary<Integer> scales = Arbitraries.oneOf(
                Arbitraries.integers().between(-125, 167),
                Arbitraries.integers().between(-3, 3));
        return Combinators.combine(digits, scales).as(BigDecimal::new).filter(DynamoNumberTest::isInRange);
    }

    private static boolean isInRange(BigDecimal number) {
        BigDecimal magnitude = number.abs();
        return number.signum() == 0 || (magnitude.compareTo(LARGEST) <= 0 && magnitude.compareTo(SMALLEST) >= 0);
    }

    /** Spellings of one number: plain, scientific, with zeros before and after, with a plus sign. */
    @Provide
    Arbitrary<Spelled> spellings() {
        return Combinators.combine(
                        numbers(),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 5))
                .as(DynamoNumberTest::spell);
    }

    private record Spelled(BigDecimal number, String text) {}

    private static Spelled spell(BigDecimal number, int leadingZeros, int trailingZeros, int shape) {
        BigDecimal magnitude = number.abs();
        String sign = number.signum() < 0 ? "-" : shape == 1 ? "+" : "";
        String zeros = "0".repeat(leadingZeros);
        String unscaled = magnitude.unscaledValue().toString();
        String text = switch (shape) {
            case 0, 1 -> {
                String plain = magnitude.toPlainString();
                yield zeros + plain + (plain.contains(".") ? "" : ".") + "0".repeat(trailingZeros);
            }
            case 2 -> zeros + unscaled + "E" + -magnitude.scale();
            case 3 -> zeros + unscaled + "." + "0".repeat(trailingZeros) + "e" + -magnitude.scale();
            case 4 -> "." + unscaled + "e+" + (unscaled.length() - magnitude.scale());
            default -> magnitude.toString();
        };
        // A negative exponent after a plus sign is not a number: shape 4 writes the plus only where it may.
        return new Spelled(number, sign + text.replace("e+-", "e-"));
    }

    @Property
    void canonical_anySpelling_isPlainAndWithoutSuperfluousZeros(@ForAll("spellings") Spelled spelled) {
        String canonical = DynamoNumber.canonical(spelled.text());

        BigDecimal number = spelled.number();
        String expected =
                number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        assertThat(canonical).isEqualTo(expected);
        assertThat(DynamoNumber.canonical(canonical)).isEqualTo(canonical);
    }

    @Property
    void toBytes_anyTwoNumbers_areOrderedAsTheNumbers(@ForAll("spellings") Spelled a, @ForAll("spellings") Spelled b) {
        int order = Arrays.compareUnsigned(DynamoNumber.toBytes(a.text()), DynamoNumber.toBytes(b.text()));

        assertThat(Integer.signum(order)).isEqualTo(a.number().compareTo(b.number()));
    }

    @Property
    void toBytes_neighbours_areOrderedAsTheNumbers(
            @ForAll("numbers") BigDecimal a, @ForAll("numbers") BigDecimal difference) {
        BigDecimal b = a.add(difference.signum() == 0 ? BigDecimal.ZERO : a.ulp());
        if (b.unscaledValue().abs().toString().length() > 38 || !isInRange(b)) {
            return;
        }

        int order = Arrays.compareUnsigned(DynamoNumber.toBytes(a.toString()), DynamoNumber.toBytes(b.toString()));

        assertThat(Integer.signum(order)).isEqualTo(a.compareTo(b));
    }

    @Property
    void ofBytes_ofToBytes_isCanonical(@ForAll("spellings") Spelled spelled) {
        byte[] encoded = DynamoNumber.toBytes(spelled.text());

        assertThat(encoded).hasSizeLessThanOrEqualTo(22);
        assertThat(DynamoNumber.ofBytes(encoded)).isEqualTo(DynamoNumber.canonical(spelled.text()));
    }

    @Property
    void ofBytes_anyBytes_areRefusedOrTheirOwnEncoding(@ForAll byte[] bytes) {
        byte[] again;
        try {
            again = DynamoNumber.toBytes(DynamoNumber.ofBytes(bytes));
        } catch (InvalidNumberException e) {
            return;
        }

        assertThat(again).isEqualTo(bytes);
    }

    @Example
    void canonical_examples_areSpelledAsDynamoDbDoes() {
        assertThat(DynamoNumber.canonical("1.50")).isEqualTo("1.5");
        assertThat(DynamoNumber.canonical("1E2")).isEqualTo("100");
        assertThat(DynamoNumber.canonical("-0")).isEqualTo("0");
        assertThat(DynamoNumber.canonical("-0.000e5")).isEqualTo("0");
        assertThat(DynamoNumber.canonical("0e999999999999999999999")).isEqualTo("0");
        assertThat(DynamoNumber.canonical("007")).isEqualTo("7");
        assertThat(DynamoNumber.canonical("+1")).isEqualTo("1");
        assertThat(DynamoNumber.canonical(".5")).isEqualTo("0.5");
        assertThat(DynamoNumber.canonical("5.")).isEqualTo("5");
        assertThat(DynamoNumber.canonical("1e-130")).isEqualTo("0." + "0".repeat(129) + "1");
        assertThat(DynamoNumber.canonical("9.9999999999999999999999999999999999999E+125"))
                .isEqualTo("9".repeat(38) + "0".repeat(88));
        assertThat(DynamoNumber.canonical("1" + "0".repeat(125))).isEqualTo("1" + "0".repeat(125));
        assertThat(DynamoNumber.canonical("0." + "0".repeat(500) + "1e400")).isEqualTo("0." + "0".repeat(100) + "1");
    }

    @Example
    void canonical_notANumber_isRefusedInDynamoDbsWords() {
        for (String text : new String[] {
            "abc",
            "1a",
            "--1",
            "+",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "1e5.0",
            "1.2.3",
            " 1",
            "1 ",
            "0x10",
            "NaN",
            "Infinity",
            "١",
            "1_000",
            "1,5",
            "1E5E5",
            "1+1"
        }) {
            assertThatThrownBy(() -> DynamoNumber.canonical(text))
                    .as(text)
                    .isInstanceOf(InvalidNumberException.class)
                    .hasMessageStartingWith("The parameter cannot be converted to a numeric value: ");
        }
        assertThatThrownBy(() -> DynamoNumber.canonical(""))
                .isInstanceOf(InvalidNumberException.class)
                .hasMessage("The parameter cannot be converted to a numeric value");
    }

    @Example
    void canonical_beyondTheLimits_isRefusedInDynamoDbsWords() {
        String tooPrecise = "Attempting to store more than 38 significant digits in a Number";
        assertRefused("1".repeat(39), tooPrecise);
        assertRefused("1." + "0".repeat(37) + "1", tooPrecise);
        assertRefused("1" + "0".repeat(100) + "1", tooPrecise);
        String overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
        assertRefused("1e126", overflow);
        assertRefused("-1e126", overflow);
        assertRefused("1e99999999999999999999999", overflow);
        assertRefused("1" + "0".repeat(126), overflow);
        String underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range";
        assertRefused("1e-131", underflow);
        assertRefused("-9.9e-131", underflow);
        assertRefused("1e-99999999999999999999999", underflow);
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> DynamoNumber.canonical(text))
                .as(text)
                .isInstanceOf(InvalidNumberException.class)
                .hasMessage(message);
    }
}
