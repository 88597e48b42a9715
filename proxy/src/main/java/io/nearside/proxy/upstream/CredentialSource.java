package io.nearside.proxy.upstream;

import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/**
 * The credentials that calls to DynamoDB are signed with, resolved by one of the AWS SDK's providers.
 *
 * <p>Providers may read files, call an instance's metadata service or assume a role, so they run on a worker thread and
 * never on an event loop; the result is kept and asked for again every 30 s in the background, which costs nothing
 * while the provider's own cache holds. One resolution is under way at a time. Safe for use from any thread.
 *
 * <p>While a renewal fails, the last credentials stay in use until they expire; without usable ones calls fail with
 * {@link Landing#NOT_SENT}.
 */
final class CredentialSource {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialSource.class);
    private static final Duration RENEWAL = Duration.ofSeconds(30);
    private static final long RESOLUTION_LIMIT_SECONDS = 20;

    private final Vertx vertx;
    private final IdentityProvider<? extends AwsCredentialsIdentity> provider;
    private final InstantSource wall;
    private final AtomicReference<@Nullable Future<AwsCredentialsIdentity>> underWay = new AtomicReference<>();
    private volatile @Nullable Resolved resolved;

    CredentialSource(Vertx vertx, IdentityProvider<? extends AwsCredentialsIdentity> provider, InstantSource wall) {
        this.vertx = vertx;
        this.provider = provider;
        this.wall = wall;
    }

    /** Credentials good for signing now, or null when {@link #resolve} must be waited for. Allocates little. */
    @Nullable AwsCredentialsIdentity current() {
        Resolved known = resolved;
        if (known == null) {
            return null;
        }
        Instant now = wall.instant();
        if (now.isAfter(known.renewal)) {
            // A failed renewal has been logged; the known credentials serve on until they expire.
            resolve();
        }
        return now.isBefore(known.expiry) ? known.identity : null;
    }

    /** Asks the provider. Fails with {@link UpstreamException}. */
    Future<AwsCredentialsIdentity> resolve() {
        Promise<AwsCredentialsIdentity> promise = Promise.promise();
        Future<AwsCredentialsIdentity> mine = promise.future();
        Future<AwsCredentialsIdentity> other = underWay.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        vertx.executeBlocking(this::ask, false).onComplete(result -> {
            underWay.set(null);
            if (result.succeeded()) {
                promise.complete(result.result());
            } else {
                promise.fail(unresolved(result.cause()));
            }
        });
        return mine;
    }

    private AwsCredentialsIdentity ask() throws Exception {
        AwsCredentialsIdentity identity = provider.resolveIdentity().get(RESOLUTION_LIMIT_SECONDS, TimeUnit.SECONDS);
        resolved = new Resolved(
                identity,
                wall.instant().plus(RENEWAL),
                identity.expirationTime().orElse(Instant.MAX));
        return identity;
    }

    private UpstreamException unresolved(Throwable cause) {
        Resolved known = resolved;
        if (known != null) {
            // Ask again at the usual pace rather than with every call.
            resolved = new Resolved(known.identity, wall.instant().plus(RENEWAL), known.expiry);
        }
        LOG.atWarn()
                .addKeyValue("reason", cause.getMessage())
                .log("No AWS credentials could be resolved; configure upstream.credentials or the environment");
        return new UpstreamException(Landing.NOT_SENT, "No AWS credentials could be resolved.", cause);
    }

    private record Resolved(AwsCredentialsIdentity identity, Instant renewal, Instant expiry) {}
}
