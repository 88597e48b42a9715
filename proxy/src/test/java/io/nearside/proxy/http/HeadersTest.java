package io.nearside.proxy.http;

import io.nearside.proxy.operation.CacheControl;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeadersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "null                   | false | 9223372036854775807",
                "''                     | false | 9223372036854775807",
                "no-cache               | true  | 9223372036854775807",
                "No-Store               | true  | 9223372036854775807",
                "max-age=5              | false | 5000",
                "MAX-AGE=0              | false | 0",
                "max-age=5, max-age=3   | false | 3000",
                "max-age=5, no-cache    | true  | 9223372036854775807",
                "private, max-age=7     | false | 7000",
                "max-age=               | false | 9223372036854775807",
                "max-age=-1             | false | 9223372036854775807",
                "max-age=1e3            | false | 9223372036854775807",
                "max-age=99999999999999 | false | 9223372036854775807",
                "max-age=999999999      | false | 999999999000"
            })
    void cacheControl_isReadAsWritten(String header, boolean noCache, long maxAgeMillis) {
        assertThat(CacheControlHeader.parse(header)).isEqualTo(new CacheControl(noCache, maxAgeMillis));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request | true",
                "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1                       | true",
                "Credential=local/20260101/us-east-1                                        | true",
                "Bearer local/20260101/us-east-1                                            | true",
                "AWS4-HMAC-SHA256 Credential=local/20260101                                 | false",
                "AWS4-HMAC-SHA256 Credential=/20260101/us-east-1                            | false",
                "AWS4-HMAC-SHA256 Credential=a-b.c/20260101/us-east-1                       | true",
                "AWS4-HMAC-SHA256 Credential=a/b+c@d/20260101/us-east-1                     | true",
                "AWS4-HMAC-SHA256, Credential=local/20260101/us-east-1                      | true",
                "AWS4-HMAC-SHA256 Credential=a,b/20260101/us-east-1                         | false",
                "AWS4-HMAC-SHA256 Credential=a\u00fc/20260101/us-east-1                      | false",
                "hello                                                                      | false",
                "''                                                                         | false",
                "null                                                                       | false"
            })
    void authorization_isPlausibleWhenItCouldBeASignature(String header, boolean plausible) {
        assertThat(AuthorizationForm.plausible(header)).isEqualTo(plausible);
    }

    @Test
    void requestIds_areUniqueAndLookLikeDynamoDbs() {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 3; seed++) {
            RequestIds ids = new RequestIds(new Random(seed));
            for (int i = 0; i < 2_000; i++) {
                String id = ids.next().toString();
                assertThat(id).matches("[A-Z2-7]{52}");
                assertThat(seen.add(id)).as("%s is new", id).isTrue();
            }
        }
    }

    @Test
    void date_isThatOfTheSecond() {
        Instant[] now = {Instant.parse("2026-02-03T04:05:06.999Z")};
        HttpDate date = new HttpDate(() -> now[0]);

        assertThat(date.now().toString()).isEqualTo("Tue, 03 Feb 2026 04:05:06 GMT");
        now[0] = now[0].plusMillis(1);
        assertThat(date.now().toString()).isEqualTo("Tue, 03 Feb 2026 04:05:07 GMT");
    }
}
