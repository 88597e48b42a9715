package io.nearside.proxy.name;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TableNamesTest {

    private static final String ACCOUNT = "arn:aws:dynamodb:us-east-1:123456789012:table/";

    @Test
    void name_ofThreeTo255PlainCharacters_isOne() throws NotUnderstoodException {
        for (String name : List.of("abc", "A-b_c.9", "a".repeat(255))) {
            assertThat(TableNames.isPlain(name)).isTrue();
            assertThat(TableNames.plain(JsonSlice.of(name))).isEqualTo(name);
        }
        assertThat(TableNames.plain(JsonSlice.of("abc"))).isSameAs(TableNames.plain(JsonSlice.of("abc")));
    }

    @Test
    void anythingElse_isNoneAndIsNotRemembered() {
        for (String name : List.of(
                "",
                "ab",
                "a".repeat(256),
                "a".repeat(1 << 24),
                "a b",
                "a/bc",
                "\u00e4bc",
                "a\\u0062c",
                ACCOUNT + "abc")) {
            assertThat(TableNames.isPlain(name)).isFalse();
            assertThat(TableNames.ifPlain(JsonSlice.of(name))).isNull();
            assertThatThrownBy(() -> TableNames.plain(JsonSlice.of(name))).isInstanceOf(NotUnderstoodException.class);
        }
    }

    @Test
    void arn_ofATable_isTakenApart() {
        TableArn arn = Objects.requireNonNull(TableArn.parse(ACCOUNT + "orders"));

        assertThat(arn.name()).isEqualTo("orders");
        assertThat(arn.account()).isEqualTo(ACCOUNT);
        assertThat(arn.isTable()).isTrue();
    }

    @Test
    void arn_ofAStream_isThatOfAPartOfItsTable() {
        TableArn arn = Objects.requireNonNull(TableArn.parse(ACCOUNT + "orders/stream/2015-05-11T21:21:33.291"));

        assertThat(arn.table()).isEqualTo(ACCOUNT + "orders");
        assertThat(arn.part()).isEqualTo("stream/2015-05-11T21:21:33.291");
        assertThat(arn.isTable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "arn:",
                "arn:aws:dynamodb:us-east-1:123456789012",
                "arn:aws:s3:us-east-1:123456789012:table/orders",
                "arn:aws:dynamodb:us-east-1:123456789012:global-table/orders",
                "arn:aws:dynamodb:us-east-1:123456789012:table/",
                "arn:aws:dynamodb:us-east-1:123456789012:table/or",
                "arn:aws:dynamodb:us-east-1:123456789012:table/orders/",
                "arn:aws:dynamodb:us-east-1:table/orders",
                "arn:aws:dynamodb:us-east-1:123456789012:x:table/orders",
                " arn:aws:dynamodb:us-east-1:123456789012:table/orders"
            })
    void text_ofAnotherForm_isNoArnOfATable(String text) {
        assertThat(TableArn.parse(text)).isNull();
    }

    @Test
    void arn_beyondDynamoDbsLimit_isNone() {
        String stream = ACCOUNT + "orders/stream/";

        assertThat(TableArn.parse(stream + "x".repeat(1024 - stream.length()))).isNotNull();
        assertThat(TableArn.parse(stream + "x".repeat(1025 - stream.length()))).isNull();
    }
}
