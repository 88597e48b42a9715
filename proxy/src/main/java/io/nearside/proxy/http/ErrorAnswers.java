package io.nearside.proxy.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.nearside.proxy.metrics.Refusal;
import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.ApiException;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.upstream.UpstreamException;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.buffer.Buffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every failure of a request into an answer in DynamoDB's shape: the only place that does. */
final class ErrorAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);
    private static final String UNAVAILABLE = "com.amazonaws.dynamodb.v20120810#ServiceUnavailable";

    private ErrorAnswers() {}

    static Answer of(Throwable failure) {
        if (failure instanceof ApiException refusal) {
            return of(refusal);
        }
        if (failure instanceof UpstreamException upstream) {
            return of(asApiException(upstream));
        }
        LOG.atError().setCause(failure).log("A request failed by a defect of the proxy");
        return of(ApiException.internalServerError("The request processing has failed because of an unknown error."));
    }

    /** What the failure counts as. */
    static Refusal reason(Throwable failure) {
        if (failure instanceof ApiException) {
            return Refusal.INVALID;
        }
        return failure instanceof UpstreamException ? Refusal.UPSTREAM : Refusal.DEFECT;
    }

    /** DynamoDB's answer to a body beyond its limit, which has no type. */
    static Answer tooLarge() {
        return answer(413, Buffer.buffer("{\"Message\":\"\"}"));
    }

    /** More long bodies are under way than there is memory for. */
    static Answer noRoom() {
        return of(new ApiException(
                503,
                UNAVAILABLE,
                "The proxy has no memory for another long request body; see listen.max-body-memory."));
    }

    private static Answer of(ApiException refusal) {
        StringBuilder json = new StringBuilder("{\"__type\":\"");
        JsonStringEncoder.getInstance().quoteAsString(refusal.type(), json);
        if (!refusal.text().isEmpty()) {
            json.append("\",\"message\":\"");
            JsonStringEncoder.getInstance().quoteAsString(refusal.text(), json);
        }
        return answer(refusal.status(), Buffer.buffer(json.append("\"}").toString()));
    }

    /** Both are retried by every SDK; only the first tells the caller that nothing can have happened. */
    private static ApiException asApiException(UpstreamException failure) {
        return failure.landing() == Landing.NOT_SENT
                ? new ApiException(503, UNAVAILABLE, String.valueOf(failure.getMessage()))
                : ApiException.internalServerError(String.valueOf(failure.getMessage()));
    }

    private static Answer answer(int status, Buffer body) {
        return new Answer(status, body, CacheOutcome.BYPASS, 0, Answer.CRC32_UNKNOWN, null);
    }
}
