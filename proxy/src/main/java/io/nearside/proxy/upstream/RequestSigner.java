package io.nearside.proxy.upstream;

import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;

/** Signs requests with the AWS SDK's Signature Version 4 signer. Safe for use from any thread; never blocks. */
final class RequestSigner {

    private static final String SIGNING_NAME = "dynamodb";
    private static final String CONTENT_TYPE = "application/x-amz-json-1.0";

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final String region;
    private final Clock clock;

    RequestSigner(Region region, Clock clock) {
        this.region = region.id();
        this.clock = clock;
    }

    /**
     * The headers of a signed POST of the body to the endpoint's path {@code /}, {@code Host} among them.
     *
     * @param target the {@code X-Amz-Target}; empty for none
     */
    Map<String, List<String>> sign(AwsCredentialsIdentity credentials, Endpoint endpoint, String target, Buffer body) {
        SdkHttpRequest.Builder request =
                endpoint.toSdkRequest().method(SdkHttpMethod.POST).putHeader("Content-Type", CONTENT_TYPE);
        if (!target.isEmpty()) {
            request.putHeader("X-Amz-Target", target);
        }
        byte[] payload = body.getBytes();
        return signer.sign(signing -> signing.identity(credentials)
                        .request(request.build())
                        .payload(ContentStreamProvider.fromByteArrayUnsafe(payload))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SIGNING_NAME)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock))
                .request()
                .headers();
    }
}
