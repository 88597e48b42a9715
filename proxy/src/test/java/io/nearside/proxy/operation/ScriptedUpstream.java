package io.nearside.proxy.operation;

import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.proxy.upstream.UpstreamException;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An upstream whose answers wait until the test gives them; it describes tables at once. */
final class ScriptedUpstream implements Upstream {

    /** What the ARNs of its tables begin with. */
    static final String ACCOUNT = "arn:aws:dynamodb:eu-west-1:1:table/";

    private final Map<String, String> descriptions = new HashMap<>();
    private final Deque<Call> waiting = new ArrayDeque<>();
    private final List<Call> all = new ArrayList<>();
    private int describes;
    private boolean describesFail;

    /** A request on its way. */
    record Call(ApiRequest request, Promise<UpstreamAnswer> promise) {

        String body() {
            return request.body().toString();
        }

        void answer(String body) {
            answer(200, body);
        }

        /** Answers, and tells what was sent. */
        String answerAndTell(String body) {
            answer(body);
            return body();
        }

        void answer(int status, String body) {
            promise.complete(new UpstreamAnswer(status, Buffer.buffer(body), "upstream-id"));
        }

        void refuse(String type) {
            answer(400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + type + "\",\"message\":\"no\"}");
        }

        void cut(Landing landing) {
            promise.fail(new UpstreamException(landing, "cut", new IOException("cut")));
        }
    }

    /** A table with a string partition key {@code pk} and, if {@code sort} is not empty, a sort key {@code sk} of that type. */
    void table(String name, String id, String sort) {
        String sortDefinition = sort.isEmpty() ? "" : ",{\"AttributeName\":\"sk\",\"AttributeType\":\"" + sort + "\"}";
        String sortKey = sort.isEmpty() ? "" : ",{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}";
        descriptions.put(
                name,
                "{\"Table\":{\"TableName\":\"" + name + "\",\"TableArn\":\"" + ACCOUNT + name + "\",\"TableId\":\"" + id
                        + "\",\"TableStatus\":\"ACTIVE\","
                        + "\"CreationDateTime\":1.7E9,"
                        + "\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}"
                        + sortDefinition + ",{\"AttributeName\":\"g\",\"AttributeType\":\"S\"}],"
                        + "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}" + sortKey + "],"
                        + "\"GlobalSecondaryIndexes\":[{\"IndexName\":\"by-g\",\"KeySchema\":"
                        + "[{\"AttributeName\":\"g\",\"KeyType\":\"HASH\"}],\"ItemCount\":0}]}}");
    }

    /**
     * A table with string keys {@code pk} and {@code sk}, a local index {@code by-l} sorted by {@code l}, and the global indexes
     * {@code by-g} with the key {@code g} and {@code sk}, and {@code by-pk} with the key {@code pk} and {@code g}.
     */
    void indexedTable(String name, String id) {
        String attributes = Stream.of("pk", "sk", "l", "g")
                .map(attribute -> "{\"AttributeName\":\"" + attribute + "\",\"AttributeType\":\"S\"}")
                .collect(Collectors.joining(","));
        descriptions.put(
                name,
                "{\"Table\":{\"TableName\":\"" + name + "\",\"TableArn\":\"" + ACCOUNT + name + "\",\"TableId\":\"" + id
                        + "\",\"TableStatus\":\"ACTIVE\","
                        + "\"CreationDateTime\":1.7E9,\"AttributeDefinitions\":[" + attributes + "],"
                        + "\"KeySchema\":" + keySchema("pk", "sk") + ","
                        + "\"LocalSecondaryIndexes\":[{\"IndexName\":\"by-l\",\"KeySchema\":" + keySchema("pk", "l")
                        + "}],\"GlobalSecondaryIndexes\":[{\"IndexName\":\"by-g\",\"KeySchema\":"
                        + keySchema("g", "sk") + "},{\"IndexName\":\"by-pk\",\"KeySchema\":" + keySchema("pk", "g")
                        + "}]}}");
    }

    /** A table with this answer to DescribeTable. */
    void described(String name, String description) {
        descriptions.put(name, description);
    }

    private static String keySchema(String partition, String sort) {
        return "[{\"AttributeName\":\"" + partition + "\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"" + sort
                + "\",\"KeyType\":\"RANGE\"}]";
    }

    /** From now on DescribeTable is answered with an error, or is not. */
    void describesFail(boolean fail) {
        describesFail = fail;
    }

    void noTable(String name) {
        descriptions.remove(name);
    }

    @Override
    public Future<UpstreamAnswer> send(ApiRequest request) {
        Call call = new Call(request, Promise.promise());
        if (request.operation() == Operation.DESCRIBE_TABLE) {
            describes++;
            describe(call);
        } else {
            waiting.add(call);
            all.add(call);
        }
        return call.promise().future();
    }

    /** The oldest request that has not been taken yet. */
    Call next() {
        return waiting.remove();
    }

    boolean isIdle() {
        return waiting.isEmpty();
    }

    int sent() {
        return all.size();
    }

    int describes() {
        return describes;
    }

    private void describe(Call call) {
        String description = descriptions.entrySet().stream()
                .filter(entry -> call.body().contains("\"" + entry.getKey() + "\""))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        if (describesFail) {
            call.answer(500, "{}");
        } else if (description == null) {
            call.refuse("ResourceNotFoundException");
        } else {
            call.answer(description);
        }
    }
}
