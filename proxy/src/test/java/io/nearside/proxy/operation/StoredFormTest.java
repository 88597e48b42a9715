package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Hazard C9: the form in which DynamoDB returns what was put. {@code InstalledWritesIT} compares it with DynamoDB Local. */
class StoredFormTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ \"a\" : { \"S\" : \"x\" } }|{\"a\":{\"S\":\"x\"}}",
                "{\"a\":{\"S\":\"\\ud83d\\ude00 \\\" ü\"}}|{\"a\":{\"S\":\"\\ud83d\\ude00 \\\" ü\"}}",
                "{\"a\":{\"N\":\"1E2\"},\"b\":{\"N\":\"-0.0\"}}|{\"a\":{\"N\":\"100\"},\"b\":{\"N\":\"0\"}}",
                "{\"a\":{\"B\":\"AAE=\"},\"b\":{\"B\":\"\"}}|{\"a\":{\"B\":\"AAE=\"},\"b\":{\"B\":\"\"}}",
                "{\"a\":{\"BOOL\":false},\"b\":{\"NULL\":true}}|{\"a\":{\"BOOL\":false},\"b\":{\"NULL\":true}}",
                "{\"a\":{\"NS\":[\"1.5\"]}}|{\"a\":{\"NS\":[\"1.5\"]}}",
                "{\"a\":{\"L\":[{\"N\":\"1\"},{\"M\":{\"b\":{\"N\":\"2\"},\"c\":{\"L\":[]}}}]}}"
                        + "|{\"a\":{\"L\":[{\"N\":\"1\"},{\"M\":{\"b\":{\"N\":\"2\"},\"c\":{\"L\":[]}}}]}}"
            })
    void item_withOneForm_isWrittenInIt(String put, String stored) throws NotUnderstoodException {
        assertThat(StoredForm.of(JsonSlice.of(put)).text()).isEqualTo(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"SS\":[\"b\",\"a\"]}}",
                "{\"a\":{\"SS\":[]}}",
                "{\"a\":{\"S\":\"\\ud83d\"}}",
                "{\"a\":{\"B\":\"AB==\"}}",
                "{\"a\":{\"B\":\"-\"}}",
                "{\"a\":{\"N\":\"one\"}}",
                "{\"a\":{\"N\":1}}",
                "{\"a\":{\"NS\":[\"01\"]}}",
                "{\"a\":{\"L\":[{\"N\":\"1.0\"}]}}",
                "{\"a\":{\"M\":{\"b\":{\"N\":\"+2\"}}}}",
                "{\"a\":{\"NULL\":false}}",
                "{\"a\":{\"S\":\"x\",\"N\":\"1\"}}",
                "{\"a\":{}}",
                "{\"a\":{\"X\":\"x\"}}",
                "{\"a\":{\"S\":\"x\"},\"\\u0061\":{\"S\":\"y\"}}"
            })
    void item_inDoubt_isNotUnderstood(String put) {
        assertThatThrownBy(() -> StoredForm.of(JsonSlice.of(put))).isInstanceOf(NotUnderstoodException.class);
    }
}
