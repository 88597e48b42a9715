package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RealProxy.Reply;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Statements in every spelling that DynamoDB Local takes: whoever writes with one reads what it wrote, cached or not. */
class PartiQlCoherenceIT {

    private static final String TABLE = "partiql-coherence";
    private static final String OTHER = "partiql-other";
    private static final String KEY = "\"Key\":{\"pk\":{\"S\":\"a\"}}";

    /** {@code T} stands for the table, quoted. */
    private static final List<String> WRITES = List.of(
            "UPDATE T SET v='new' WHERE pk='a'",
            "update T set v='new' where pk='a'",
            "/* select row first */ UPDATE T SET v='new' WHERE pk='a'",
            "UPDATE /* \"partiql-other\" */ T SET v='new' WHERE pk='a'",
            "/* /* */ UPDATE T SET v='new' WHERE pk='a'",
            "/***/UPDATE/**/T/* it's \" */SET v='new' WHERE pk='a'",
            "-- select\nUPDATE T SET v='new' WHERE pk='a'",
            "--select\rUPDATE T SET v='new' WHERE pk='a' -- it's",
            "UPDATE\t\u000bT\f\r\nSET v='new' WHERE pk='a';",
            "UPDATETSET v='it''s' WHERE pk='a'",
            "UPDATE T SET \"v\"\"w\"='new' WHERE pk='a'",
            "UPDATE T SET v='new' SET w={'T':[1,2]} WHERE pk='a'",
            "UPDATE T REMOVE v WHERE pk='a'",
            "FROM T WHERE pk='a' SET v='new'",
            "from/* SELECT */T WHERE pk='a' REMOVE v",
            "DELETE FROM T WHERE pk='a'",
            "DELETE FROM /* x */ T WHERE pk='a'",
            "DELETE--\nFROM--\nT WHERE pk='a'");

    private static RealProxy proxy;

    private enum Form {
        STATEMENT("ExecuteStatement", "{%s}"),
        BATCH(
                "BatchExecuteStatement",
                "{\"Statements\":[{\"Statement\":\"DELETE FROM \\\"partiql-other\\\" WHERE pk='z'\"},{%s}]}"),
        TRANSACTION("ExecuteTransaction", "{\"TransactStatements\":[{%s}]}");

        private final String operation;
        private final String body;

        Form(String operation, String body) {
            this.operation = operation;
            this.body = body;
        }
    }

    @BeforeAll
    static void start() {
        proxy = new RealProxy("");
        proxy.createTable(TABLE);
        proxy.createTable(OTHER);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @EnumSource
    void write_inAnySpelling_isReadByItsWriter(Form form) {
        int written = 0;
        for (String spelled : WRITES) {
            String statement = quoteTable(spelled);
            cachedInBothTables();

            Reply reply = proxy.ask(form.operation, form.body.formatted("\"Statement\":" + json(statement)));
            assertThat(reply.body()).as(statement).doesNotContain("Error");

            String direct = proxy.askDirectly("GetItem", read(TABLE)).body();
            assertThat(Answers.canonical(proxy.ask("GetItem", read(TABLE)).body()))
                    .as("%s %s", form, statement)
                    .isEqualTo(Answers.canonical(direct));
            written += reply.status() == 200 && !direct.contains("old") ? 1 : 0;
        }
        assertThat(written).as("statements that wrote").isGreaterThan(WRITES.size() - 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO T VALUE {'pk':'i','nearside:v':'x'}",
                "INSERT INTO T /* it's */ VALUE {'pk':'i','nearside:v':/* ' */'x'}",
                "UPDATE T /* it's */ SET \"nearside:v\"='x' /* ' */ WHERE pk='a'",
                "UPDATE T SET v='a' -- '\n SET \"nearside:v\"='x' WHERE pk='a'"
            })
    void statement_thatWritesTheReservedAttribute_isRefused(String spelled) {
        cachedInBothTables();
        for (Form form : Form.values()) {
            Reply reply = proxy.ask(form.operation, form.body.formatted("\"Statement\":" + json(quoteTable(spelled))));

            assertThat(reply.status()).isEqualTo(400);
            assertThat(proxy.askDirectly("Scan", "{\"TableName\":\"" + TABLE + "\"}")
                            .body())
                    .doesNotContain("nearside:v");
        }
    }

    @Test
    void select_withCommentsThatWrite_leavesTheEntry() {
        cachedInBothTables();

        Reply reply = proxy.ask(
                "ExecuteStatement",
                "{\"Statement\":" + json(quoteTable("/* UPDATE */ (SELECT * FROM T WHERE pk='a') -- DELETE")) + "}");

        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(proxy.ask("GetItem", read(TABLE)).cache()).startsWith("hit");
    }

    private static void cachedInBothTables() {
        for (String table : List.of(TABLE, OTHER)) {
            proxy.ask(
                    "PutItem",
                    "{\"TableName\":\"" + table + "\",\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"S\":\"old\"}}}");
            proxy.ask("GetItem", read(table));
            assertThat(proxy.ask("GetItem", read(table)).cache()).startsWith("hit");
        }
    }

    private static String read(String table) {
        return "{\"TableName\":\"" + table + "\"," + KEY + "}";
    }

    /** The letter T on its own, or behind a keyword that a quote may follow directly. */
    private static String quoteTable(String spelled) {
        return spelled.replaceAll("\\bT\\b|(?<=^UPDATE)T(?=SET)", "\"" + TABLE + "\"");
    }

    private static String json(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
