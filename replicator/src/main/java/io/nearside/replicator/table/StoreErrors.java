package io.nearside.replicator.table;

import io.nearside.replicator.table.RetriableStoreException.Reason;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Takes a step on a store and types what goes wrong, by DynamoDB's error codes.
 *
 * <p>What is not known to be hopeless is retriable: a wrongly retried step delays, a wrongly parked one needs an operator.
 * Failed conditions are answers, not errors, and pass as they are.
 */
public final class StoreErrors {

    private static final Set<String> THROTTLED = Set.of(
            "ProvisionedThroughputExceededException",
            "ThrottlingException",
            "Throttling",
            "RequestLimitExceeded",
            "LimitExceededException",
            "TooManyRequestsException");
    private static final Set<String> TABLE_MISSING =
            Set.of("ResourceNotFoundException", "ResourceInUseException", "TableNotFoundException");
    private static final Set<String> DENIED = Set.of(
            "AccessDeniedException",
            "AccessDenied",
            "UnrecognizedClientException",
            "ExpiredTokenException",
            "ExpiredToken",
            "InvalidSignatureException",
            "IncompleteSignatureException",
            "MissingAuthenticationTokenException",
            "MissingAuthenticationToken");
    private static final Set<String> HOPELESS =
            Set.of("ValidationException", "ItemCollectionSizeLimitExceededException", "RequestEntityTooLarge");

    private StoreErrors() {}

    /**
     * Takes a step.
     *
     * @param store what the step was for, to begin the message with: {@code table Orders}
     */
    public static <T> T typed(String store, Supplier<T> step) {
        try {
            return step.get();
        } catch (AwsServiceException e) {
            throw typed(store, e);
        } catch (AbortedException e) {
            Thread.currentThread().interrupt();
            throw new RetriableStoreException(Reason.UNAVAILABLE, store + ": interrupted", e);
        } catch (SdkException e) {
            throw new RetriableStoreException(Reason.UNAVAILABLE, store + ": " + e.getMessage(), e);
        }
    }

    private static RuntimeException typed(String store, AwsServiceException e) {
        String code = e.awsErrorDetails() == null
                ? ""
                : String.valueOf(e.awsErrorDetails().errorCode());
        if (code.equals("ConditionalCheckFailedException")) {
            return e;
        }
        String message = store + ": " + code + ": "
                + (e.awsErrorDetails() == null
                        ? e.getMessage()
                        : e.awsErrorDetails().errorMessage());
        if (HOPELESS.contains(code)) {
            return new FatalStoreException(message, e);
        }
        return new RetriableStoreException(reason(code), message, e);
    }

    private static Reason reason(String code) {
        if (THROTTLED.contains(code)) {
            return Reason.THROTTLED;
        }
        if (TABLE_MISSING.contains(code)) {
            return Reason.TABLE_MISSING;
        }
        return DENIED.contains(code) ? Reason.DENIED : Reason.UNAVAILABLE;
    }
}
