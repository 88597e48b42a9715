package io.nearside.load.replication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;

/** One DynamoDB endpoint on loopback, asked asynchronously; an answer that is not 200 fails the future. */
final class Endpoint {
    private final Executor threads;
    private final int port;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    /** @param threads each call has one until it is answered */
    Endpoint(Executor threads, int port) {
        this.threads = threads;
        this.port = port;
    }

    CompletableFuture<String> send(String operation, String body) {
        return CompletableFuture.supplyAsync(() -> exchange(operation, body), threads);
    }

    private String exchange(String operation, String body) {
        try {
            Connection kept = idle.pollFirst();
            Connection connection = kept == null ? new Connection(port) : kept;
            var answer = connection.exchange(operation, body);
            idle.addFirst(connection);
            if (answer.status() != 200) {
                throw new IllegalStateException(operation + " was answered " + answer.status() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(operation + " was not answered", e);
        }
    }
}
