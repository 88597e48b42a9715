package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import java.util.List;

/** What conditions and updates work on. */
public sealed interface Operand {
    /** The value of an attribute, or of a part of one. */
    record Path(DocumentPath path) implements Operand {}

    /**
     * A value given with the request.
     *
     * @param placeholder as written, {@code :v}
     */
    record Value(String placeholder, AttributeValue value) implements Operand {}

    /** The size of an operand, a number. */
    record Size(Operand of) implements Operand {}

    /**
     * A value computed by an update.
     *
     * @param operator {@code +}, {@code -}, {@code if_not_exists} or {@code list_append}
     * @param operands two
     */
    record Computed(String operator, List<Operand> operands) implements Operand {
        public Computed {
            operands = List.copyOf(operands);
        }
    }
}
