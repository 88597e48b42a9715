package io.nearside.replicator.capture;

import org.jspecify.annotations.Nullable;

/** A call to a stream that was not answered as asked, typed by what the tailer does about it. */
final class StreamException extends RuntimeException {

    enum Kind {
        /** The records asked for are older than the stream keeps. */
        TRIMMED,
        /** The iterator is too old; a new one is fetched by sequence number. */
        EXPIRED,
        /** The stream or the shard is not there. */
        GONE,
        /** Asked too often. */
        THROTTLED,
        /** Anything else: a 5xx answer, no connection, no permission. */
        UNAVAILABLE
    }

    private final Kind kind;

    StreamException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
