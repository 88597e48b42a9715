package io.nearside.proxy.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Parses conditions: comparisons, BETWEEN, IN and functions, joined by AND, OR and NOT in this order of precedence, AND and
 * OR binding to the left.
 *
 * <p>An opening parenthesis may enclose a condition or a single operand; which of them is known only inside. So operands
 * travel as {@link Term}s until what follows decides.
 */
final class ConditionParser implements FunctionCheck {
    private static final int MAX_OPERATORS = 300;
    private static final int MAX_CANDIDATES = 100;
    private static final String SIZE = "size";

    private final Tokenizer tokens;
    private final Faults faults;
    private final OperandTypes types;
    private final OperandParser operands;
    private int operators;

    ConditionParser(Tokenizer tokens, Placeholders placeholders, Faults faults) {
        this.tokens = tokens;
        this.faults = faults;
        this.types = new OperandTypes(faults);
        this.operands = new OperandParser(tokens, placeholders, faults, this);
    }

    Condition parse() {
        Condition condition = complete(disjunction(false));
        tokens.expectEnd();
        faults.throwFirst();
        return condition;
    }

    /** {@code mayBeOperand}: directly after an opening parenthesis, where a lone operand may stand. */
    private Term disjunction(boolean mayBeOperand) {
        Term left = conjunction(mayBeOperand);
        while (tokens.accept(TokenKind.OR)) {
            operator();
            left = new Term.Complete(new Condition.Or(complete(left), complete(conjunction(false))));
        }
        return left;
    }

    private Term conjunction(boolean mayBeOperand) {
        Term left = negation(mayBeOperand);
        while (tokens.accept(TokenKind.AND)) {
            operator();
            left = new Term.Complete(new Condition.And(complete(left), complete(negation(false))));
        }
        return left;
    }

    private Term negation(boolean mayBeOperand) {
        int negations = 0;
        while (tokens.accept(TokenKind.NOT)) {
            operator();
            negations++;
        }
        Term term = primary(mayBeOperand && negations == 0);
        for (int i = 0; i < Math.min(negations, MAX_OPERATORS); i++) {
            term = new Term.Complete(new Condition.Not(complete(term)));
        }
        return term;
    }

    private Term primary(boolean mayBeOperand) {
        Term term;
        if (tokens.is(TokenKind.LEFT_PAREN)) {
            ParenthesesCheck.Group group = operands.parentheses().open();
            term = disjunction(true);
            operands.parentheses().close(group);
            if (term instanceof Term.Complete) {
                return term;
            }
        } else {
            term = operands.term();
        }
        Condition condition = predicate(term);
        if (condition != null) {
            return new Term.Complete(condition);
        }
        boolean alone = mayBeOperand && tokens.is(TokenKind.RIGHT_PAREN);
        if (term instanceof Term.Plain && !alone) {
            throw tokens.syntaxError();
        }
        return term;
    }

    /** The condition whose first operand has been read, or null if no operator follows. */
    private @Nullable Condition predicate(Term first) {
        Relation relation = relation();
        if (relation != null) {
            return comparison(first, relation);
        }
        if (tokens.accept(TokenKind.BETWEEN)) {
            return between(first);
        }
        return tokens.accept(TokenKind.IN) ? in(first) : null;
    }

    private @Nullable Relation relation() {
        return switch (tokens.kind()) {
            case EQ -> Relation.EQ;
            case NE -> Relation.NE;
            case LT -> Relation.LT;
            case LE -> Relation.LE;
            case GT -> Relation.GT;
            case GE -> Relation.GE;
            default -> null;
        };
    }

    private Condition comparison(Term first, Relation relation) {
        operator();
        tokens.advance();
        Operand left = operand(first);
        Operand right = operands.operand();
        types.distinct(relation.symbol(), left, List.of(right));
        if (relation.isOrdering()) {
            types.ordered(relation.symbol(), left);
            types.ordered(relation.symbol(), right);
        }
        return new Condition.Comparison(left, relation, right);
    }

    private Condition between(Term first) {
        operator();
        String name = TokenKind.BETWEEN.name();
        Operand operand = operand(first);
        Operand low = operands.operand();
        tokens.expect(TokenKind.AND);
        Operand high = operands.operand();
        types.distinct(name, operand, List.of(low, high));
        List.of(operand, low, high).forEach(each -> types.ordered(name, each));
        types.bounds(low, high);
        return new Condition.Between(operand, low, high);
    }

    private Condition in(Term first) {
        operator();
        Operand operand = operand(first);
        List<Operand> candidates = new ArrayList<>();
        tokens.expect(TokenKind.LEFT_PAREN);
        do {
            candidates.add(operands.operand());
        } while (tokens.accept(TokenKind.COMMA));
        tokens.expect(TokenKind.RIGHT_PAREN);
        types.distinct(TokenKind.IN.name(), operand, candidates);
        if (candidates.size() > MAX_CANDIDATES) {
            faults.note(
                    Faults.Kind.LIMIT,
                    "The IN operator is provided with too many operands; number of operands: " + candidates.size());
        }
        return new Condition.In(operand, candidates);
    }

    private Operand operand(Term term) {
        return term instanceof Term.Call call ? asOperand(call) : ((Term.Plain) term).operand();
    }

    /** The condition that a term is; only a function call has not become one yet. */
    private Condition complete(Term term) {
        if (term instanceof Term.Complete complete) {
            return complete.condition();
        }
        return test((Term.Call) term);
    }

    private Condition test(Term.Call call) {
        TestFunction function = TestFunction.named(call.name()).orElse(null);
        if (function == null) {
            // Unknown functions were noted when their name was read: this is size, or one of those.
            misplaced(call.name());
            return new Condition.Test(TestFunction.ATTRIBUTE_EXISTS, call.operands());
        }
        check(function, call);
        return new Condition.Test(function, call.operands());
    }

    private void check(TestFunction function, Term.Call call) {
        String name = function.label();
        List<Operand> given = call.operands();
        types.count(name, given.size(), function.operands());
        types.distinct(name, given.get(0), given.subList(1, given.size()));
        if (given.size() != function.operands()) {
            return;
        }
        switch (function) {
            case ATTRIBUTE_EXISTS, ATTRIBUTE_NOT_EXISTS -> types.documentPath(name, given.get(0));
            case ATTRIBUTE_TYPE -> types.typeName(name, given.get(1));
            case BEGINS_WITH -> given.forEach(each -> types.prefixable(name, each));
            case CONTAINS -> {}
        }
    }

    @Override
    public void called(String name) {
        operator();
        if (!name.equals(SIZE) && TestFunction.named(name).isEmpty()) {
            faults.note(Faults.Kind.NAME, "Invalid function name; function: " + name);
        }
    }

    @Override
    public Operand asOperand(Term.Call call) {
        if (!call.name().equals(SIZE)) {
            misplaced(call.name());
            return call.operands().get(0);
        }
        types.count(SIZE, call.operands().size(), 1);
        types.sized(call.operands().get(0));
        return new Operand.Size(call.operands().get(0));
    }

    private void misplaced(String name) {
        faults.note(
                Faults.Kind.NAME,
                "The function is not allowed to be used this way in an expression; function: "
                        + name.toLowerCase(Locale.ROOT));
    }

    private void operator() {
        if (++operators > MAX_OPERATORS) {
            String message = "The expression contains too many operators; operator count: " + operators;
            faults.note(Faults.Kind.LIMIT, message);
        }
    }
}
