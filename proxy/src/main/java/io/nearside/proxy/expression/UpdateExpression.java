package io.nearside.proxy.expression;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What an UpdateExpression changes. Immutable. */
public final class UpdateExpression {
    /** The kinds of changes, as the sections of an expression are called. */
    public enum Section {
        SET,
        REMOVE,
        ADD,
        DELETE
    }

    /**
     * One change.
     *
     * @param target what is changed
     * @param operand the new value, or what is added or deleted; absent for REMOVE
     */
    public record Action(Section section, DocumentPath target, Optional<Operand> operand) {}

    private final byte[] text;
    private final List<Action> actions;
    private final int endOfSet;

    UpdateExpression(byte[] text, List<Action> actions, int endOfSet) {
        this.text = text;
        this.actions = List.copyOf(actions);
        this.endOfSet = endOfSet;
    }

    /** The changes in the order in which they are written. */
    public List<Action> actions() {
        return actions;
    }

    /** The top-level attributes that the expression changes or reads. */
    public Set<String> attributes() {
        Set<String> names = new TreeSet<>();
        for (Action action : actions) {
            names.add(action.target().head());
            action.operand().ifPresent(operand -> collect(operand, names));
        }
        return names;
    }

    private static void collect(Operand operand, Set<String> names) {
        if (operand instanceof Operand.Path path) {
            names.add(path.path().head());
        } else if (operand instanceof Operand.Size size) {
            collect(size.of(), names);
        } else if (operand instanceof Operand.Computed computed) {
            computed.operands().forEach(each -> collect(each, names));
        }
    }

    /**
     * The expression's text with one more clause {@code SET name = value}, in UTF-8; empty if that would exceed what DynamoDB
     * accepts. The caller sees to it that both placeholders are new to the request.
     *
     * @param name a name placeholder, {@code #...}
     * @param value a value placeholder, {@code :...}
     */
    public Optional<byte[]> withSet(String name, String value) {
        boolean hasSet = endOfSet > 0;
        byte[] clause = ((hasSet ? ", " : " SET ") + name + " = " + value).getBytes(UTF_8);
        if (text.length + clause.length > ExpressionParser.MAX_BYTES || actions.size() >= UpdateParser.MAX_ACTIONS) {
            return Optional.empty();
        }
        int at = hasSet ? endOfSet : text.length;
        byte[] longer = new byte[text.length + clause.length];
        System.arraycopy(text, 0, longer, 0, at);
        System.arraycopy(clause, 0, longer, at, clause.length);
        System.arraycopy(text, at, longer, at + clause.length, text.length - at);
        return Optional.of(longer);
    }
}
