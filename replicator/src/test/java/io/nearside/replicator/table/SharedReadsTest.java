package io.nearside.replicator.table;

import io.nearside.replicator.table.RetriableStoreException.Reason;
import io.nearside.replicator.table.SharedReads.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

final class SharedReadsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Store store = new Store();
    private final SharedReads<String, Integer> reads = new SharedReads<>(1, 3, store::read);

    /** Each request waits until the test answers it. */
    private static final class Store {
        final LinkedBlockingQueue<Asked> requests = new LinkedBlockingQueue<>();

        record Asked(List<String> keys, CompletableFuture<Map<String, Reply<Integer>>> answer) {

            /** Finds each key's length, but for an empty key, which is not there. */
            void answerAll() {
                Map<String, Reply<Integer>> replies = new HashMap<>();
                keys.stream().filter(key -> !key.isEmpty()).forEach(key -> replies.put(key, found(key.length())));
                answer.complete(replies);
            }
        }

        Map<String, Reply<Integer>> read(List<String> keys) {
            Asked asked = new Asked(keys, new CompletableFuture<>());
            requests.add(asked);
            try {
                return asked.answer().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new RetriableStoreException(Reason.UNAVAILABLE, "unavailable", e);
            }
        }

        Asked next() throws InterruptedException {
            return requireNonNull(requests.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "no request came");
        }
    }

    private static Reply<Integer> found(int value) {
        return new Reply<>(value, null);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** What it throws is the cause of what the future throws, untouched. */
    private Future<@Nullable Integer> read(String key) {
        return threads.submit(() -> reads.read(key));
    }

    /** Reads on a thread, and returns when it waits for its turn. */
    private Future<@Nullable Integer> readBehindOthers(String key) {
        int before = reads.waiting();
        var read = read(key);
        await().atMost(PATIENCE).until(() -> reads.waiting() == before + 1);
        return read;
    }

    @Test
    void read_alone_isSentAtOnce() throws Exception {
        var read = read("one");

        var request = store.next();

        assertThat(request.keys()).containsExactly("one");
        request.answerAll();
        assertThat(read.get(1, TimeUnit.MINUTES)).isEqualTo(3);
    }

    @Test
    void reads_whileARequestIsUnderWay_goTogetherInTheNext() throws Exception {
        var first = read("a");
        var underWay = store.next();
        var second = readBehindOthers("bb");
        var third = readBehindOthers("");
        assertThat(store.requests).isEmpty();

        underWay.answerAll();

        var next = store.next();
        assertThat(next.keys()).containsExactlyInAnyOrder("bb", "");
        next.answerAll();
        assertThat(first.get(1, TimeUnit.MINUTES)).isEqualTo(1);
        assertThat(second.get(1, TimeUnit.MINUTES)).isEqualTo(2);
        assertThat(third.get(1, TimeUnit.MINUTES)).isNull();
    }

    @Test
    void read_ofAKeyThatIsUnderWay_isReadAgain() throws Exception {
        var first = read("a");
        var underWay = store.next();
        var later = readBehindOthers("a");

        underWay.answer().complete(Map.of());

        store.next().answer().complete(Map.of("a", found(7)));
        assertThat(first.get(1, TimeUnit.MINUTES)).isNull();
        assertThat(later.get(1, TimeUnit.MINUTES)).isEqualTo(7);
    }

    @Test
    void reads_moreThanARequestTakes_goInSeveral_eachKeyOnceInEach() throws Exception {
        var reading = new ArrayList<>(List.of(read("a")));
        var underWay = store.next();
        for (String key : List.of("bb", "bb", "ccc", "dddd")) {
            reading.add(readBehindOthers(key));
        }

        underWay.answerAll();

        var second = store.next();
        assertThat(second.keys()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(3);
        second.answerAll();
        store.next().answerAll();
        for (int i = 0; i < reading.size(); i++) {
            assertThat(reading.get(i).get(1, TimeUnit.MINUTES))
                    .isEqualTo(List.of(1, 2, 2, 3, 4).get(i));
        }
    }

    @Test
    void request_thatFails_failsAllInIt_andTheNextGoesOn() throws Exception {
        var first = read("a");
        var underWay = store.next();
        var second = readBehindOthers("bb");

        underWay.answer().completeExceptionally(new IllegalStateException("gone"));

        assertThatThrownBy(() -> first.get(1, TimeUnit.MINUTES)).hasRootCauseMessage("gone");
        store.next().answerAll();
        assertThat(second.get(1, TimeUnit.MINUTES)).isEqualTo(2);
    }

    @Test
    void request_thatFails_isRetriableForAllThatWentWithIt() throws Exception {
        var first = read("a");
        var underWay = store.next();
        var second = readBehindOthers("bb");
        var third = readBehindOthers("ccc");
        underWay.answerAll();
        assertThat(first.get(1, TimeUnit.MINUTES)).isEqualTo(1);

        store.next().answer().completeExceptionally(new IllegalStateException("gone"));

        for (var waited : List.of(second, third)) {
            assertThatThrownBy(() -> waited.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(RetriableStoreException.class);
        }
    }

    @Test
    void key_thatWasLeftOut_failsAlone() throws Exception {
        var first = read("a");
        store.next()
                .answer()
                .complete(Map.of(
                        "a", new Reply<>(null, new RetriableStoreException(Reason.THROTTLED, "left out", null))));
        assertThatThrownBy(() -> first.get(1, TimeUnit.MINUTES))
                .hasCauseInstanceOf(RetriableStoreException.class)
                .hasMessageContaining("left out");

        var next = read("a");

        store.next().answerAll();
        assertThat(next.get(1, TimeUnit.MINUTES)).isEqualTo(1);
    }
}
