package io.nearside.replicator.publish;

import io.nearside.replicator.capture.PublishException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Types Kafka's errors by whether the same request may succeed later. What is not known to be hopeless is retriable, and so is a missing
 * right: it may be granted, and nothing must be parked for its want.
 */
final class KafkaErrors {

    private KafkaErrors() {}

    static PublishException typed(String what, Throwable cause) {
        String message = what + ": " + cause.getMessage();
        return isHopeless(cause)
                ? PublishException.hopeless(message, cause)
                : PublishException.retriable(message, cause);
    }

    static Throwable cause(ExecutionException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private static boolean isHopeless(Throwable cause) {
        return cause instanceof RecordTooLargeException
                || cause instanceof RecordBatchTooLargeException
                || cause instanceof SerializationException
                || cause instanceof InvalidTopicException
                || cause instanceof InvalidReplicationFactorException
                || cause instanceof PolicyViolationException;
    }
}
