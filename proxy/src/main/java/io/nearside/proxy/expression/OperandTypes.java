package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks operands whose types are known before any item is looked at, as DynamoDB does. */
final class OperandTypes {
    private static final Set<String> ORDERED = Set.of("S", "N", "B");
    private static final Set<String> PREFIXABLE = Set.of("S", "B");
    private static final Set<String> WITHOUT_SIZE = Set.of("N", "BOOL", "NULL");
    private static final Set<String> TYPES = Set.of("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M");

    private final Faults faults;

    OperandTypes(Faults faults) {
        this.faults = faults;
    }

    /** The type of an operand, as the API spells it, if it does not depend on the item. */
    static Optional<String> typeOf(Operand operand) {
        if (operand instanceof Operand.Value given) {
            return Optional.of(typeOf(given.value()));
        }
        return operand instanceof Operand.Size ? Optional.of("N") : Optional.empty();
    }

    static String typeOf(AttributeValue value) {
        if (value instanceof AttributeValue.Bool) {
            return "BOOL";
        }
        return value instanceof AttributeValue.Null ? "NULL" : value.getClass().getSimpleName();
    }

    void ordered(String operator, Operand operand) {
        typeOf(operand).filter(type -> !ORDERED.contains(type)).ifPresent(type -> incorrect(operator, type));
    }

    void prefixable(String operator, Operand operand) {
        typeOf(operand).filter(type -> !PREFIXABLE.contains(type)).ifPresent(type -> incorrect(operator, type));
    }

    void sized(Operand operand) {
        typeOf(operand).filter(WITHOUT_SIZE::contains).ifPresent(type -> incorrect("size", type));
    }

    void documentPath(String operator, Operand operand) {
        if (!(operand instanceof Operand.Path)) {
            operand("Operator or function requires a document path; operator or function: " + operator);
        }
    }

    void typeName(String operator, Operand operand) {
        if (operand instanceof Operand.Value given && given.value() instanceof AttributeValue.S name) {
            if (!TYPES.contains(name.value())) {
                operand("Invalid attribute type name found; type: " + name.value()
                        + ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
            }
        } else {
            incorrect(operator, typeOf(operand).orElse("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"));
        }
    }

    void count(String operator, int actual, int expected) {
        if (actual != expected) {
            operand("Incorrect number of operands for operator or function; operator or function: " + operator
                    + ", number of operands: " + actual);
        }
    }

    void distinct(String operator, Operand first, List<Operand> others) {
        if (first instanceof Operand.Path path && others.contains(first)) {
            operand("The first operand must be distinct from the remaining operands for this operator or function;"
                    + " operator: " + operator + ", first operand: " + path.path());
        }
    }

    void bounds(Operand low, Operand high) {
        if (low instanceof Operand.Value lower && high instanceof Operand.Value upper) {
            if (!typeOf(lower.value()).equals(typeOf(upper.value()))) {
                operand("The BETWEEN operator requires same data type for lower and upper bounds; "
                        + shown(lower, upper));
            } else if (ScalarOrder.compare(lower.value(), upper.value()) > 0) {
                operand("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                        + shown(lower, upper));
            }
        }
    }

    private static String shown(Operand.Value low, Operand.Value high) {
        return "lower bound operand: " + shown(low) + ", upper bound operand: " + shown(high);
    }

    private static String shown(Operand.Value operand) {
        return "AttributeValue: {" + typeOf(operand.value()) + ":" + ScalarOrder.text(operand.value()) + "}";
    }

    void incorrect(String operator, String type) {
        operand("Incorrect operand type for operator or function; operator or function: " + operator
                + ", operand type: " + type);
    }

    private void operand(String message) {
        faults.note(Faults.Kind.OPERAND, message);
    }
}
