package io.nearside.proxy.query;

import io.nearside.item.AttributeValue;
import io.nearside.proxy.expression.CanonicalWriter;
import io.nearside.proxy.expression.ValueReader;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One condition of the legacy parameters KeyConditions, QueryFilter and ScanFilter.
 *
 * @param arguments as many as the operator takes
 */
record LegacyCondition(Operator operator, List<AttributeValue> arguments) {
    /** The comparison operators, with how many arguments they take. */
    enum Operator {
        EQ(1, 1),
        NE(1, 1),
        LE(1, 1),
        LT(1, 1),
        GE(1, 1),
        GT(1, 1),
        NULL(0, 0),
        NOT_NULL(0, 0),
        CONTAINS(1, 1),
        NOT_CONTAINS(1, 1),
        BEGINS_WITH(1, 1),
        IN(1, 100),
        BETWEEN(2, 2);

        private final int least;
        private final int most;

        Operator(int least, int most) {
            this.least = least;
            this.most = most;
        }
    }

    LegacyCondition {
        arguments = List.copyOf(arguments);
    }

    /** Reads an object of conditions by attribute. */
    static TreeMap<String, LegacyCondition> readAll(JsonCursor json) throws NotUnderstoodException {
        TreeMap<String, LegacyCondition> conditions = new TreeMap<>();
        json.enterObject();
        while (json.nextName()) {
            String attribute = json.nameText();
            if (conditions.put(attribute, read(json)) != null) {
                throw new NotUnderstoodException("two conditions on one attribute");
            }
        }
        return conditions;
    }

    private static LegacyCondition read(JsonCursor json) throws NotUnderstoodException {
        String operator = "";
        List<AttributeValue> arguments = new ArrayList<>();
        json.enterObject();
        while (json.nextName()) {
            if (json.nameIs("ComparisonOperator") && operator.isEmpty()) {
                operator = json.text();
            } else if (json.nameIs("AttributeValueList") && arguments.isEmpty()) {
                json.enterArray();
                while (json.nextElement()) {
                    arguments.add(ValueReader.read(json));
                }
            } else {
                throw new NotUnderstoodException("a condition with another member");
            }
        }
        return of(operator, arguments);
    }

    private static LegacyCondition of(String name, List<AttributeValue> arguments) throws NotUnderstoodException {
        for (Operator operator : Operator.values()) {
            if (operator.name().equals(name)
                    && arguments.size() >= operator.least
                    && arguments.size() <= operator.most) {
                return new LegacyCondition(operator, arguments);
            }
        }
        throw new NotUnderstoodException("a condition that DynamoDB would refuse");
    }

    /**
     * Writes a filter. Legacy filters have a form of their own: on an attribute that an item lacks, their operators are not
     * documented to behave like those of expressions.
     */
    static void write(Map<String, LegacyCondition> filter, boolean any, CanonicalWriter writer) {
        writer.tag(any && filter.size() > 1 ? 'O' : 'A').count(filter.size());
        filter.forEach((attribute, condition) -> {
            writer.string(attribute).string(condition.operator.name()).count(condition.arguments.size());
            condition.arguments.forEach(writer::value);
        });
    }
}
