package io.nearside.proxy;

import io.nearside.proxy.operation.Api;
import io.nearside.proxy.operation.Operation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Calls operations by their names with the AWS SDK's own clients, and tells what the caller of the SDK gets. */
final class SdkCaller implements AutoCloseable {

    private static final String MODEL = "software.amazon.awssdk.services.dynamodb.model.";

    private final DynamoDbClient client;
    private final DynamoDbStreamsClient streams;
    private Map<String, Object> last = Map.of();
    private String cache = "";

    SdkCaller(URI endpoint) {
        this.client = TestProxy.configured(DynamoDbClient.builder(), endpoint)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(once -> once.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        this.streams = TestProxy.configured(DynamoDbStreamsClient.builder(), endpoint)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(once -> once.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    /** The names of all operations that the SDK's clients have. */
    static Set<String> operations() {
        Set<String> names = new TreeSet<>();
        for (Class<?> type : new Class<?>[] {DynamoDbClient.class, DynamoDbStreamsClient.class}) {
            for (Method method : type.getMethods()) {
                boolean one = method.getParameterCount() == 1
                        && SdkResponse.class.isAssignableFrom(method.getReturnType())
                        && method.getParameterTypes()[0].getSimpleName().endsWith("Request");
                if (one) {
                    names.add(method.getReturnType().getSimpleName().replaceAll("Response$", ""));
                }
            }
        }
        return names;
    }

    /**
     * The response, or the exception with its type, code, message and status, without what may differ.
     *
     * @param body the request in DynamoDB's JSON
     * @throws SdkModel.NotExpressibleException if nobody could ask that with the SDK
     */
    String ask(Operation operation, String body) throws SdkModel.NotExpressibleException {
        try {
            Class<?> type = Class.forName(MODEL + operation.label() + "Request");
            SdkPojo builder = (SdkPojo) type.getMethod("builder").invoke(null);
            Object request = SdkModel.build(builder, JsonTree.parse(body));
            Object service = operation.api() == Api.STREAMS ? streams : client;
            Class<?> declared = operation.api() == Api.STREAMS ? DynamoDbStreamsClient.class : DynamoDbClient.class;
            String name = operation.label().substring(0, 1).toLowerCase(java.util.Locale.ROOT)
                    + operation.label().substring(1);
            answered((SdkResponse) declared.getMethod(name, type).invoke(service, request));
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof SdkException failure)) {
                throw new IllegalStateException(e);
            }
            failed(failure);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return NormalForm.of(operation, last);
    }

    /** What was answered last, as a tree. */
    Map<String, Object> last() {
        return last;
    }

    /** The header {@code x-nearside-cache} of the last response; empty without one, and of exceptions. */
    String cache() {
        return cache;
    }

    @Override
    public void close() {
        client.close();
        streams.close();
    }

    private void answered(SdkResponse response) {
        SdkHttpResponse http = response.sdkHttpResponse();
        last = new TreeMap<>(SdkModel.tree(response));
        last.put(
                "HTTP",
                http.statusCode() + " "
                        + http.firstMatchingHeader("content-type").orElse("none"));
        cache = http.firstMatchingHeader("x-nearside-cache").orElse("");
    }

    private void failed(SdkException failure) {
        last = new TreeMap<>();
        cache = "";
        if (failure instanceof SdkPojo members) {
            last.putAll(SdkModel.tree(members));
        }
        last.put("exception", failure.getClass().getName());
        if (failure instanceof AwsServiceException refused) {
            last.put("status", refused.statusCode());
            last.put("code", String.valueOf(refused.awsErrorDetails().errorCode()));
            last.put("text", String.valueOf(refused.awsErrorDetails().errorMessage()));
        } else {
            last.put("text", String.valueOf(failure.getMessage()));
        }
    }
}
