package io.nearside.proxy.query;

import io.nearside.item.AttributeValue;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.expression.Condition;
import io.nearside.proxy.expression.Operand;
import io.nearside.proxy.expression.TestFunction;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The stretch of keys that a key condition describes: one partition by equality, and of its sort keys all, one, or a range.
 * Whatever DynamoDB would refuse as a key condition is {@link NotUnderstoodException}.
 */
final class KeyCondition {
    private final KeySchema schema;

    private KeyCondition(KeySchema schema) {
        this.schema = schema;
    }

    /** The stretch that a KeyConditionExpression describes, on a table or index with this key. */
    static KeyInterval of(Condition condition, KeySchema schema) throws NotUnderstoodException {
        List<Clause> clauses = new ArrayList<>();
        collect(condition, clauses);
        return new KeyCondition(schema).interval(clauses);
    }

    /** The stretch that the legacy KeyConditions describe. */
    static KeyInterval of(Map<String, LegacyCondition> conditions, KeySchema schema) throws NotUnderstoodException {
        List<Clause> clauses = new ArrayList<>();
        for (Map.Entry<String, LegacyCondition> entry : conditions.entrySet()) {
            clauses.add(clause(entry.getKey(), entry.getValue()));
        }
        return new KeyCondition(schema).interval(clauses);
    }

    private static void collect(Condition condition, List<Clause> clauses) throws NotUnderstoodException {
        if (condition instanceof Condition.And and) {
            collect(and.left(), clauses);
            collect(and.right(), clauses);
        } else if (condition instanceof Condition.Comparison comparison) {
            Shape shape = switch (comparison.relation()) {
                case EQ -> Shape.EQ;
                case LT -> Shape.LT;
                case LE -> Shape.LE;
                case GT -> Shape.GT;
                case GE -> Shape.GE;
                case NE -> throw refused();
            };
            clauses.add(clause(shape, comparison.left(), List.of(comparison.right())));
        } else if (condition instanceof Condition.Between between) {
            clauses.add(clause(Shape.BETWEEN, between.operand(), List.of(between.low(), between.high())));
        } else if (condition instanceof Condition.Test test && test.function() == TestFunction.BEGINS_WITH) {
            clauses.add(clause(
                    Shape.BEGINS_WITH,
                    test.operands().get(0),
                    List.of(test.operands().get(1))));
        } else {
            throw refused();
        }
    }

    private static Clause clause(Shape shape, Operand attribute, List<Operand> operands) throws NotUnderstoodException {
        if (!(attribute instanceof Operand.Path path) || path.path().isNested()) {
            throw refused();
        }
        List<AttributeValue> values = new ArrayList<>();
        for (Operand operand : operands) {
            if (!(operand instanceof Operand.Value value)) {
                throw refused();
            }
            values.add(value.value());
        }
        return new Clause(path.path().head(), shape, values);
    }

    private static Clause clause(String attribute, LegacyCondition condition) throws NotUnderstoodException {
        Shape shape = switch (condition.operator()) {
            case EQ -> Shape.EQ;
            case LT -> Shape.LT;
            case LE -> Shape.LE;
            case GT -> Shape.GT;
            case GE -> Shape.GE;
            case BETWEEN -> Shape.BETWEEN;
            case BEGINS_WITH -> Shape.BEGINS_WITH;
            case NE, NULL, NOT_NULL, CONTAINS, NOT_CONTAINS, IN -> throw refused();
        };
        return new Clause(attribute, shape, condition.arguments());
    }

    private KeyInterval interval(List<Clause> clauses) throws NotUnderstoodException {
        Clause partition = null;
        Clause sort = null;
        KeyAttribute sortAttribute = schema.sort();
        for (Clause clause : clauses) {
            if (clause.attribute.equals(schema.partition().name()) && partition == null && clause.shape == Shape.EQ) {
                partition = clause;
            } else if (sortAttribute != null && clause.attribute.equals(sortAttribute.name()) && sort == null) {
                sort = clause;
            } else {
                throw refused();
            }
        }
        if (partition == null) {
            throw refused();
        }
        AttributeValue value = partition.first();
        ItemKey key = KeyValues.partition(schema, value);
        return sort == null ? new KeyInterval(key, Cut.BOTTOM, Cut.TOP) : range(key, value, sort);
    }

    private KeyInterval range(ItemKey partition, AttributeValue partitionValue, Clause sort)
            throws NotUnderstoodException {
        byte[] first = KeyValues.sorted(schema, partitionValue, sort.first());
        return switch (sort.shape) {
            case EQ -> new KeyInterval(partition, Cut.before(first), Cut.after(first));
            case LT -> new KeyInterval(partition, Cut.BOTTOM, Cut.before(first));
            case LE -> new KeyInterval(partition, Cut.BOTTOM, Cut.after(first));
            case GT -> new KeyInterval(partition, Cut.after(first), Cut.TOP);
            case GE -> new KeyInterval(partition, Cut.before(first), Cut.TOP);
            case BEGINS_WITH -> {
                KeyAttribute attribute = schema.sort();
                if (attribute == null || attribute.type() == KeyType.N) {
                    throw refused();
                }
                yield new KeyInterval(partition, Cut.before(first), Cut.afterPrefix(first));
            }
            case BETWEEN -> {
                byte[] last = KeyValues.sorted(schema, partitionValue, sort.values.get(1));
                if (Arrays.compareUnsigned(first, last) > 0) {
                    throw refused();
                }
                yield new KeyInterval(partition, Cut.before(first), Cut.after(last));
            }
        };
    }

    private static NotUnderstoodException refused() {
        return new NotUnderstoodException("a key condition that DynamoDB would refuse");
    }

    /** What a key condition may ask of an attribute. */
    private enum Shape {
        EQ,
        LT,
        LE,
        GT,
        GE,
        BETWEEN,
        BEGINS_WITH
    }

    private record Clause(String attribute, Shape shape, List<AttributeValue> values) {
        AttributeValue first() {
            return values.get(0);
        }
    }
}
