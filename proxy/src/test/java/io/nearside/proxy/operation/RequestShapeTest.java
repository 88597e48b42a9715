package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RequestShape.Kind;
import io.nearside.proxy.operation.RequestShape.Member;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

import static org.assertj.core.api.Assertions.assertThat;

/** The table of request shapes, held against what the AWS SDK says of the same requests. */
class RequestShapeTest {

    private static final Set<Operation> WITHOUT_ROW = Set.of(
            Operation.EXECUTE_STATEMENT,
            Operation.BATCH_EXECUTE_STATEMENT,
            Operation.EXECUTE_TRANSACTION,
            Operation.UNRECOGNIZED);

    /** By these a table would be shared with other accounts or copied to other regions. */
    private static final Map<Operation, Set<String>> LEFT_OUT = Map.of(
            Operation.CREATE_TABLE,
            Set.of("ResourcePolicy", "Tags", "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"),
            Operation.UPDATE_TABLE,
            Set.of(
                    "ReplicaUpdates",
                    "MultiRegionConsistency",
                    "GlobalTableWitnessUpdates",
                    "GlobalTableSettingsReplicationMode"));

    /** Members whose names say that they name a table, and which do not name one that the request is about. */
    private static final Set<String> NO_TABLES = Set.of(
            "ExclusiveStartTableName",
            "ExclusiveStartGlobalTableName",
            "ExclusiveStartStreamArn",
            "ExclusiveStartBackupArn");

    static List<Operation> operationsWithRow() {
        return Arrays.stream(Operation.values())
                .filter(operation -> !WITHOUT_ROW.contains(operation))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void operation_hasARowUnlessItIsSaidToHaveNone(Operation operation) {
        assertThat(RequestShape.of(operation) == null).isEqualTo(WITHOUT_ROW.contains(operation));
    }

    @ParameterizedTest
    @MethodSource("operationsWithRow")
    void row_knowsTheMembersThatTheSdkKnows(Operation operation) throws Exception {
        RequestShape shape = shape(operation);

        assertThat(names(shape.members(), "")).isEqualTo(sdkNames(operation, shape));
    }

    @ParameterizedTest
    @MethodSource("operationsWithRow")
    void row_takesForNamesWhatIsCalledLikeThem(Operation operation) {
        RequestShape shape = shape(operation);

        for (Member member : flat(shape.members())) {
            boolean kinesis =
                    operation.label().contains("Kinesis") && member.name().equals("StreamArn");
            boolean called = member.name().matches(".*(TableName|Arn)") && !NO_TABLES.contains(member.name());
            boolean named = member.kind() == Kind.TABLE || member.kind() == Kind.ARN;
            assertThat(named).as(member.name()).isEqualTo(called && !kinesis);
        }
    }

    @ParameterizedTest
    @MethodSource("operationsWithRow")
    void row_readsWhatIsCalledAReadOperation(Operation operation) {
        String label = operation.label();
        boolean reads = label.matches("(Get|BatchGet|TransactGet|Describe|List|Query|Scan|Search).*");

        assertThat(shape(operation).access() == RequestShape.Access.READ).isEqualTo(reads);
    }

    @Test
    void row_thatStaysWithinTables_namesOneUnlessItReadsByIterator() {
        for (Operation operation : operationsWithRow()) {
            RequestShape shape = shape(operation);
            boolean names = flat(shape.members()).stream()
                    .anyMatch(member -> member.kind() != Kind.VALUE
                            && member.kind() != Kind.OBJECT
                            && member.kind() != Kind.OBJECTS);
            boolean within = shape.reach() == RequestShape.Reach.TABLES && operation != Operation.GET_RECORDS;
            assertThat(names || !within).as(operation.label()).isTrue();
        }
    }

    @Test
    void names_ofARequest_areFoundHoweverTheirMembersAreSpelled() {
        assertThat(shape(Operation.GET_ITEM).names(Buffer.buffer("""
                                {"New":[{}],"Table\\u004eame":"orders","TableName":"lines"}"""))).containsExactly("orders", "lines");
    }

    private static RequestShape shape(Operation operation) {
        RequestShape shape = RequestShape.of(operation);
        if (shape == null) {
            throw new AssertionError(operation + " has no row");
        }
        return shape;
    }

    private static List<Member> flat(List<Member> members) {
        return members.stream()
                .flatMap(member -> Stream.concat(Stream.of(member), flat(member.nested()).stream()))
                .toList();
    }

    private static Set<String> names(List<Member> members, String path) {
        Set<String> names = new TreeSet<>();
        for (Member member : members) {
            assertThat(names.add(path + member.name())).as(path + member.name()).isTrue();
            names.addAll(names(member.nested(), path + member.name() + "."));
        }
        return names;
    }

    private static Set<String> sdkNames(Operation operation, RequestShape shape) throws ReflectiveOperationException {
        Class<?> type =
                Class.forName("software.amazon.awssdk.services.dynamodb.model." + operation.label() + "Request");
        SdkPojo builder = (SdkPojo) type.getMethod("builder").invoke(null);
        Set<String> names = new TreeSet<>(sdkNames(builder, shape.members(), ""));
        names.removeAll(LEFT_OUT.getOrDefault(operation, Set.of()));
        return names;
    }

    /** The SDK's members, and those of objects that the shape looks into. */
    private static Set<String> sdkNames(SdkPojo object, List<Member> members, String path) {
        Set<String> names = new HashSet<>();
        Map<String, Member> known =
                members.stream().collect(Collectors.toMap(Member::name, member -> member, (a, b) -> a));
        for (SdkField<?> field : object.sdkFields()) {
            String name = field.locationName();
            names.add(path + name);
            Member member = known.get(name);
            if (member != null && !member.nested().isEmpty()) {
                names.addAll(sdkNames(element(field), member.nested(), path + name + "."));
            }
        }
        return names;
    }

    private static SdkPojo element(SdkField<?> field) {
        SdkField<?> found = field;
        while (found.marshallingType() != MarshallingType.SDK_POJO) {
            found = found.marshallingType() == MarshallingType.LIST
                    ? found.getTrait(ListTrait.class).memberFieldInfo()
                    : found.getTrait(MapTrait.class).valueFieldInfo();
        }
        return found.constructor().get();
    }
}
