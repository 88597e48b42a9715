package io.nearside.proxy.operation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/**
 * What is renewed in the background. Each thing at most once a second, so that neither its many readers nor a DynamoDB that
 * keeps failing turns renewals into a flood. Remembers a bounded number of them; safe from any thread.
 *
 * @param <K> what is renewed, compared with {@code equals}
 */
final class Renewals<K> {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final Cache<K, Boolean> begun;

    Renewals(Ticker ticker) {
        this.begun = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(PAUSE)
                .ticker(ticker)
                .build();
    }

    /** Whether it is time for whoever asks to renew this. */
    boolean begin(K wanted) {
        return begun.asMap().putIfAbsent(wanted, true) == null;
    }
}
