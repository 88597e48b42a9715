package io.nearside.proxy.operation;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C37: an index that was dropped, or made again under its name, around the proxies. */
class RecreatedIndexTest {

    private static final Duration DESCRIBED_AGAIN = Duration.ofSeconds(16);
    private static final String PAGE = """
            {"Count":1,"Items":[{"pk":{"S":"p"},"a":{"S":"7"}}],"ScannedCount":1}""";

    private final ProxyFixture f = new ProxyFixture();

    @BeforeEach
    void describe() {
        describe(index("by-g", "a", "ALL"), index("by-h", "b", "ALL"));
    }

    @Test
    void page_ofAnIndexThatIsAsItWas_staysInMemory() {
        cached("a");

        describe(index("by-h", "b", "ALL"), index("by-g", "a", "ALL"));
        describedAgain();

        assertThat(isCached("a")).isTrue();
    }

    @Test
    void page_ofAnIndexMadeAgainWithAnotherKey_isNoAnswerToTheNewKeysQuery() {
        cached("a");

        describe(index("by-g", "b", "ALL"));
        describedAgain();

        assertThat(isCached("b")).isFalse();
    }

    @Test
    void page_ofAnIndexMadeAgainWithAnotherProjection_isAskedAgain() {
        cached("a");

        describe(index("by-g", "a", "KEYS_ONLY"), index("by-h", "b", "ALL"));
        describedAgain();

        assertThat(isCached("a")).isFalse();
    }

    @Test
    void page_ofAnIndexWithOtherAttributes_isAskedAgain() {
        describe(index("by-g", "a", "INCLUDE\",\"NonKeyAttributes\":[\"x\",\"y\"],\"Was\":\""));
        cached("a");

        describe(index("by-g", "a", "INCLUDE\",\"NonKeyAttributes\":[\"y\",\"x\"],\"Was\":\""));
        describedAgain();
        assertThat(isCached("a")).isTrue();

        describe(index("by-g", "a", "INCLUDE\",\"NonKeyAttributes\":[\"y\"],\"Was\":\""));
        describedAgain();
        assertThat(isCached("a")).isFalse();
    }

    @Test
    void page_ofAnIndexThatIsBeingDeleted_isNotServed() {
        cached("a");

        describe(index("by-g", "a", "ALL").replace("ACTIVE", "DELETING"), index("by-h", "b", "ALL"));
        describedAgain();

        assertThat(isCached("a")).isFalse();
        assertThat(isCached("a")).isFalse();
    }

    @Test
    void page_ofADroppedIndex_isNotServedWhenAnIndexOfItsNameIsThereAgain() {
        cached("a");

        describe(index("by-h", "b", "ALL"));
        describedAgain();
        assertThat(isCached("a")).isFalse();
        describe(index("by-g", "a", "ALL"), index("by-h", "b", "ALL"));
        describedAgain();

        assertThat(isCached("a")).isFalse();
        // Pages of global indexes are not kept while their table settles.
        f.ticker.advance(Duration.ofSeconds(10));
        cached("a");
    }

    private void describe(String... indexes) {
        f.upstream.described("lines", """
                {"Table":{"TableName":"lines","TableId":"id-1","TableStatus":"ACTIVE","CreationDateTime":1.7E9,
                 "AttributeDefinitions":[%s],
                 "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
                 "GlobalSecondaryIndexes":[%s]}}
                """.formatted(
                        Stream.of("pk", "a", "b")
                                .map("{\"AttributeName\":\"%s\",\"AttributeType\":\"S\"}"::formatted)
                                .collect(Collectors.joining(",")),
                        String.join(",", indexes)));
    }

    private static String index(String name, String key, String projection) {
        return """
                {"IndexName":"%s","KeySchema":[{"AttributeName":"%s","KeyType":"HASH"}],
                 "Projection":{"ProjectionType":"%s"},"IndexStatus":"ACTIVE"}
                """.formatted(name, key, projection);
    }

    /** Once the description is old the next request has it asked for again, and is the last to be answered by the old one. */
    private void describedAgain() {
        f.ticker.advance(DESCRIBED_AGAIN);
        f.ask(Operation.GET_ITEM, """
                {"TableName":"lines","Key":{"pk":{"S":"any"}}}""");
        while (!f.upstream.isIdle()) {
            f.upstream.next().answer("{}");
        }
    }

    private void cached(String key) {
        isCached(key);
        assertThat(isCached(key)).isTrue();
    }

    private boolean isCached(String key) {
        Future<Answer> answer = f.ask(Operation.QUERY, """
                {"TableName":"lines","IndexName":"by-g","KeyConditionExpression":"%s = :v",
                 "ExpressionAttributeValues":{":v":{"S":"7"}}}
                """.formatted(key));
        while (!f.upstream.isIdle()) {
            f.upstream.next().answer(PAGE);
        }
        return outcome(answer) == CacheOutcome.HIT;
    }
}
