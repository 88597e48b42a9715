package io.nearside.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Credentials over virtual time, from a provider that answers what the test says. */
class CredentialSourceTest {

    private static final Instant START = Instant.parse("2026-02-03T04:05:06Z");

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Instant now = START;
    private volatile Supplier<CompletableFuture<AwsCredentialsIdentity>> answer =
            () -> identity("first", Optional.empty());
    private final CredentialSource source = new CredentialSource(
            vertx,
            new IdentityProvider<AwsCredentialsIdentity>() {
                @Override
                public Class<AwsCredentialsIdentity> identityType() {
                    return AwsCredentialsIdentity.class;
                }

                @Override
                public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
                    asked.incrementAndGet();
                    return answer.get();
                }
            },
            (InstantSource) () -> now);

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void credentials_onceResolved_areKept() {
        assertThat(source.current()).isNull();

        assertThat(get(source.resolve()).accessKeyId()).isEqualTo("first");

        assertThat(source.current())
                .extracting(AwsCredentialsIdentity::accessKeyId)
                .isEqualTo("first");
        assertThat(asked).hasValue(1);
    }

    @Test
    void concurrentCallers_shareOneResolution() {
        CompletableFuture<AwsCredentialsIdentity> slow = new CompletableFuture<>();
        answer = () -> slow;

        Future<AwsCredentialsIdentity> one = source.resolve();
        Future<AwsCredentialsIdentity> other = source.resolve();
        slow.complete(identity("first", Optional.empty()).join());

        assertThat(get(one)).isSameAs(get(other));
        assertThat(asked).hasValue(1);
    }

    @Test
    void credentials_after30Seconds_areRenewedInTheBackground() {
        get(source.resolve());
        answer = () -> identity("second", Optional.empty());

        now = START.plusSeconds(31);

        assertThat(source.current())
                .extracting(AwsCredentialsIdentity::accessKeyId)
                .isEqualTo("first");
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            AwsCredentialsIdentity current = source.current();
            return current != null && current.accessKeyId().equals("second");
        });
    }

    @Test
    void failedRenewal_leavesTheOldOnesUntilTheyExpire() {
        answer = () -> identity("first", Optional.of(START.plusSeconds(100)));
        get(source.resolve());
        answer = () -> CompletableFuture.failedFuture(new IllegalStateException("metadata service is away"));

        now = START.plusSeconds(99);
        assertThat(source.current()).isNotNull();
        await().atMost(Duration.ofMinutes(1)).until(() -> asked.get() == 2);

        now = START.plusSeconds(100);
        assertThat(source.current()).isNull();
        assertThatThrownBy(() -> get(source.resolve()))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(UpstreamException.class);
    }

    @Test
    void failedFirstResolution_isTriedAgainByTheNextCall() {
        answer = () -> CompletableFuture.failedFuture(new IllegalStateException("no profile"));
        assertThatThrownBy(() -> get(source.resolve())).hasCauseInstanceOf(UpstreamException.class);
        answer = () -> identity("later", Optional.empty());

        assertThat(get(source.resolve()).accessKeyId()).isEqualTo("later");
    }

    private static CompletableFuture<AwsCredentialsIdentity> identity(String key, Optional<Instant> expiry) {
        AwsSessionCredentials.Builder builder = AwsSessionCredentials.builder()
                .accessKeyId(key)
                .secretAccessKey("secret")
                .sessionToken("token");
        expiry.ifPresent(builder::expirationTime);
        return CompletableFuture.completedFuture(builder.build());
    }

    private static AwsCredentialsIdentity get(Future<AwsCredentialsIdentity> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
