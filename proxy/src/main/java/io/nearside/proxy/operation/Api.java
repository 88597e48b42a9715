package io.nearside.proxy.operation;

/** The two JSON 1.0 services that a DynamoDB endpoint speaks, told apart by the prefix of {@code X-Amz-Target}. */
public enum Api {
    DYNAMODB("DynamoDB_20120810."),
    STREAMS("DynamoDBStreams_20120810.");

    private final String targetPrefix;

    Api(String targetPrefix) {
        this.targetPrefix = targetPrefix;
    }

    /** What {@code X-Amz-Target} starts with for every operation of this service; ends with a dot. */
    public String targetPrefix() {
        return targetPrefix;
    }
}
