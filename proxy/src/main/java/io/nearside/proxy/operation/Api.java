package io.nearside.proxy.operation;

/** The two JSON 1.0 services that a DynamoDB endpoint speaks, told apart by the prefix of {@code X-Amz-Target}. */
public enum Api {
    DYNAMODB("DynamoDB_20120810."),
    STREAMS("DynamoDBStreams_20120810.");

    private final String targetPrefix;

    /** What the targets of all versions of both services start with. */
    private static final String ANY_VERSION = "DynamoDB";

    Api(String targetPrefix) {
        this.targetPrefix = targetPrefix;
    }

    /** Whether one of the services may know the target, in this version of its API or another. */
    public static boolean mayServe(String target) {
        return target.startsWith(ANY_VERSION);
    }

    /** What {@code X-Amz-Target} starts with for every operation of this service; ends with a dot. */
    public String targetPrefix() {
        return targetPrefix;
    }
}
