package io.nearside.item;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

class SeededHashTest {

    /** {@code "Aa"} and {@code "BB"} are alike to the hash of Java's arrays and strings, and so is any row of them. */
    @Test
    void keys_madeToCollideWithoutASeed_doNot() {
        Set<Integer> unseeded = new HashSet<>();
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 1 << 12; i++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 0; bit < 12; bit++) {
                text.append((i >>> bit & 1) == 0 ? "Aa" : "BB");
            }
            byte[] bytes = text.toString().getBytes(US_ASCII);
            unseeded.add(Arrays.hashCode(bytes));
            hashes.add(new ItemKeyWriter()
                    .partitionString(bytes, 0, bytes.length)
                    .toKey()
                    .hashCode());
        }

        assertThat(unseeded).hasSize(1);
        assertThat(hashes).hasSizeGreaterThan(4000);
    }

    @Test
    void hash_dependsOnEveryByteOnLengthAndOnBothHalvesOfTheSeed() {
        for (int length = 0; length < 40; length++) {
            byte[] bytes = new byte[length];
            Set<Long> hashes = new HashSet<>();
            hashes.add(SeededHash.of(bytes, 1, 2));
            hashes.add(SeededHash.of(bytes, 3, 2));
            hashes.add(SeededHash.of(bytes, 1, 4));
            hashes.add(SeededHash.of(new byte[length + 1], 1, 2));
            for (int i = 0; i < length; i++) {
                bytes[i] = 1;
                hashes.add(SeededHash.of(bytes, 1, 2));
                bytes[i] = 0;
            }
            assertThat(hashes).as("%d bytes", length).hasSize(4 + length);
        }
    }

    @Test
    void stableHash_isTheSameInEveryProcess() {
        byte[] bytes = {'a'};

        assertThat(new ItemKeyWriter().partitionString(bytes, 0, 1).toKey().stableHash())
                .isEqualTo(Arrays.hashCode(new byte[] {'S', 0, 1, 'a'}));
    }
}
