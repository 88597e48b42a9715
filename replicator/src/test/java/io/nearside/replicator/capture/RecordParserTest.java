package io.nearside.replicator.capture;

import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Identity;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class RecordParserTest {

    private static final Map<String, AttributeValue> KEY = Map.of("id", AttributeValue.fromS("a"));

    private final RecordParser parser =
            new RecordParser(MemoryRegion.SCHEMA, Version.ATTRIBUTE, InstantSource.system());

    private static Record.Builder removal() {
        return Record.builder()
                .dynamodb(StreamRecord.builder()
                        .keys(KEY)
                        .oldImage(KEY)
                        .sequenceNumber("1")
                        .build());
    }

    @Test
    void removal_byTimeToLiveOnAws_isAnExpiry() { // R8
        Record record = removal()
                .eventName(OperationType.REMOVE)
                .userIdentity(Identity.builder()
                        .type("Service")
                        .principalId("dynamodb.amazonaws.com")
                        .build())
                .build();

        assertThat(parser.parse("shard", record).expired()).isTrue();
    }

    @Test
    void removal_withAnEventNameThatNobodyKnows_isAnExpiry() { // R32: DynamoDB Local's
        CapturedRecord record =
                parser.parse("shard", removal().eventName("UNKNOWN").build());

        assertThat(record.newItem()).isNull();
        assertThat(record.expired()).isTrue();
    }

    @Test
    void removal_byAnApplication_isNoExpiry() {
        assertThat(parser.parse(
                                "shard",
                                removal().eventName(OperationType.REMOVE).build())
                        .expired())
                .isFalse();
    }

    @Test
    void recordWithoutANewImage_isARemoval_whateverItsEventName() { // R32
        assertThat(parser.parse(
                                "shard",
                                removal().eventName(OperationType.MODIFY).build())
                        .newItem())
                .isNull();
    }

    @Test
    void attributeThatIsNoVersion_countsAsNone() {
        Map<String, AttributeValue> scribbled = Map.of(
                "id", AttributeValue.fromS("a"), Version.ATTRIBUTE, AttributeValue.fromB(SdkBytes.fromUtf8String("x")));
        Record record = Record.builder()
                .eventName(OperationType.INSERT)
                .dynamodb(StreamRecord.builder()
                        .keys(KEY)
                        .newImage(scribbled)
                        .sequenceNumber("1")
                        .build())
                .build();

        CapturedRecord parsed = parser.parse("shard", record);

        assertThat(parsed.newVersion()).isNull();
        assertThat(Objects.requireNonNull(parsed.newItem()).item().get(Version.ATTRIBUTE))
                .isNull();
    }

    /** A type of another DynamoDB, or DynamoDB Local's empty map: the SDK has a value without any member. */
    @Test
    void attributeOfAnUnknownType_isNamed_andTheRestIsRead() {
        Version version = new Version(1L << 16, 1, 1);
        Map<String, AttributeValue> image = Map.of(
                "id",
                AttributeValue.fromS("a"),
                "known",
                AttributeValue.fromS("x"),
                "strange",
                AttributeValue.fromL(List.of(AttributeValue.builder().build())),
                Version.ATTRIBUTE,
                AttributeValue.fromB(SdkBytes.fromByteArray(Stamp.of(version).toBytes())));
        Record record = Record.builder()
                .eventName(OperationType.MODIFY)
                .dynamodb(StreamRecord.builder()
                        .keys(KEY)
                        .oldImage(KEY)
                        .newImage(image)
                        .sequenceNumber("1")
                        .build())
                .build();

        CapturedRecord parsed = parser.parse("shard", record);

        assertThat(parsed.unread()).isEqualTo(new UnreadAttributes(Set.of(), Set.of("strange")));
        assertThat(parsed.newVersion()).isEqualTo(version);
        assertThat(Objects.requireNonNull(parsed.newItem()).item().attributes()).containsOnlyKeys("id", "known");
    }

    @Test
    void recordOfAnotherTable_isRefused() {
        Record record = Record.builder()
                .dynamodb(StreamRecord.builder()
                        .keys(Map.of("other", AttributeValue.fromS("a")))
                        .sequenceNumber("1")
                        .build())
                .build();

        assertThatThrownBy(() -> parser.parse("shard", record)).isInstanceOf(RuntimeException.class);
    }
}
