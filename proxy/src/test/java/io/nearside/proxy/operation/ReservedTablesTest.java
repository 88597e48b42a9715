package io.nearside.proxy.operation;

import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Nearside's own tables are neither listed to callers nor changed by them. */
class ReservedTablesTest {

    private static final String OWN = "nearside-tombstones";

    private final ProxyFixture f = new ProxyFixture();

    /** All operations that may change something, but for those whose requests are not known. */
    static Stream<Operation> changing() {
        Set<Operation> changing = EnumSet.allOf(Operation.class);
        changing.removeIf(operation -> {
            RequestShape shape = RequestShape.of(operation);
            return shape == null || shape.access() == RequestShape.Access.READ;
        });
        return changing.stream();
    }

    @ParameterizedTest
    @MethodSource("changing")
    void change_ofAReservedTable_isDenied_andOfAnotherIsSent(Operation operation) {
        assertDenied(operation, request(operation, OWN));
        assertDenied(operation, request(operation, "\\u006eearside-tombstones"));

        f.ask(operation, request(operation, "orders"));
        assertThat(f.upstream.sent()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"EXECUTE_STATEMENT", "BATCH_EXECUTE_STATEMENT", "EXECUTE_TRANSACTION"})
    void statement_thatMayWriteAReservedTable_isDenied_andAnyOtherIsSent(Operation operation) {
        assertDenied(operation, statement(operation, "DELETE FROM \\\"" + OWN + "\\\" WHERE pk=?"));
        assertDenied(operation, statement(operation, "INSERT INTO \\\"" + OWN + "\\\" VALUE {'pk':'a'}"));
        assertDenied(operation, statement(operation, "UPDATE /* t */ \\\"" + OWN + "\\\" SET v=1 WHERE pk='a'"));
        assertDenied(operation, statement(operation, "UPSERT INTO \\\"" + OWN + "\\\" VALUE {'pk':'a'}"));

        f.ask(operation, statement(operation, "DELETE FROM orders WHERE pk='" + OWN + "'"));
        f.ask(operation, statement(operation, "SELECT * FROM \\\"" + OWN + "\\\""));
        assertThat(f.upstream.sent()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"RequestItems\":{\"orders\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"a\"}}}}],"
                        + "\"nearside-tombstones\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"a\"}}}}]}}",
                "{\"RequestItems\":{\"arn:aws:dynamodb:eu-west-1:1:table/nearside-tombstones\":[]}}"
            })
    void batch_withAReservedTableAmongOthers_isDeniedWhole(String batch) {
        assertDenied(Operation.BATCH_WRITE_ITEM, batch);
    }

    @Test
    void change_ofAnotherAccountsTableOfThatName_isSent() {
        f.cached();
        int before = f.upstream.sent();

        f.ask(Operation.DELETE_TABLE, request(Operation.DELETE_TABLE, "arn:aws:dynamodb:eu-west-1:2:table/" + OWN));

        assertThat(f.upstream.sent()).isEqualTo(before + 1);
    }

    @Test
    void change_thatOnlyHoldsTheNameAsAValue_isSent() {
        f.ask(Operation.PUT_ITEM, """
                {"TableName":"orders","Item":{"pk":{"S":"nearside-tombstones"}}}""");

        assertThat(f.upstream.sent()).isEqualTo(1);
    }

    @Test
    void read_ofAReservedTable_isSent() {
        f.ask(Operation.SCAN, """
                {"TableName":"nearside-tombstones"}""");

        assertThat(f.upstream.sent()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "LIST_TABLES|{\"TableNames\":[\"a-1\",\"nearside-t\",\"z-1\"],\"LastEvaluatedTableName\":\"z-1\"}"
                        + "|{\"TableNames\":[\"a-1\",\"z-1\"],\"LastEvaluatedTableName\":\"z-1\"}",
                "LIST_TABLES|{\"LastEvaluatedTableName\":\"nearside-t\",\"TableNames\":[\"nearside-t\"]}"
                        + "|{\"LastEvaluatedTableName\":\"nearside-t\",\"TableNames\":[]}",
                "LIST_TABLES|{\"TableNames\": [ \"a-1\" ]}|{\"TableNames\": [ \"a-1\" ]}",
                "LIST_STREAMS|{\"Streams\":[{\"StreamArn\":\"x\",\"TableName\":\"nearside-t\"},{\"TableName\":\"a-1\"}]}"
                        + "|{\"Streams\":[{\"TableName\":\"a-1\"}]}",
                "LIST_BACKUPS|{\"BackupSummaries\":[{\"TableName\":\"nearside-t\"}]}|{\"BackupSummaries\":[]}",
                "DESCRIBE_LIMITS|{\"TableNames\":[\"nearside-t\"]}|{\"TableNames\":[\"nearside-t\"]}"
            })
    void list_leavesReservedTablesOut_andEndsWhereDynamoDbSays(Operation operation, String answer, String expected) {
        Future<Answer> asked = f.ask(operation, "{}");
        f.upstream.next().answer(answer);

        assertThat(text(asked)).isEqualTo(expected);
    }

    private void assertDenied(Operation operation, String body) {
        int before = f.upstream.sent();

        Future<Answer> asked = f.ask(operation, body);

        assertThat(asked.cause())
                .as("%s %s", operation, body)
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("not authorized to perform: dynamodb:" + operation.label())
                .hasMessageContaining("table/" + OWN);
        assertThat(f.upstream.sent()).isEqualTo(before);
    }

    private static String request(Operation operation, String table) {
        RequestShape shape = RequestShape.of(operation);
        if (shape == null) {
            throw new AssertionError(operation + " has no shape");
        }
        for (RequestShape.Member member : shape.members()) {
            String value = naming(member, table);
            if (value != null) {
                return "{\"" + member.name() + "\":" + value + "}";
            }
        }
        throw new AssertionError(operation + " names no table");
    }

    /** A value of the member that names the table; null if none can. */
    private static @Nullable String naming(RequestShape.Member member, String table) {
        return switch (member.kind()) {
            case VALUE -> null;
            case TABLE -> '"' + table + '"';
            case ARN -> "\"arn:aws:dynamodb:eu-west-1:1:table/" + table + "/part/1\"";
            case OBJECT -> nested(member, table);
            case OBJECTS -> {
                String object = nested(member, table);
                yield object == null ? null : "[" + object + "]";
            }
            case OBJECT_BY_TABLE -> "{\"" + table + "\":{}}";
            case OBJECTS_BY_TABLE -> "{\"" + table + "\":[]}";
        };
    }

    private static @Nullable String nested(RequestShape.Member holder, String table) {
        for (RequestShape.Member member : holder.nested()) {
            String value = naming(member, table);
            if (value != null) {
                return "{\"" + member.name() + "\":" + value + "}";
            }
        }
        return null;
    }

    private static String statement(Operation operation, String statement) {
        String one = "{\"Statement\":\"" + statement + "\"}";
        return switch (operation) {
            case BATCH_EXECUTE_STATEMENT -> "{\"Statements\":[" + one + "]}";
            case EXECUTE_TRANSACTION -> "{\"TransactStatements\":[" + one + "]}";
            default -> one;
        };
    }
}
