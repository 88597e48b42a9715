package io.nearside.proxy.expression;

import java.util.ArrayList;
import java.util.List;

/** Parses document paths: names or placeholders joined by dots, with list indices in brackets. */
final class PathParser {
    private static final String UNDEFINED =
            "An expression attribute name used in the document path is not defined; attribute name: ";

    private final Tokenizer tokens;
    private final Placeholders placeholders;
    private final Faults faults;

    PathParser(Tokenizer tokens, Placeholders placeholders, Faults faults) {
        this.tokens = tokens;
        this.placeholders = placeholders;
        this.faults = faults;
    }

    boolean startsHere() {
        return tokens.is(TokenKind.NAME) || tokens.is(TokenKind.NAME_PLACEHOLDER);
    }

    DocumentPath parse() {
        if (tokens.is(TokenKind.NAME)) {
            return parseAfter(tokens.take());
        }
        List<PathElement> elements = new ArrayList<>();
        elements.add(attribute());
        return rest(elements);
    }

    /** A path whose first name has been read already. */
    DocumentPath parseAfter(String name) {
        List<PathElement> elements = new ArrayList<>();
        elements.add(plain(name));
        return rest(elements);
    }

    private DocumentPath rest(List<PathElement> elements) {
        while (true) {
            if (tokens.accept(TokenKind.DOT)) {
                elements.add(attribute());
            } else if (tokens.accept(TokenKind.LEFT_BRACKET)) {
                elements.add(index());
            } else {
                break;
            }
        }
        if (elements.size() > DocumentPath.MAX_ELEMENTS) {
            String message = "The document path has too many nesting levels; nesting levels: " + elements.size();
            faults.note(Faults.Kind.LIMIT, message);
        }
        return new DocumentPath(elements);
    }

    private PathElement attribute() {
        if (tokens.is(TokenKind.NAME)) {
            return plain(tokens.take());
        }
        if (!tokens.is(TokenKind.NAME_PLACEHOLDER)) {
            throw tokens.syntaxError();
        }
        String placeholder = tokens.take();
        return new PathElement.Attribute(placeholders.name(placeholder).orElseGet(() -> {
            faults.noteUndefined(UNDEFINED + placeholder);
            return placeholder;
        }));
    }

    private PathElement plain(String name) {
        if (ReservedWords.contains(name)) {
            faults.note(Faults.Kind.NAME, "Attribute name is a reserved keyword; reserved keyword: " + name);
        }
        return new PathElement.Attribute(name);
    }

    private PathElement index() {
        if (!tokens.is(TokenKind.INDEX)) {
            throw tokens.syntaxError();
        }
        String digits = tokens.take();
        tokens.expect(TokenKind.RIGHT_BRACKET);
        try {
            return new PathElement.Index(Integer.parseInt(digits));
        } catch (NumberFormatException e) {
            String message = "List index is not within the allowable range; index: [" + digits + "]";
            faults.note(Faults.Kind.LIMIT, message);
            return new PathElement.Index(0);
        }
    }
}
