package io.nearside.proxy.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Cuts an expression's UTF-8 text into tokens, one at a time, and remembers the token before the present one, because
 * DynamoDB's syntax errors show the neighbours of the token at fault. Allocates nothing while it advances.
 */
final class Tokenizer {
    private final ExpressionKind expression;
    private final byte[] text;
    private TokenKind kind = TokenKind.END;
    private int start;
    private int end;
    private int previousStart;
    private int previousEnd;

    Tokenizer(ExpressionKind expression, byte[] text) {
        this.expression = expression;
        this.text = text;
        scan();
    }

    TokenKind kind() {
        return kind;
    }

    /** Where the present token starts. */
    int start() {
        return start;
    }

    /** Where the token before the present one ends; 0 at the first. */
    int previousEnd() {
        return previousEnd;
    }

    boolean is(TokenKind wanted) {
        return kind == wanted;
    }

    void advance() {
        previousStart = start;
        previousEnd = end;
        scan();
    }

    boolean accept(TokenKind wanted) {
        if (kind != wanted) {
            return false;
        }
        advance();
        return true;
    }

    void expect(TokenKind wanted) {
        if (!accept(wanted)) {
            throw syntaxError();
        }
    }

    void expectEnd() {
        if (kind != TokenKind.END) {
            throw syntaxError();
        }
    }

    /** The present token's text, which is then left behind. */
    String take() {
        String taken = text(start, end);
        advance();
        return taken;
    }

    /** The error that DynamoDB reports when the present token cannot stand where it does. */
    InvalidExpressionException syntaxError() {
        int nearStart = previousStart;
        String token = kind == TokenKind.END ? "<EOF>" : text(start, end);
        if (kind != TokenKind.END) {
            advance();
        }
        return expression.invalid("Syntax error; token: \"" + token + "\", near: \"" + text(nearStart, end) + "\"");
    }

    private String text(int from, int to) {
        return new String(text, from, to - from, UTF_8);
    }

    private void scan() {
        int at = end;
        while (at < text.length && isSpace(text[at])) {
            at++;
        }
        start = at;
        if (at == text.length) {
            kind = TokenKind.END;
            end = at;
        } else {
            scanFrom(text[at]);
        }
    }

    private void scanFrom(byte first) {
        if (isLetter(first)) {
            end = wordEnd(start + 1);
            kind = Keywords.kindOf(text, start, end);
        } else if (isDigit(first)) {
            end = first == '0' ? start + 1 : digitsEnd(start + 1);
            kind = TokenKind.INDEX;
        } else if (first == '#' || first == ':') {
            end = wordEnd(start + 1);
            boolean bare = end == start + 1;
            kind = bare ? TokenKind.UNKNOWN : first == '#' ? TokenKind.NAME_PLACEHOLDER : TokenKind.VALUE_PLACEHOLDER;
        } else {
            scanSymbol(first);
        }
    }

    private void scanSymbol(byte first) {
        int next = start + 1 < text.length ? text[start + 1] : 0;
        end = start + 1;
        kind = switch (first) {
            case ',' -> TokenKind.COMMA;
            case '.' -> TokenKind.DOT;
            case '(' -> TokenKind.LEFT_PAREN;
            case ')' -> TokenKind.RIGHT_PAREN;
            case '[' -> TokenKind.LEFT_BRACKET;
            case ']' -> TokenKind.RIGHT_BRACKET;
            case '=' -> TokenKind.EQ;
            case '+' -> TokenKind.PLUS;
            case '-' -> TokenKind.MINUS;
            case '<' -> next == '=' ? wide(TokenKind.LE) : next == '>' ? wide(TokenKind.NE) : TokenKind.LT;
            case '>' -> next == '=' ? wide(TokenKind.GE) : TokenKind.GT;
            default -> unknown();
        };
    }

    private TokenKind wide(TokenKind twoCharacters) {
        end++;
        return twoCharacters;
    }

    /** A whole code point, so that the error message shows what was written. */
    private TokenKind unknown() {
        while (end < text.length && (text[end] & 0xC0) == 0x80) {
            end++;
        }
        return TokenKind.UNKNOWN;
    }

    private int wordEnd(int from) {
        int at = from;
        while (at < text.length && (isLetter(text[at]) || isDigit(text[at]) || text[at] == '_')) {
            at++;
        }
        return at;
    }

    private int digitsEnd(int from) {
        int at = from;
        while (at < text.length && isDigit(text[at])) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    private static boolean isLetter(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** The words that are tokens of their own, in any case, in every kind of expression. */
    private static final class Keywords {
        private static final TokenKind[] KINDS = {
            TokenKind.AND,
            TokenKind.OR,
            TokenKind.NOT,
            TokenKind.BETWEEN,
            TokenKind.IN,
            TokenKind.SET,
            TokenKind.REMOVE,
            TokenKind.ADD,
            TokenKind.DELETE
        };

        static TokenKind kindOf(byte[] text, int from, int to) {
            for (TokenKind keyword : KINDS) {
                if (matches(keyword.name(), text, from, to)) {
                    return keyword;
                }
            }
            return TokenKind.NAME;
        }

        private static boolean matches(String keyword, byte[] text, int from, int to) {
            if (to - from != keyword.length()) {
                return false;
            }
            for (int i = 0; i < keyword.length(); i++) {
                if ((text[from + i] & ~0x20) != keyword.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
