package io.nearside.proxy.operation;

/**
 * Cuts a PartiQL statement into tokens as DynamoDB's own lexer does: line comments to either kind of line end, block comments that
 * do not nest, quoted identifiers and string literals in which a doubled quote stands for one, words, and symbols of one character.
 *
 * <p>Whatever else is met (Ion literals in backticks, other characters outside of quotes, an end within quotes or a comment) is
 * {@link Kind#UNKNOWN}: from there on nobody here knows what DynamoDB would read. One pass over the text, used by one thread.
 */
final class PartiQlLexer {

    private static final String SYMBOLS = "(){}[]<>,.;:=+-*/%|!?@^~&";

    /** What a token is. */
    enum Kind {
        WORD,
        QUOTED_NAME,
        STRING,
        SYMBOL,
        END,
        UNKNOWN
    }

    private final String statement;
    private Kind kind = Kind.END;
    private String text = "";
    private int at;

    PartiQlLexer(String statement) {
        this.statement = statement;
    }

    /** What the token is that was read last. */
    Kind kind() {
        return kind;
    }

    /** Its text: of quoted ones what is between the quotes, doubled quotes undone. */
    String text() {
        return text;
    }

    boolean isWord(String keyword) {
        return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
    }

    boolean isSymbol(char symbol) {
        return kind == Kind.SYMBOL && text.charAt(0) == symbol;
    }

    /** Reads the next token; past the end, and past what is unknown, it stays there. */
    Kind next() {
        if (kind != Kind.UNKNOWN) {
            kind = skipSpaceAndComments() ? scan() : Kind.UNKNOWN;
        }
        return kind;
    }

    /** False if a comment does not end. */
    private boolean skipSpaceAndComments() {
        while (at < statement.length()) {
            if (isSpace(statement.charAt(at))) {
                at++;
            } else if (statement.startsWith("--", at)) {
                while (at < statement.length() && statement.charAt(at) != '\n' && statement.charAt(at) != '\r') {
                    at++;
                }
            } else if (statement.startsWith("/*", at)) {
                int end = statement.indexOf("*/", at + 2);
                if (end < 0) {
                    return false;
                }
                at = end + 2;
            } else {
                break;
            }
        }
        return true;
    }

    private Kind scan() {
        text = "";
        if (at == statement.length()) {
            return Kind.END;
        }
        char c = statement.charAt(at);
        if (c == '"' || c == '\'') {
            return quoted(c);
        }
        int from = at;
        while (at < statement.length() && isWordCharacter(statement.charAt(at))) {
            at++;
        }
        if (at == from && SYMBOLS.indexOf(c) >= 0) {
            at++;
            text = String.valueOf(c);
            return Kind.SYMBOL;
        }
        text = statement.substring(from, at);
        return at > from ? Kind.WORD : Kind.UNKNOWN;
    }

    private Kind quoted(char quote) {
        StringBuilder content = new StringBuilder();
        int from = at + 1;
        int end = statement.indexOf(quote, from);
        while (end >= 0 && end + 1 < statement.length() && statement.charAt(end + 1) == quote) {
            content.append(statement, from, end + 1);
            from = end + 2;
            end = statement.indexOf(quote, from);
        }
        if (end < 0) {
            return Kind.UNKNOWN;
        }
        text = content.append(statement, from, end).toString();
        at = end + 1;
        return quote == '"' ? Kind.QUOTED_NAME : Kind.STRING;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static boolean isWordCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
    }
}
