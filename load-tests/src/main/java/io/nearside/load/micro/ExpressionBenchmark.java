package io.nearside.load.micro;

import io.nearside.item.AttributeValue;
import io.nearside.proxy.expression.Condition;
import io.nearside.proxy.expression.ExpressionKind;
import io.nearside.proxy.expression.ExpressionParser;
import io.nearside.proxy.expression.Placeholders;
import io.nearside.proxy.expression.Projection;
import io.nearside.proxy.expression.UpdateExpression;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Expression parsing, its placeholders included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ExpressionBenchmark {
    private final Map<String, String> names = Map.of("#s", "status");
    private final Map<String, AttributeValue> values = Map.of(
            ":p", new AttributeValue.S("customer"),
            ":a", new AttributeValue.S("2026-01"),
            ":b", new AttributeValue.S("2026-02"),
            ":n", new AttributeValue.N("1"));
    private final byte[] condition = "pk = :p AND #s BETWEEN :a AND :b".getBytes(US_ASCII);
    private final byte[] projection = "pk, #s, address.city, orders[3].amount".getBytes(US_ASCII);
    private final byte[] update = "SET #s = :a, spent = spent + :n REMOVE draft ADD visits :n".getBytes(US_ASCII);

    /** A key condition. */
    @Benchmark
    public Condition keyCondition() {
        return parser().condition(ExpressionKind.KEY_CONDITION, condition);
    }

    /** A projection of four paths. */
    @Benchmark
    public Projection projection() {
        return parser().projection(projection);
    }

    /** An update with three clauses. */
    @Benchmark
    public UpdateExpression update() {
        return parser().update(update);
    }

    private ExpressionParser parser() {
        return new ExpressionParser(Placeholders.of(names, values));
    }
}
