package io.nearside.proxy.auth;

import io.nearside.proxy.operation.ApiException;
import io.nearside.proxy.operation.Operation;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CallerTest {

    private static final Caller READER = new Caller("reader", true, TablePatterns.ALL);
    private static final Caller ORDERS = new Caller("orders", false, new TablePatterns(List.of("orders-*", "Shared")));

    @ParameterizedTest
    @EnumSource(Operation.class)
    void readOnlyCaller_mayReadAndDescribeOnly(Operation operation) {
        String label = operation.label();
        boolean reads = List.of("Query", "Scan", "BatchGetItem", "TransactGetItems", "SearchVectors")
                        .contains(label)
                || label.startsWith("Get")
                || label.startsWith("Describe")
                || label.startsWith("List");

        if (reads) {
            assertThatCode(() -> READER.authorize(operation, Buffer.buffer("{}")))
                    .doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> READER.authorize(operation, Buffer.buffer("{}")))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            e -> assertThat(e.type()).isEqualTo("com.amazon.coral.service#AccessDeniedException"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "true;  {'TableName':'orders-1','Key':{}}",
                "true;  {'TableName':'Shared'}",
                "true;  {'TableName':'arn:aws:dynamodb:us-east-1:1:table/orders-1'}",
                "true;  {'TableName':'arn:aws:dynamodb:us-east-1:1:table/orders-1/index/i'}",
                "true;  {'RequestItems':{'orders-1':{},'Shared':{}}}",
                "true;  {'TransactItems':[{'Put':{'TableName':'orders-1','Item':{'TableName':{'S':'x'}}}}]}",
                "false; {'TableName':'users'}",
                "false; {'TableName':'orders'}",
                "false; {'TableName':'arn:aws:dynamodb:us-east-1:1:table/users'}",
                "false; {'RequestItems':{'orders-1':{},'users':{}}}",
                "false; {'TransactItems':[{'Put':{'TableName':'orders-1'}},{'Put':{'TableName':'users'}}]}",
                "false; {'TableName':'orders-1','TableName':'users'}",
                "false; {'Statement':'DELETE FROM users'}",
                "false; {}",
                "false; not json"
            })
    void callerOfSomeTables_mayNameNoOther(boolean allowed, String body) {
        Buffer json = Buffer.buffer(body.replace('\'', '"'));

        if (allowed) {
            assertThatCode(() -> ORDERS.authorize(Operation.PUT_ITEM, json)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> ORDERS.authorize(Operation.PUT_ITEM, json)).isInstanceOf(ApiException.class);
        }
    }

    @Test
    void pattern_withStars_matchesRunsOfCharacters() {
        TablePatterns patterns = new TablePatterns(List.of("a*b*c"));

        assertThat(List.of("abc", "aXbYc", "abbcc", "a-b-bc")).allMatch(patterns::matches);
        assertThat(List.of("ab", "xabc", "abcx", "acb")).noneMatch(patterns::matches);
    }
}
