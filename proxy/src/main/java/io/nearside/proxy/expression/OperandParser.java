package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import java.util.ArrayList;
import java.util.List;

/** Parses the operands of conditions and updates, down to document paths, values and calls of functions. */
final class OperandParser {
    private static final String UNDEFINED =
            "An expression attribute value used in expression is not defined; attribute value: ";
    private static final AttributeValue STAND_IN = new AttributeValue.Null();

    private final Tokenizer tokens;
    private final Placeholders placeholders;
    private final Faults faults;
    private final PathParser paths;
    private final ParenthesesCheck parentheses;
    private final FunctionCheck functions;

    OperandParser(Tokenizer tokens, Placeholders placeholders, Faults faults, FunctionCheck functions) {
        this.tokens = tokens;
        this.placeholders = placeholders;
        this.faults = faults;
        this.paths = new PathParser(tokens, placeholders, faults);
        this.parentheses = new ParenthesesCheck(tokens, faults);
        this.functions = functions;
    }

    ParenthesesCheck parentheses() {
        return parentheses;
    }

    PathParser paths() {
        return paths;
    }

    /** One operand, perhaps in parentheses; a function here must be one that has a value. */
    Operand operand() {
        if (tokens.is(TokenKind.LEFT_PAREN)) {
            ParenthesesCheck.Group group = parentheses.open();
            Operand inner = operand();
            parentheses.close(group);
            return inner;
        }
        Term term = term();
        return term instanceof Term.Call call ? functions.asOperand(call) : ((Term.Plain) term).operand();
    }

    /** One path, value or call, without parentheses around it. */
    Term term() {
        if (tokens.is(TokenKind.VALUE_PLACEHOLDER)) {
            return new Term.Plain(value());
        }
        if (!paths.startsHere()) {
            throw tokens.syntaxError();
        }
        if (tokens.is(TokenKind.NAME_PLACEHOLDER)) {
            return new Term.Plain(new Operand.Path(paths.parse()));
        }
        String name = tokens.take();
        return tokens.is(TokenKind.LEFT_PAREN) ? call(name) : new Term.Plain(new Operand.Path(paths.parseAfter(name)));
    }

    Operand.Value value() {
        if (!tokens.is(TokenKind.VALUE_PLACEHOLDER)) {
            throw tokens.syntaxError();
        }
        String placeholder = tokens.take();
        AttributeValue value = placeholders.value(placeholder).orElseGet(() -> {
            faults.noteUndefined(UNDEFINED + placeholder);
            return STAND_IN;
        });
        return new Operand.Value(placeholder, value);
    }

    private Term.Call call(String name) {
        functions.called(name);
        parentheses.open();
        List<Operand> operands = new ArrayList<>();
        do {
            operands.add(operand());
        } while (tokens.accept(TokenKind.COMMA));
        parentheses.closeCall();
        return new Term.Call(name, operands);
    }
}
