package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Long requests that are asked at the same time, and shown as one piece of work until the last is answered.
 *
 * <p>Each carries a name under which the replicator says how far it is.
 */
final class WatchedWork {

    private static final long LOOK_MILLIS = 300;

    /**
     * One request.
     *
     * @param path of an action, with its query
     */
    record Request(AdminClient region, String path) {}

    private record Asked(Request request, String name, CompletableFuture<JsonNode> answer) {}

    private final Progress progress;

    WatchedWork(Progress progress) {
        this.progress = progress;
    }

    /** The answers, in the order of the requests. */
    List<JsonNode> answers(String what, List<Request> requests) {
        List<Asked> asked = requests.stream().map(WatchedWork::ask).toList();
        CompletableFuture<Void> all =
                CompletableFuture.allOf(asked.stream().map(Asked::answer).toArray(CompletableFuture[]::new));
        progress.show(what);
        while (!isOver(all)) {
            if (progress != Progress.NONE) {
                show(what, asked);
            }
        }
        return asked.stream().map(WatchedWork::answer).toList();
    }

    private static Asked ask(Request request) {
        String name = UUID.randomUUID().toString();
        String path = request.path() + "&work=" + name;
        CompletableFuture<JsonNode> answer = CompletableFuture.supplyAsync(
                () -> request.region().act(path), task -> new Thread(task, "nearside-work").start());
        return new Asked(request, name, answer);
    }

    private static boolean isOver(CompletableFuture<Void> all) {
        try {
            all.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminClient.AdminException("interrupted", e);
        }
    }

    private void show(String what, List<Asked> asked) {
        long done = 0;
        long total = 0;
        for (Asked one : asked) {
            JsonNode work = one.request().region().work(one.name());
            done += work.path("done").asLong();
            total += work.path("total").asLong();
        }
        if (done > 0) {
            progress.show(what, done, total);
        }
    }

    private static JsonNode answer(Asked asked) {
        try {
            return asked.answer().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AdminClient.AdminException refused) {
                throw refused;
            }
            throw e;
        }
    }
}
