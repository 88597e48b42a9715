package io.nearside.proxy.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Expressions grown from the grammar, some of them then damaged, as a careless writer would. */
final class RandomExpressions {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "#n", "#m", "alpha", "e1_f", "status");
    private static final List<String> VALUES = List.of(":n", ":m", ":s", ":b", ":t", ":ss", ":l", ":ty", ":undefined");
    private static final List<String> SCALARS = List.of(":n", ":m", ":s", ":b");
    private static final List<String> DAMAGE = List.of(
            ",", ".", "(", ")", "[", "]", "=", "<", "and", "or", "not", "in", "between", "set", "a", "#n", ":n", "7",
            "$");

    private final Random random;

    RandomExpressions(Random random) {
        this.random = random;
    }

    String next(ExpressionKind kind) {
        String text = switch (kind) {
            case PROJECTION -> list(1 + random.nextInt(4), this::path);
            case UPDATE -> update();
            case FILTER, CONDITION, KEY_CONDITION -> condition(3);
        };
        return random.nextInt(3) == 0 ? damaged(text) : text;
    }

    private String damaged(String text) {
        List<String> words = new ArrayList<>(List.of(text.split("(?<=\\W)|(?=\\W)")));
        int at = random.nextInt(words.size());
        switch (random.nextInt(3)) {
            case 0 -> words.remove(at);
            case 1 -> words.add(at, " " + pick(DAMAGE) + " ");
            default -> words.set(at, pick(DAMAGE));
        }
        return String.join("", words);
    }

    private String condition(int depth) {
        if (depth > 0 && random.nextInt(2) == 0) {
            return switch (random.nextInt(4)) {
                case 0 -> condition(depth - 1) + space() + pick(List.of("AND", "and")) + space() + condition(depth - 1);
                case 1 -> condition(depth - 1) + space() + "OR" + space() + condition(depth - 1);
                case 2 -> "NOT" + space() + condition(depth - 1);
                default -> "(" + condition(depth - 1) + ")";
            };
        }
        return switch (random.nextInt(6)) {
            case 0 -> operand() + " BETWEEN " + scalar() + " AND " + scalar();
            case 1 -> operand() + " IN (" + list(1 + random.nextInt(3), this::operand) + ")";
            case 2 -> pick(List.of("attribute_exists", "attribute_not_exists")) + "(" + path() + ")";
            case 3 ->
                pick(List.of("begins_with", "contains", "attribute_type", "size", "frobnicate")) + "(" + path() + ","
                        + operand() + ")";
            default ->
                operand()
                        + optionalSpace()
                        + pick(List.of("=", "<>", "<", "<=", ">", ">="))
                        + optionalSpace()
                        + operand();
        };
    }

    private String operand() {
        return switch (random.nextInt(8)) {
            case 0 -> "size(" + path() + ")";
            case 1 -> "(" + operand() + ")";
            case 2, 3 -> path();
            case 4 -> pick(VALUES);
            default -> scalar();
        };
    }

    private String scalar() {
        return pick(SCALARS);
    }

    private String update() {
        return IntStream.range(0, 1 + random.nextInt(2))
                .mapToObj(i -> switch (random.nextInt(5)) {
                    case 0 -> "REMOVE " + list(1 + random.nextInt(2), this::path);
                    case 1 -> "ADD " + list(1 + random.nextInt(2), () -> path() + " " + pick(VALUES));
                    case 2 -> "DELETE " + list(1, () -> path() + " " + pick(VALUES));
                    default -> "SET " + list(1 + random.nextInt(3), () -> path() + optionalSpace() + "=" + newValue());
                })
                .collect(Collectors.joining(" "));
    }

    private String newValue() {
        return switch (random.nextInt(7)) {
            case 0 -> path() + " + " + scalar();
            case 1 -> scalar() + "-" + path();
            case 2 -> "if_not_exists(" + path() + ", " + pick(VALUES) + ")";
            case 3 -> "list_append(" + path() + ", :l)";
            case 4 -> "(" + newValue() + ")";
            case 5 -> path();
            default -> pick(VALUES);
        };
    }

    private String path() {
        StringBuilder path = new StringBuilder(pick(NAMES));
        while (random.nextInt(3) == 0) {
            path.append(random.nextBoolean() ? "." + pick(NAMES) : "[" + random.nextInt(12) + "]");
        }
        return path.toString();
    }

    private String list(int count, java.util.function.Supplier<String> element) {
        return IntStream.range(0, count)
                .mapToObj(i -> element.get())
                .collect(Collectors.joining("," + optionalSpace()));
    }

    private String space() {
        return pick(List.of(" ", "  ", "\n"));
    }

    private String optionalSpace() {
        return random.nextBoolean() ? "" : space();
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
