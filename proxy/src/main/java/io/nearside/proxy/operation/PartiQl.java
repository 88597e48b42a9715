package io.nearside.proxy.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * As much of PartiQL as the cache needs: whether a statement writes, and which table. Words, quoted names and string
 * literals are told apart; the grammar is left to DynamoDB.
 */
final class PartiQl {

    private PartiQl() {}

    /** A word or a quoted name of a statement; literals and punctuation are left out. */
    private record Token(String text, boolean quoted) {

        boolean is(String keyword) {
            return !quoted && text.toUpperCase(Locale.ROOT).equals(keyword);
        }
    }

    /** Whether the statement only reads. Transactions check conditions with {@code EXISTS(SELECT ...)}. */
    static boolean reads(String statement) {
        List<Token> tokens = tokens(statement, 1);
        return !tokens.isEmpty() && (tokens.get(0).is("SELECT") || tokens.get(0).is("EXISTS"));
    }

    /** The table that a writing statement is about; empty when it cannot be told. */
    static Optional<String> writtenTable(String statement) {
        List<Token> tokens = tokens(statement, 3);
        if (tokens.size() < 2) {
            return Optional.empty();
        }
        if (tokens.get(0).is("UPDATE")) {
            return Optional.of(tokens.get(1).text);
        }
        boolean insert = tokens.get(0).is("INSERT") && tokens.get(1).is("INTO");
        boolean delete = tokens.get(0).is("DELETE") && tokens.get(1).is("FROM");
        return (insert || delete) && tokens.size() == 3 ? Optional.of(tokens.get(2).text) : Optional.empty();
    }

    /** Whether the statement names the attribute, quoted or not, outside of string literals. */
    static boolean names(String statement, String attribute) {
        int at = statement.indexOf(attribute);
        int literal = statement.indexOf('\'');
        while (at >= 0 && literal >= 0 && literal < at) {
            int afterLiteral = endOfQuoted(statement, literal, '\'');
            at = statement.indexOf(attribute, afterLiteral);
            literal = statement.indexOf('\'', afterLiteral);
        }
        return at >= 0;
    }

    private static List<Token> tokens(String statement, int limit) {
        List<Token> tokens = new ArrayList<>(limit);
        int at = 0;
        while (at < statement.length() && tokens.size() < limit) {
            char c = statement.charAt(at);
            int end = at + 1;
            if (c == '"' || c == '\'') {
                end = endOfQuoted(statement, at, c);
                if (c == '"') {
                    String name = statement.substring(at + 1, Math.max(at + 1, end - 1));
                    tokens.add(new Token(name.replace("\"\"", "\""), true));
                }
            } else if (isWord(c)) {
                while (end < statement.length() && isWord(statement.charAt(end))) {
                    end++;
                }
                tokens.add(new Token(statement.substring(at, end), false));
            } else if (statement.startsWith("--", at)) {
                int newline = statement.indexOf('\n', at);
                end = newline < 0 ? statement.length() : newline;
            }
            at = end;
        }
        return tokens;
    }

    private static int endOfQuoted(String statement, int from, char quote) {
        int at = from + 1;
        while (at < statement.length()) {
            if (statement.charAt(at) == quote) {
                boolean doubled = at + 1 < statement.length() && statement.charAt(at + 1) == quote;
                if (!doubled) {
                    return at + 1;
                }
                at++;
            }
            at++;
        }
        return statement.length();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
