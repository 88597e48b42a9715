package io.nearside.proxy.upstream;

import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;

/** Signs calls to DynamoDB with Signature Version 4. Safe for use from any thread, of which each has its {@link LoopSigner}. */
final class RequestSigner {

    private final InstantSource wall;
    private final FastThreadLocal<LoopSigner> signers;

    RequestSigner(Region region, InstantSource wall) {
        this.wall = wall;
        this.signers = new FastThreadLocal<>() {
            @Override
            protected LoopSigner initialValue() {
                return new LoopSigner(region.id());
            }
        };
    }

    /**
     * The headers of a signed POST of the body to the endpoint's path {@code /}, {@code Host} among them.
     *
     * @param target the {@code X-Amz-Target}; empty for none
     */
    MultiMap sign(AwsCredentialsIdentity credentials, Endpoint endpoint, String target, Buffer body) {
        MultiMap headers = HttpHeaders.headers();
        signers.get().sign(headers, credentials, endpoint, target, body, wall.instant());
        return headers;
    }
}
