package io.nearside.replicator.capture;

import io.nearside.replicator.capture.StreamException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.LimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.SequenceNumberRange;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** A stream in DynamoDB, or in anything that speaks the DynamoDB Streams API. */
final class DynamoStreamApi implements StreamApi {

    private final DynamoDbStreamsClient client;

    /**
     * @param client shared, not closed here; its own retries are welcome
     */
    DynamoStreamApi(DynamoDbStreamsClient client) {
        this.client = client;
    }

    @Override
    public List<ShardPlan.Listed> shards(String streamArn) {
        List<ShardPlan.Listed> shards = new ArrayList<>();
        String after = null;
        do {
            DescribeStreamResponse page = describe(streamArn, after);
            page.streamDescription().shards().forEach(shard -> shards.add(listed(shard)));
            after = page.streamDescription().lastEvaluatedShardId();
        } while (after != null);
        return shards;
    }

    private static ShardPlan.Listed listed(Shard shard) {
        SequenceNumberRange range = shard.sequenceNumberRange();
        return new ShardPlan.Listed(
                shard.shardId(), shard.parentShardId(), range != null && range.endingSequenceNumber() != null);
    }

    private DescribeStreamResponse describe(String streamArn, @Nullable String after) {
        return typed(() -> client.describeStream(request -> {
            request.streamArn(streamArn);
            if (after != null) {
                request.exclusiveStartShardId(after);
            }
        }));
    }

    @Override
    public String iterator(String streamArn, String shard, @Nullable SequenceNumber after) {
        return typed(() -> client.getShardIterator(request -> {
                    request.streamArn(streamArn).shardId(shard);
                    if (after == null) {
                        request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
                    } else {
                        request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                                .sequenceNumber(after.digits());
                    }
                }))
                .shardIterator();
    }

    @Override
    public Page read(String iterator) {
        GetRecordsResponse answer = typed(() -> client.getRecords(request -> request.shardIterator(iterator)));
        return new Page(answer.records(), answer.nextShardIterator());
    }

    private static <T> T typed(Supplier<T> call) {
        try {
            return call.get();
        } catch (TrimmedDataAccessException e) {
            throw exception(Kind.TRIMMED, e);
        } catch (ExpiredIteratorException e) {
            throw exception(Kind.EXPIRED, e);
        } catch (ResourceNotFoundException e) {
            throw exception(Kind.GONE, e);
        } catch (LimitExceededException e) {
            throw exception(Kind.THROTTLED, e);
        } catch (AbortedException e) {
            Thread.currentThread().interrupt();
            throw exception(Kind.UNAVAILABLE, e);
        } catch (SdkException e) {
            throw exception(Kind.UNAVAILABLE, e);
        }
    }

    private static StreamException exception(Kind kind, SdkException cause) {
        return new StreamException(kind, String.valueOf(cause.getMessage()), cause);
    }
}
