package io.nearside.proxy.upstream;

import io.nearside.proxy.operation.Api;
import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * The endpoints of DynamoDB and of DynamoDB Streams in one region.
 *
 * @param dynamoDb of {@link Api#DYNAMODB}
 * @param streams of {@link Api#STREAMS}
 */
record Endpoints(Endpoint dynamoDb, Endpoint streams) {

    /** The configured endpoint for both services, or the region's own two. */
    static Endpoints of(Region region, Optional<URI> configured) {
        return configured
                .map(Endpoint::of)
                .map(both -> new Endpoints(both, both))
                .orElseGet(() -> regional(region));
    }

    private static Endpoints regional(Region region) {
        String suffix = region.id() + "." + PartitionMetadata.of(region).dnsSuffix();
        return new Endpoints(
                new Endpoint("dynamodb." + suffix, 443, true), new Endpoint("streams.dynamodb." + suffix, 443, true));
    }

    Endpoint of(Api api) {
        return switch (api) {
            case DYNAMODB -> dynamoDb;
            case STREAMS -> streams;
        };
    }
}
