package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Projections evaluated here against projections that DynamoDB Local evaluates, on random items. */
class ProjectionIT {
    private static final String TABLE = "expression-projection";
    private static final long SEED = 20_261_120L;
    private static final int ITEMS = 60;
    private static final int PROJECTIONS_PER_ITEM = 25;
    private static final List<String> NAMES =
            List.of("a", "b", "c", "q\"uote", "ünïcode", "sl\\ash", "with.dot", "tab\t");

    private final LocalDynamoDb dynamoDb = new LocalDynamoDb();

    @Test
    void apply_randomProjectionOfRandomItem_givesWhatDynamoDbGives() {
        dynamoDb.createTable(TABLE, "");
        Random random = new Random(SEED);
        int found = 0;
        for (int i = 0; i < ITEMS; i++) {
            String item = item(random, i);
            assertThat(dynamoDb.call("PutItem", "{\"TableName\":\"" + TABLE + "\",\"Item\":" + item + "}"))
                    .isEqualTo("{}");
            for (int j = 0; j < PROJECTIONS_PER_ITEM; j++) {
                found += compare(i, item, randomProjection(random)) ? 1 : 0;
            }
        }
        assertThat(found).as("projections that found something").isGreaterThan(ITEMS * PROJECTIONS_PER_ITEM / 4);
    }

    /** Compares one projection; true if it was acceptable and found something. */
    private boolean compare(int number, String item, String text) {
        Map<String, String> names = new TreeMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            if (text.contains("#n" + i)) {
                names.put("#n" + i, NAMES.get(i));
            }
        }
        String answer = dynamoDb.call(
                "GetItem",
                "{\"TableName\":\"" + TABLE + "\",\"Key\":{\"p\":{\"S\":\"k" + number + "\"}},"
                        + "\"ProjectionExpression\":" + LocalDynamoDb.quoted(text)
                        + ",\"ExpressionAttributeNames\":" + LocalDynamoDb.object(names) + "}");
        byte[] json = item.getBytes(UTF_8);
        String projected;
        try {
            Projection projection = new ExpressionParser(Placeholders.of(names, null)).projection(text.getBytes(UTF_8));
            projected = new String(projection.apply(json, 0, json.length), UTF_8);
        } catch (InvalidExpressionException e) {
            assertThat(answer).as("item %s, projection %s", item, text).contains("Invalid ProjectionExpression");
            return false;
        }
        Map<String, AttributeValue> expected = Objects.requireNonNull(itemOf(answer), answer);
        assertThat(LocalDynamoDb.attributes(projected))
                .as("seed %d, item %s, projection %s with %s", SEED, item, text, names)
                .isEqualTo(expected);
        return !expected.isEmpty();
    }

    private static Map<String, AttributeValue> itemOf(String answer) {
        String prefix = "{\"Item\":";
        assertThat(answer).startsWith(prefix);
        return LocalDynamoDb.attributes(answer.substring(prefix.length(), answer.length() - 1));
    }

    private static String item(Random random, int number) {
        StringJoiner item = new StringJoiner(",", "{", "}");
        item.add("\"p\":{\"S\":\"k" + number + "\"}");
        for (String name : NAMES) {
            if (random.nextInt(4) > 0) {
                item.add(LocalDynamoDb.quoted(name) + ":" + value(random, 3));
            }
        }
        return item.toString();
    }

    private static String value(Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 4 : 10);
        if (kind > 6) {
            StringJoiner list = new StringJoiner(",", "{\"L\":[", "]}");
            for (int i = random.nextInt(5); i > 0; i--) {
                list.add(value(random, depth - 1));
            }
            return list.toString();
        }
        if (kind > 3) {
            StringJoiner map = new StringJoiner(", ", "{ \"M\" :{", "}}");
            NAMES.stream()
                    .filter(name -> random.nextBoolean())
                    .forEach(name -> map.add(LocalDynamoDb.quoted(name) + " : " + value(random, depth - 1)));
            return map.toString();
        }
        return List.of("{\"S\":\"tex}t\\\"{[\"}", "{\"N\":\"17\"}", "{\"BOOL\":true}", "{\"SS\":[\"x\",\"y]\"]}")
                .get(kind);
    }

    private static String randomProjection(Random random) {
        StringJoiner paths = new StringJoiner(", ");
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            StringBuilder path = new StringBuilder("#n" + random.nextInt(NAMES.size()));
            while (random.nextInt(5) < 3) {
                path.append(
                        random.nextBoolean() ? ".#n" + random.nextInt(NAMES.size()) : "[" + random.nextInt(4) + "]");
            }
            paths.add(path.toString());
        }
        return paths.toString();
    }
}
