package io.nearside.proxy.operation;

import io.nearside.proxy.operation.PartiQlLexer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * As much of a PartiQL statement as the cache needs: whether it writes, and which table. The grammar is left to DynamoDB; a
 * statement is understood only if all of its tokens are, and what is not understood may write any table.
 */
final class PartiQl {

    /** The longest statement that DynamoDB takes, in characters. */
    private static final int MAX_LENGTH = 8192;

    private static final Set<String> CHANGING = Set.of("INSERT", "UPDATE", "DELETE", "SET", "REMOVE");

    /** What a statement does, as far as it can be told. */
    sealed interface Statement {

        /** It only reads. */
        record Reads() implements Statement {}

        /**
         * It writes one table.
         *
         * @param table as the statement names it
         */
        record Writes(String table) implements Statement {}

        /** It may write anything. */
        record Unknown() implements Statement {}
    }

    private static final Statement READS = new Statement.Reads();
    private static final Statement UNKNOWN = new Statement.Unknown();

    private PartiQl() {}

    /** What the statement does. */
    static Statement read(String statement) {
        if (statement.length() > MAX_LENGTH) {
            return UNKNOWN;
        }
        PartiQlLexer lexer = new PartiQlLexer(statement);
        lexer.next();
        while (lexer.isSymbol('(')) {
            lexer.next();
        }
        // Transactions check conditions with EXISTS(SELECT ...).
        if (lexer.isWord("SELECT") || lexer.isWord("EXISTS")) {
            return endsAsRead(lexer) ? READS : UNKNOWN;
        }
        if (!entersTable(lexer)) {
            return UNKNOWN;
        }
        Kind kind = lexer.kind();
        String table = lexer.text();
        lexer.next();
        boolean named = kind == Kind.WORD || kind == Kind.QUOTED_NAME;
        // A path, of an index or of anything, is nothing that is known to be written.
        boolean path = lexer.isSymbol('.') || lexer.isSymbol('[');
        return named && !path && ends(lexer) ? new Statement.Writes(table) : UNKNOWN;
    }

    /** Moves from the first word of a writing statement to its table. */
    private static boolean entersTable(PartiQlLexer lexer) {
        String second = "";
        if (lexer.isWord("INSERT")) {
            second = "INTO";
        } else if (lexer.isWord("DELETE")) {
            second = "FROM";
        } else if (!lexer.isWord("UPDATE") && !lexer.isWord("FROM")) {
            return false;
        }
        lexer.next();
        if (!second.isEmpty()) {
            if (!lexer.isWord(second)) {
                return false;
            }
            lexer.next();
        }
        return true;
    }

    /** Whether nothing unknown is left, and no second statement. */
    private static boolean ends(PartiQlLexer lexer) {
        boolean over = false;
        while (lexer.kind() != Kind.END && lexer.kind() != Kind.UNKNOWN) {
            if (over) {
                return false;
            }
            over = lexer.isSymbol(';');
            lexer.next();
        }
        return lexer.kind() == Kind.END;
    }

    private static boolean endsAsRead(PartiQlLexer lexer) {
        while (lexer.kind() != Kind.END && lexer.kind() != Kind.UNKNOWN && !lexer.isSymbol(';')) {
            if (lexer.kind() == Kind.WORD && CHANGING.contains(lexer.text().toUpperCase(Locale.ROOT))) {
                return false;
            }
            lexer.next();
        }
        return ends(lexer);
    }

    /** All words and quoted names of the statement, as far as its tokens are known; tables are among them, and much else. */
    static List<String> names(String statement) {
        List<String> names = new ArrayList<>();
        PartiQlLexer lexer = new PartiQlLexer(statement);
        lexer.next();
        while (lexer.kind() != Kind.END && lexer.kind() != Kind.UNKNOWN) {
            if (lexer.kind() == Kind.WORD || lexer.kind() == Kind.QUOTED_NAME) {
                names.add(lexer.text());
            }
            lexer.next();
        }
        return names;
    }

    /**
     * Whether the statement names the attribute of an item: as a name, or as a key of the item that an INSERT gives. String
     * literals, comments and the keys of nested maps may say anything. In a statement that is not understood, any occurrence counts.
     */
    static boolean names(String statement, String attribute) {
        PartiQlLexer lexer = new PartiQlLexer(statement);
        lexer.next();
        boolean insert = lexer.isWord("INSERT");
        int braces = 0;
        while (lexer.kind() != Kind.END && lexer.kind() != Kind.UNKNOWN) {
            Kind kind = lexer.kind();
            boolean same = lexer.text().equalsIgnoreCase(attribute);
            if (lexer.isSymbol('{')) {
                braces++;
            } else if (lexer.isSymbol('}')) {
                braces--;
            }
            lexer.next();
            boolean key = insert && braces == 1 && kind == Kind.STRING && lexer.isSymbol(':');
            if (same && (kind == Kind.WORD || kind == Kind.QUOTED_NAME || key)) {
                return true;
            }
        }
        // Ion, of all that DynamoDB's lexer knows, spells characters by escapes.
        boolean escaped = statement.indexOf('`') >= 0 && statement.indexOf('\\') >= 0;
        return lexer.kind() == Kind.UNKNOWN && (statement.contains(attribute) || escaped);
    }
}
