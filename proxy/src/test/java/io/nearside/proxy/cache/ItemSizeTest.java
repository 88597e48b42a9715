package io.nearside.proxy.cache;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Sizes by the rules of the DynamoDB Developer Guide, worked out by hand. */
class ItemSizeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                             | 0",
                "{\"a\":{\"S\":\"hello\"}}                      | 6",
                "{\"é\":{\"S\":\"\\u00e9\\n\"}}                 | 5",
                "{\"\\u0061\":{\"S\":\"\"}}                     | 1",
                "{\"a\":{\"N\":\"0\"}}                          | 2",
                "{\"a\":{\"N\":\"7\"}}                          | 3",
                "{\"a\":{\"N\":\"1234\"}}                       | 4",
                "{\"a\":{\"N\":\"-1234\"}}                      | 5",
                "{\"a\":{\"N\":\"1200000\"}}                    | 3",
                "{\"a\":{\"N\":\"0.00012\"}}                    | 3",
                "{\"a\":{\"N\":\"1.203\"}}                      | 4",
                "{\"a\":{\"B\":\"AAEC\"}}                       | 4",
                "{\"a\":{\"B\":\"AA==\"}}                       | 2",
                "{\"a\":{\"BOOL\":true},\"b\":{\"NULL\":true}}  | 4",
                "{\"a\":{\"SS\":[\"ab\",\"c\"]}}                | 4",
                "{\"a\":{\"NS\":[\"1\",\"22\"]}}                | 5",
                "{\"a\":{\"BS\":[\"AAEC\",\"AA==\"]}}           | 5",
                "{\"a\":{\"L\":[]}}                             | 4",
                "{\"a\":{\"L\":[{\"S\":\"x\"},{\"N\":\"1\"}]}}  | 9",
                "{\"a\":{\"M\":{\"bc\":{\"S\":\"x\"}}}}         | 8",
            })
    void size_ofAnItem_followsTheGuide(String item, long bytes) throws NotUnderstoodException {
        assertThat(ItemSize.of(JsonSlice.of(item))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4094, 1", "4095, 1", "4096, 2", "8191, 2", "8192, 3", "400000, 98"})
    void halfUnits_ofAnItem_areOneForEvery4KbBegun(int length, int halves) {
        CachedItem item = CachedItem.present(
                ("{\"Item\":{\"a\":{\"S\":\"" + "x".repeat(length) + "\"}}}").getBytes(StandardCharsets.UTF_8),
                null,
                false,
                0);

        assertThat(item.halfReadUnits()).isEqualTo(halves);
    }

    @Test
    void halfUnits_ofNoItem_areOne() {
        assertThat(CachedItem.absent(false, 0).halfReadUnits()).isEqualTo(1);
    }

    @Test
    void halfUnits_ofAPage_roundTheSumOfItsItems() {
        String item = "{\"a\":{\"S\":\"" + "x".repeat(1500) + "\"}}";
        byte[] page = ("{\"Count\":3,\"Items\":[" + item + "," + item + "," + item + "],\"ScannedCount\":3}")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(ReadUnits.ofPage(page)).isEqualTo(2);
        assertThat(ReadUnits.ofPage("{\"Count\":0,\"Items\":[],\"ScannedCount\":0}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(1);
    }
}
