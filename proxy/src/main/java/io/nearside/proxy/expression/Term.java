package io.nearside.proxy.expression;

import java.util.List;

/** Something read before it is known whether it is an operand or a condition. */
sealed interface Term {
    /** A path or a value. */
    record Plain(Operand operand) implements Term {}

    /** A function call: {@code size} is an operand, the others are conditions. */
    record Call(String name, List<Operand> operands) implements Term {}

    /** A whole condition. */
    record Complete(Condition condition) implements Term {}
}
