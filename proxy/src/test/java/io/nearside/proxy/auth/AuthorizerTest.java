package io.nearside.proxy.auth;

import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.operation.ApiException;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.RequestShape;
import io.nearside.proxy.operation.RequestShape.Access;
import io.nearside.proxy.operation.RequestShape.Member;
import io.nearside.proxy.operation.RequestShape.Reach;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AuthorizerTest {

    private static final String ACCOUNT = "arn:aws:dynamodb:us-east-1:111111111111:table/";
    private static final String OTHER_ACCOUNT = "arn:aws:dynamodb:us-east-1:222222222222:table/";
    private static final Caller ALL = new Caller("all", false, TablePatterns.ALL);
    private static final Caller READER = new Caller("reader", true, TablePatterns.ALL);
    private static final Caller CARTS = new Caller("carts", false, new TablePatterns(List.of("carts")));
    private static final Caller CARTS_READER = new Caller("carts", true, new TablePatterns(List.of("carts")));
    private static final Caller ORDERS = new Caller("orders", false, new TablePatterns(List.of("orders-*", "Shared")));

    private final List<String> lookedUp = new ArrayList<>();
    private final Authorizer authorizer = new Authorizer(this::isOwn, new ShardIterators(new SecureRandom()));

    private Future<Boolean> isOwn(TableArn arn) {
        lookedUp.add(arn.table());
        return Future.succeededFuture(arn.account().equals(ACCOUNT));
    }

    /** Operations that a caller of some tables may do with its own. */
    static List<Operation> withinTables() {
        return Arrays.stream(Operation.values())
                .filter(operation -> operation != Operation.GET_RECORDS)
                .filter(operation -> {
                    RequestShape shape = RequestShape.of(operation);
                    return shape != null && shape.reach() == Reach.TABLES;
                })
                .toList();
    }

    /** All others, which name no table that would tell what they are about, or reach beyond it. */
    static List<Operation> beyondTables() {
        List<Operation> beyond = new ArrayList<>(List.of(Operation.values()));
        beyond.removeAll(withinTables());
        return beyond;
    }

    @ParameterizedTest
    @MethodSource("withinTables")
    void callerOfOneTable_namingIt_isAllowed(Operation operation) {
        assertThat(allows(CARTS, operation, full(operation, "carts", ACCOUNT + "carts")))
                .isTrue();
        assertThat(allows(CARTS, operation, full(operation, ACCOUNT + "carts", ACCOUNT + "carts")))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("withinTables")
    void callerOfOneTable_namingAnother_isDenied(Operation operation) {
        assertThat(allows(CARTS, operation, full(operation, "users", ACCOUNT + "users")))
                .isFalse();
        assertThat(allows(CARTS, operation, full(operation, ACCOUNT + "users", ACCOUNT + "users")))
                .isFalse();
        assertThat(lookedUp).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("withinTables")
    void callerOfOneTable_namingThatOfAnotherAccount_isDenied(Operation operation) {
        assertThat(allows(CARTS, operation, full(operation, OTHER_ACCOUNT + "carts", OTHER_ACCOUNT + "carts")))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("withinTables")
    void callerOfOneTable_withAMemberThatIsNotKnown_isDenied(Operation operation) {
        for (int object = 0; object < objects(operation); object++) {
            String body = changed(operation, object, members -> members + ",\"InventedLater\":\"carts\"");

            assertThat(allows(CARTS, operation, body)).as(body).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("withinTables")
    void callerOfOneTable_withAnEscapedMember_isDenied(Operation operation) {
        for (int object = 0; object < objects(operation); object++) {
            String body =
                    changed(operation, object, members -> "\"\\u00" + hex(members.charAt(1)) + members.substring(2));

            assertThat(allows(CARTS, operation, body)).as(body).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("withinTables")
    void callerOfOneTable_withAMemberGivenTwice_isDenied(Operation operation) {
        for (int object = 0; object < objects(operation); object++) {
            String body = changed(operation, object, members -> members + "," + first(members));

            assertThat(allows(CARTS, operation, body)).as(body).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("beyondTables")
    void callerOfOneTable_doingWhatIsNotAboutTables_isDeniedWhateverItNames(Operation operation) {
        List<String> bodies = new ArrayList<>(List.of("{}", """
                {"TableName":"carts"}""", """
                {"Statement":"SELECT * FROM \\"users\\"","TableName":"carts"}""", """
                {"Statements":[{"Statement":"DELETE FROM \\"users\\" WHERE pk='a'","TableName":"carts"}]}""", """
                {"TransactStatements":[{"Statement":"DELETE FROM users WHERE pk='a'"}],"TableName":"carts"}""", """
                {"ShardIterator":"arn:aws:dynamodb:us-east-1:111111111111:table/carts/stream/x|1|y"}""", """
                {"RequestItems":{"carts":{"Keys":[]}}}"""));
        if (RequestShape.of(operation) != null) {
            bodies.add(full(operation, "carts", ACCOUNT + "carts"));
        }
        for (String body : bodies) {
            assertThat(allows(CARTS, operation, body)).as(body).isFalse();
            assertThat(allows(CARTS_READER, operation, body)).as(body).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void callerOfAllTables_isAllowedEverything(Operation operation) {
        assertThat(allows(ALL, operation, "{}")).isTrue();
        assertThat(allows(ALL, operation, "not json")).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void readOnlyCaller_mayReadListAndDescribeOnly(Operation operation) {
        RequestShape shape = RequestShape.of(operation);
        boolean reads = shape != null && shape.access() == Access.READ;
        String body = shape == null ? "{}" : full(operation, "users", OTHER_ACCOUNT + "users");

        assertThat(allows(READER, operation, body)).isEqualTo(reads);
        assertThat(allows(READER, operation, "{\"InventedLater\":true}")).isFalse();
        assertThat(allows(CARTS_READER, operation, body)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "true;  GET_ITEM;  {'TableName':'orders-1','Key':{'TableName':{'S':'users'}}}",
                "true;  PUT_ITEM;  {'TableName':'Shared','Item':{'a\\u0062':{'S':'x'}}}",
                "true;  PUT_ITEM;  {'TableName':'Shar\\u0065d','Item':{}}",
                "true;  BATCH_GET_ITEM; {'RequestItems':{'orders-1':{'Keys':[]},'Shared':{'Keys':[]}}}",
                "true;  TRANSACT_WRITE_ITEMS; {'TransactItems':[{'Put':{'TableName':'orders-1','Item':{}}}]}",
                "false; BATCH_GET_ITEM; {'RequestItems':{'orders-1':{'Keys':[]},'users':{'Keys':[]}}}",
                "false; BATCH_GET_ITEM; {'RequestItems':{'ord\\u0065rs-1':{'Keys':[]}}}",
                "false; TRANSACT_WRITE_ITEMS; {'TransactItems':[{'Put':{'TableName':'orders-1','Item':{}}},"
                        + "{'ConditionCheck':{'TableName':'users','Key':{}}}]}",
                "false; GET_ITEM;  {'TableName':'orders','Key':{}}",
                "false; GET_ITEM;  {'TableName':'orders-1','Key':{}} x",
                "false; GET_ITEM;  {'TableName':null,'Key':{}}",
                "false; GET_ITEM;  {'TableName':'arn:aws:dynamodb:us-east-1:111111111111:table/orders-1/index/i'}",
                "false; GET_ITEM;  {'TableName':'arn:aws:s3:us-east-1:111111111111:table/orders-1'}",
                "false; GET_ITEM;  {}",
                "false; GET_ITEM;  not json",
                "false; GET_ITEM;  ''"
            })
    void callerOfSomeTables_isJudgedByWhatTheOperationReads(boolean allowed, Operation operation, String body) {
        assertThat(allows(ORDERS, operation, body.replace('\'', '"'))).isEqualTo(allowed);
    }

    @Test
    void body_thatIsNoUtf8_isDenied() {
        byte[] body = """
                {"TableName":"carts","Key":{"pk":{"S":"?"}}}""".getBytes(StandardCharsets.US_ASCII);
        assertThat(allows(CARTS, Operation.GET_ITEM, Buffer.buffer(body.clone())))
                .isTrue();

        body[new String(body, StandardCharsets.US_ASCII).indexOf('?')] = (byte) 0xc2;

        assertThat(allows(CARTS, Operation.GET_ITEM, Buffer.buffer(body))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101})
    void tables_ofOneRequest_areBounded(int tables) {
        String items = IntStream.range(0, tables)
                .mapToObj(i -> "\"orders-" + i + "\":{\"Keys\":[]}")
                .collect(Collectors.joining(","));

        assertThat(allows(ORDERS, Operation.BATCH_GET_ITEM, "{\"RequestItems\":{" + items + "}}"))
                .isEqualTo(tables == 100);
    }

    @Test
    void arnOfAnotherAccount_needsAPatternThatIsAnArn() {
        Caller staging = new Caller("s", false, new TablePatterns(List.of(OTHER_ACCOUNT + "orders-*", "carts")));

        assertThat(allows(staging, Operation.GET_ITEM, getItem(OTHER_ACCOUNT + "orders-1")))
                .isTrue();
        assertThat(allows(staging, Operation.GET_ITEM, getItem(OTHER_ACCOUNT + "users")))
                .isFalse();
        assertThat(allows(staging, Operation.GET_ITEM, getItem("orders-1"))).isFalse();
        assertThat(allows(staging, Operation.GET_ITEM, getItem(OTHER_ACCOUNT + "carts")))
                .isFalse();
        assertThat(allows(staging, Operation.DESCRIBE_STREAM, """
                {"StreamArn":"%sorders-1/stream/2026-01-01T00:00:00.000"}""".formatted(OTHER_ACCOUNT)))
                .isTrue();
    }

    @Test
    void arn_ofATableThatCannotBeLookedUp_isDenied() {
        Authorizer unsure =
                new Authorizer(arn -> Future.succeededFuture(false), new ShardIterators(new SecureRandom()));

        assertThat(unsure.authorize(CARTS, Operation.GET_ITEM, Buffer.buffer(getItem(ACCOUNT + "carts")))
                        .failed())
                .isTrue();
    }

    @Test
    void iterator_isGoodForTheCallerItWasGivenTo() {
        Buffer answer = Buffer.buffer("""
                {"ShardIterator":"000|arn:aws:x|AAA+/=","x":1}""");
        String given =
                authorizer.answered(CARTS, Operation.GET_SHARD_ITERATOR, answer).toString();
        String iterator = given.substring(given.indexOf(':') + 2, given.indexOf("\",\"x\""));

        String allowed = authorizer
                .authorize(CARTS, Operation.GET_RECORDS, getRecords(iterator))
                .result()
                .toString();
        assertThat(allowed).isEqualTo("""
                {"ShardIterator":"000|arn:aws:x|AAA+/=","Limit":1}""");
        assertThat(authorizer
                        .authorize(CARTS, Operation.GET_RECORDS, getRecords(iterator.replace("+", "\\u002B")))
                        .result()
                        .toString())
                .isEqualTo(allowed);
        for (String other : List.of(
                "000|arn:aws:x|AAA+/=",
                iterator + "x",
                "1" + iterator.substring(1),
                iterator.substring(0, iterator.length() - 1),
                iterator.substring(iterator.length() - 44),
                "")) {
            assertThatThrownBy(() -> authorizer.authorize(CARTS, Operation.GET_RECORDS, getRecords(other)))
                    .as(other)
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.type()).endsWith("#ExpiredIteratorException"));
        }
        assertThatThrownBy(() -> authorizer.authorize(ORDERS, Operation.GET_RECORDS, getRecords(iterator)))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void iterator_thatGetRecordsAnswers_isBoundToo_andNothingElseChanges() {
        assertThat(authorizer
                        .answered(CARTS, Operation.GET_RECORDS, Buffer.buffer("""
                                {"Records":[{"ShardIterator":"x"}],"NextShardIterator":"abc"}"""))
                        .toString())
                .matches("""
                        \\{"Records":\\[\\{"ShardIterator":"x"}],"NextShardIterator":"abc~[A-Za-z0-9_-]{43}"}""");
        for (String unchanged : List.of("""
                {"Records":[],"NextShardIterator":null}""", """
                {"Records":[]}""", """
                {"__type":"x#TrimmedDataAccessException"}""", "")) {
            Buffer answer = Buffer.buffer(unchanged);
            assertThat(authorizer.answered(CARTS, Operation.GET_RECORDS, answer))
                    .isSameAs(answer);
        }
        Buffer answer = Buffer.buffer("{\"NextShardIterator\":\"abc\"}");
        assertThat(authorizer.answered(READER, Operation.GET_RECORDS, answer)).isSameAs(answer);
    }

    private static Buffer getRecords(String iterator) {
        return Buffer.buffer("{\"ShardIterator\":\"" + iterator + "\",\"Limit\":1}");
    }

    private static String getItem(String table) {
        return "{\"TableName\":\"" + table + "\",\"Key\":{}}";
    }

    private boolean allows(Caller caller, Operation operation, String body) {
        return allows(caller, operation, Buffer.buffer(body));
    }

    private boolean allows(Caller caller, Operation operation, Buffer body) {
        try {
            Future<Buffer> allowed = authorizer.authorize(caller, operation, body);
            assertThat(allowed.isComplete()).isTrue();
            return allowed.succeeded() && allowed.result() == body;
        } catch (ApiException e) {
            return false;
        }
    }

    /** A request with every member that the operation's shape has. */
    private static String full(Operation operation, String table, String arn) {
        return new Bodies(table, arn, -1, members -> members).of(operation);
    }

    /** The same, naming the caller's own table, with the members of one of its objects changed. */
    private static String changed(Operation operation, int object, UnaryOperator<String> change) {
        return new Bodies("carts", ACCOUNT + "carts", object, change).of(operation);
    }

    /** How many objects such a request consists of. */
    private static int objects(Operation operation) {
        Bodies bodies = new Bodies("carts", ACCOUNT + "carts", -1, members -> members);
        bodies.of(operation);
        return bodies.objects;
    }

    private static String hex(char c) {
        return String.format("%02x", (int) c);
    }

    private static String first(String members) {
        return members.substring(0, members.indexOf(':') + 1) + "\"carts\"";
    }

    /** Writes requests by their shape; objects are counted in the order in which they begin. */
    private static final class Bodies {

        private final String table;
        private final String arn;
        private final int changed;
        private final UnaryOperator<String> change;
        private int objects;

        Bodies(String table, String arn, int changed, UnaryOperator<String> change) {
            this.table = table;
            this.arn = arn;
            this.changed = changed;
            this.change = change;
        }

        String of(Operation operation) {
            RequestShape shape = RequestShape.of(operation);
            if (shape == null) {
                throw new AssertionError(operation + " has no shape");
            }
            return object(shape.members());
        }

        private String object(List<Member> members) {
            int index = objects++;
            String written = members.stream()
                    .map(member -> "\"" + member.name() + "\":" + value(member))
                    .collect(Collectors.joining(","));
            return "{" + (index == changed ? change.apply(written) : written) + "}";
        }

        private String value(Member member) {
            return switch (member.kind()) {
                case VALUE -> "{\"any\":[\"carts\",{}]}";
                case TABLE -> "\"" + table + "\"";
                case ARN -> "\"" + arn + "\"";
                case OBJECT -> object(member.nested());
                case OBJECTS -> "[" + object(member.nested()) + "]";
                case OBJECT_BY_TABLE -> "{\"" + table + "\":" + object(member.nested()) + "}";
                case OBJECTS_BY_TABLE -> "{\"" + table + "\":[" + object(member.nested()) + "]}";
            };
        }
    }
}
