package io.nearside.proxy.expression;

import java.util.List;

/** A condition on an item: what KeyCondition-, Filter- and ConditionExpressions say. Immutable. */
public sealed interface Condition {
    /** Both must hold. */
    record And(Condition left, Condition right) implements Condition {}

    /** One must hold. */
    record Or(Condition left, Condition right) implements Condition {}

    /** Must not hold. */
    record Not(Condition condition) implements Condition {}

    /** Two operands compared. */
    record Comparison(Operand left, Relation relation, Operand right) implements Condition {}

    /** {@code low <= operand <= high}. */
    record Between(Operand operand, Operand low, Operand high) implements Condition {}

    /** The operand equals one of 1 to 100 others. */
    record In(Operand operand, List<Operand> candidates) implements Condition {
        public In {
            candidates = List.copyOf(candidates);
        }
    }

    /** A function that is true or false of its operands. */
    record Test(TestFunction function, List<Operand> operands) implements Condition {
        public Test {
            operands = List.copyOf(operands);
        }
    }
}
