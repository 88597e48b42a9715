package io.nearside.proxy.auth;

import io.nearside.proxy.name.TableArn;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TablePatternsTest {

    @Test
    void pattern_withStars_matchesRunsOfCharacters() {
        TablePatterns patterns = new TablePatterns(List.of("a*b*c"));

        assertThat(List.of("abc", "aXbYc", "abbcc", "a-b-bc")).allMatch(patterns::matches);
        assertThat(List.of("abX", "xabc", "abcx", "acb")).noneMatch(patterns::matches);
    }

    @Test
    void pattern_againstRandomNames_matchesAsARegularExpressionDoes() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 20_000; round++) {
            String pattern = word(random, "ab*", 0, 6);
            String name = word(random, "ab", 3, 8);
            boolean expected = Pattern.matches(pattern.replace("*", ".*"), name);

            assertThat(new TablePatterns(List.of(pattern)).matches(name))
                    .as("%s against %s", pattern, name)
                    .isEqualTo(expected);
        }
    }

    @Test
    void name_thatNoTableCanHave_matchesNothing() {
        TablePatterns patterns = new TablePatterns(List.of("orders-*", "*a*a*a*a*b", "*"));

        assertThat(patterns.matches("orders-" + "a".repeat(248))).isTrue();
        for (String name : List.of(
                "", "ab", "orders-" + "a".repeat(249), "orders-" + "a".repeat(1 << 24), "orders-\u00e4", "orders-/x")) {
            assertThat(patterns.matches(name)).isFalse();
        }
    }

    @Test
    void patternOfNames_matchesNoArn_andOneOfArnsNoName() {
        TableArn arn = Objects.requireNonNull(TableArn.parse("arn:aws:dynamodb:us-east-1:1:table/orders"));

        assertThat(new TablePatterns(List.of("a*", "orders", "*orders")).matches(arn))
                .isFalse();
        assertThat(new TablePatterns(List.of("arn:aws:dynamodb:*:1:table/ord*")).matches(arn))
                .isTrue();
        assertThat(new TablePatterns(List.of("arn:*")).matches("orders")).isFalse();
        assertThat(TablePatterns.ALL.matches(arn)).isTrue();
    }

    private static String word(SplittableRandom random, String letters, int shortest, int longest) {
        StringBuilder word = new StringBuilder();
        int length = random.nextInt(shortest, longest + 1);
        while (word.length() < length) {
            word.append(letters.charAt(random.nextInt(letters.length())));
        }
        return word.toString();
    }
}
