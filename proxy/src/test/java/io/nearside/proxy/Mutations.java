package io.nearside.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A bounded walk at random around known inputs, for the suite; Jazzer, which is led by what code an input reaches, takes the same
 * targets by hand: {@code JAZZER_FUZZ=1 ./mvnw -pl proxy -am test -Dtest=NameFuzzTest -Dsurefire.failIfNoSpecifiedTests=false}.
 */
public final class Mutations {

    private static final int LONGEST = 64 * 1024;

    private Mutations() {}

    /** The lines of a resource beside the test class, each an input. */
    public static List<byte[]> seeds(Class<?> test, String resource) {
        try (InputStream stream = test.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives every seed, and then as many inputs made of them, to the target; what it throws names the input. */
    public static void run(List<byte[]> seeds, long seed, int rounds, Consumer<byte[]> target) {
        Random random = new Random(seed);
        seeds.forEach(each -> check(each, target));
        for (int i = 0; i < rounds; i++) {
            byte[] input = seeds.get(random.nextInt(seeds.size()));
            do {
                input = mutated(input, seeds, random);
            } while (random.nextInt(3) != 0);
            check(input, target);
        }
    }

    private static void check(byte[] input, Consumer<byte[]> target) {
        try {
            target.accept(input);
        } catch (Throwable e) {
            throw new AssertionError("input: " + new String(input, StandardCharsets.ISO_8859_1), e);
        }
    }

    private static byte[] mutated(byte[] input, List<byte[]> seeds, Random random) {
        int from = random.nextInt(input.length + 1);
        int to = from + random.nextInt(Math.min(input.length - from, 40) + 1);
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int otherFrom = random.nextInt(other.length + 1);
        int otherTo = otherFrom + random.nextInt(Math.min(other.length - otherFrom, 40) + 1);
        return switch (random.nextInt(5)) {
            case 0 -> replaced(input, from, to, new byte[0], 1);
            case 1 -> replaced(input, from, to, Arrays.copyOfRange(other, otherFrom, otherTo), 1);
            case 2 -> replaced(input, from, from, Arrays.copyOfRange(other, otherFrom, otherTo), 1);
            case 3 ->
                replaced(
                        input,
                        from,
                        to,
                        Arrays.copyOfRange(input, from, to),
                        1 + random.nextInt(random.nextInt(300) + 1));
            default ->
                replaced(input, from, Math.min(from + 1, input.length), new byte[] {(byte) random.nextInt(256)}, 1);
        };
    }

    private static byte[] replaced(byte[] input, int from, int to, byte[] by, int times) {
        long length = input.length - (to - from) + (long) by.length * times;
        if (length > LONGEST) {
            return input;
        }
        byte[] result = Arrays.copyOf(input, (int) length);
        for (int i = 0; i < times; i++) {
            System.arraycopy(by, 0, result, from + i * by.length, by.length);
        }
        System.arraycopy(input, to, result, from + times * by.length, input.length - to);
        return result;
    }
}
