package io.nearside.proxy.expression;

import io.nearside.proxy.expression.UpdateExpression.Action;
import io.nearside.proxy.expression.UpdateExpression.Section;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Parses UpdateExpressions: the sections SET, REMOVE, ADD and DELETE, each at most once, in any order. */
final class UpdateParser implements FunctionCheck {
    /** Below DynamoDB's limit of 300 operators, however it counts them. */
    static final int MAX_ACTIONS = 290;

    private static final String IF_NOT_EXISTS = "if_not_exists";
    private static final String LIST_APPEND = "list_append";
    private static final Set<String> ADDABLE = Set.of("N", "SS", "NS", "BS");
    private static final Set<String> DELETABLE = Set.of("SS", "NS", "BS");
    private static final Map<String, String> LONG_TYPES = Map.of(
            "S", "STRING", "N", "NUMBER", "B", "BINARY", "NULL", "NULL", "BOOL", "BOOLEAN", "L", "LIST", "M", "MAP");

    private final Tokenizer tokens;
    private final Faults faults;
    private final OperandTypes types;
    private final OperandParser operands;
    private final List<Action> actions = new ArrayList<>();
    private int endOfSet;

    UpdateParser(Tokenizer tokens, Placeholders placeholders, Faults faults) {
        this.tokens = tokens;
        this.faults = faults;
        this.types = new OperandTypes(faults);
        this.operands = new OperandParser(tokens, placeholders, faults, this);
    }

    UpdateExpression parse(byte[] text) {
        Set<Section> seen = EnumSet.noneOf(Section.class);
        do {
            Section section = section();
            if (!seen.add(section)) {
                faults.note(
                        Faults.Kind.SECTION,
                        "The \"" + section + "\" section can only be used once in an update expression;");
            }
        } while (!tokens.is(TokenKind.END));
        PathOverlap.check(actions.stream().map(Action::target).toList(), faults);
        faults.throwFirst();
        return new UpdateExpression(text, actions, endOfSet);
    }

    private Section section() {
        Section section = switch (tokens.kind()) {
            case SET -> Section.SET;
            case REMOVE -> Section.REMOVE;
            case ADD -> Section.ADD;
            case DELETE -> Section.DELETE;
            default -> throw tokens.syntaxError();
        };
        tokens.advance();
        do {
            actions.add(action(section));
        } while (tokens.accept(TokenKind.COMMA));
        if (section == Section.SET) {
            endOfSet = tokens.previousEnd();
        }
        return section;
    }

    private Action action(Section section) {
        DocumentPath target = operands.paths().parse();
        return switch (section) {
            case SET -> {
                tokens.expect(TokenKind.EQ);
                yield new Action(section, target, Optional.of(newValue()));
            }
            case REMOVE -> new Action(section, target, Optional.empty());
            case ADD -> new Action(section, target, Optional.of(amount("ADD", ADDABLE)));
            case DELETE -> new Action(section, target, Optional.of(amount("DELETE", DELETABLE)));
        };
    }

    private Operand amount(String operator, Set<String> accepted) {
        Operand.Value amount = operands.value();
        String type = OperandTypes.typeOf(amount.value());
        if (!accepted.contains(type)) {
            faults.note(
                    Faults.Kind.OPERAND,
                    "Incorrect operand type for operator or function; operator: " + operator + ", operand type: "
                            + LONG_TYPES.getOrDefault(type, type) + ", typeSet: ALLOWED_FOR_" + operator
                            + "_OPERAND");
        }
        return amount;
    }

    /** An operand or the sum or difference of two, perhaps in parentheses of its own. */
    private Operand newValue() {
        Operand first;
        if (tokens.is(TokenKind.LEFT_PAREN)) {
            ParenthesesCheck.Group group = operands.parentheses().open();
            first = newValue();
            operands.parentheses().close(group);
            if (first instanceof Operand.Computed computed && isArithmetic(computed)) {
                return first;
            }
        } else {
            first = operands.operand();
        }
        if (tokens.is(TokenKind.PLUS) || tokens.is(TokenKind.MINUS)) {
            String operator = tokens.take();
            return arithmetic(operator, first, operands.operand());
        }
        return first;
    }

    private static boolean isArithmetic(Operand.Computed computed) {
        return computed.operator().equals("+") || computed.operator().equals("-");
    }

    private Operand arithmetic(String operator, Operand left, Operand right) {
        List<Operand> both = List.of(left, right);
        both.forEach(each -> requireType(operator, each, "N"));
        return new Operand.Computed(operator, both);
    }

    private void requireType(String operator, Operand operand, String accepted) {
        OperandTypes.typeOf(operand)
                .filter(type -> !type.equals(accepted))
                .ifPresent(type -> types.incorrect(operator, type));
    }

    @Override
    public void called(String name) {
        if (name.equals(IF_NOT_EXISTS) || name.equals(LIST_APPEND)) {
            return;
        }
        boolean conditionsOnly = name.equals("size") || TestFunction.named(name).isPresent();
        if (conditionsOnly) {
            faults.note(Faults.Kind.NAME, "The function is not allowed in an update expression; function: " + name);
        } else {
            faults.note(Faults.Kind.NAME, "Invalid function name; function: " + name);
        }
    }

    @Override
    public Operand asOperand(Term.Call call) {
        String name = call.name();
        List<Operand> given = call.operands();
        types.count(name, given.size(), 2);
        if (name.equals(IF_NOT_EXISTS)) {
            types.documentPath(name, given.get(0));
        } else if (name.equals(LIST_APPEND)) {
            given.forEach(each -> requireType(name, each, "L"));
        }
        return new Operand.Computed(name, given);
    }
}
