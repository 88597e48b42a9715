package io.nearside.proxy.expression;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.nearside.item.AttributeValue;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;

/** DynamoDB Local spoken to in raw requests, so that nothing between the test and its answers interprets them. */
public final class LocalDynamoDb {
    private static final JsonFactory JSON = new JsonFactory();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** The answer's body, whatever its status. */
    public String call(String operation, String body) {
        HttpRequest request = HttpRequest.newBuilder(EmbeddedDynamoDb.shared().endpoint(0))
                .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                .header("Content-Type", "application/x-amz-json-1.0")
                .header("X-Amz-Date", "20260101T000000Z")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request,"
                                + " SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Makes a table with string keys {@code p} and, if asked for, {@code s} of a type. */
    public void createTable(String name, String sortType) {
        boolean sorted = !sortType.isEmpty();
        String answer = call(
                "CreateTable",
                "{\"TableName\":\"" + name + "\",\"BillingMode\":\"PAY_PER_REQUEST\","
                        + "\"AttributeDefinitions\":[{\"AttributeName\":\"p\",\"AttributeType\":\"S\"}"
                        + (sorted ? ",{\"AttributeName\":\"s\",\"AttributeType\":\"" + sortType + "\"}" : "") + "],"
                        + "\"KeySchema\":[{\"AttributeName\":\"p\",\"KeyType\":\"HASH\"}"
                        + (sorted ? ",{\"AttributeName\":\"s\",\"KeyType\":\"RANGE\"}" : "") + "]}");
        if (!answer.contains("TableDescription")) {
            throw new IllegalStateException(answer);
        }
    }

    /** The message of an error, or nothing for a success. */
    public static String message(String answer) {
        try (JsonParser parser = JSON.createParser(answer)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.getParsingContext().getNestingDepth() == 1
                        && parser.currentName().equalsIgnoreCase("message")) {
                    return parser.nextTextValue();
                }
            }
            return "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(answer, e);
        }
    }

    /** The attributes of an item or key in JSON. */
    static Map<String, AttributeValue> attributes(String json) {
        try {
            return ValueReader.readMap(JsonSlice.of(json).cursor());
        } catch (NotUnderstoodException e) {
            throw new IllegalStateException(json, e);
        }
    }

    /** A JSON string with its quotes. */
    public static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    /** A JSON object of strings. */
    static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ":" + quoted(member.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
