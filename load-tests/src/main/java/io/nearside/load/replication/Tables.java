package io.nearside.load.replication;

import io.nearside.load.workload.Requests;

/** The table of a run. */
final class Tables {
    private Tables() {}

    static String definition(boolean stream) {
        return """
                {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
                 "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                 "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]%s}""".formatted(
                        Requests.TABLE,
                        stream
                                ? ",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"}"
                                : "");
    }
}
