package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.upstream.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The IAM policies in {@code iam} allow what the code calls, and nothing that it does not. */
class RightsTest {

    private static final String SDK = "software.amazon.awssdk.services.dynamodb";
    private static final Set<String> CLIENTS = Set.of(SDK + ".DynamoDbClient", SDK + ".streams.DynamoDbStreamsClient");
    private static final Set<String> NO_CALLS = Set.of("builder", "close");

    /** Rights that are not called after an operation: parts of transactions, and PartiQL statements by what they do. */
    private static final Set<String> BESIDE_OPERATIONS = Set.of(
            "dynamodb:ConditionCheckItem",
            "dynamodb:PartiQLSelect",
            "dynamodb:PartiQLInsert",
            "dynamodb:PartiQLUpdate",
            "dynamodb:PartiQLDelete");

    @Test
    void replicatorPolicy_allowsExactlyWhatTheReplicatorCalls() throws IOException {
        Set<String> called = calls("io.nearside.replicator")
                .filter(call -> CLIENTS.contains(call.getTargetOwner().getName()))
                .map(call -> call.getTarget().getName())
                .filter(method -> !NO_CALLS.contains(method))
                .map(RightsTest::action)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(allowed("replicator")).isEqualTo(called);
    }

    @Test
    void proxyPolicy_allowsExactlyWhatTheProxyCallsOnItsOwn() throws IOException {
        Set<String> called = calls("io.nearside.proxy")
                .filter(RightsTest::isCallOfItsOwn)
                .flatMap(call -> operationsIn(call.getOrigin()))
                .map(operation -> "dynamodb:" + operation.label())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(allowed("proxy", "Own", "OwnOnTables")).isEqualTo(called);
    }

    @Test
    void proxyPolicy_forCallers_namesRightsThatExist() throws IOException {
        Set<String> known = Stream.of(Operation.values())
                .map(operation -> "dynamodb:" + operation.label())
                .collect(Collectors.toSet());
        known.addAll(BESIDE_OPERATIONS);

        assertThat(allowed("proxy", "Callers")).isNotEmpty().isSubsetOf(known);
    }

    @Test
    void readme_everyPolicy_isLinked() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains("(iam/proxy.json)", "(iam/replicator.json)");
    }

    /** {@code listTablesPaginator} is {@code dynamodb:ListTables}. */
    private static String action(String method) {
        String name =
                method.endsWith("Paginator") ? method.substring(0, method.length() - "Paginator".length()) : method;
        return "dynamodb:" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /** A body of the proxy's own making, sent to a named operation. */
    private static boolean isCallOfItsOwn(JavaMethodCall call) {
        return call.getTargetOwner().isEquivalentTo(Upstream.class)
                && call.getTarget().getName().equals("send")
                && call.getTarget().getRawParameterTypes().get(0).isEquivalentTo(Operation.class);
    }

    private static Stream<Operation> operationsIn(JavaCodeUnit code) {
        return code.getFieldAccesses().stream()
                .map(JavaFieldAccess::getTarget)
                .filter(field -> field.getOwner().isEquivalentTo(Operation.class))
                .map(field -> Operation.valueOf(field.getName()));
    }

    /** Only names are compared, so that the SDK's own thousands of classes need not be read. */
    private static Stream<JavaMethodCall> calls(String packages) {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(packages);
        return classes.stream().map(JavaClass::getMethodCallsFromSelf).flatMap(Collection::stream);
    }

    /** The actions of the named statements of a policy, or of all of them. */
    private static Set<String> allowed(String service, String... statements) throws IOException {
        JsonNode policy =
                new ObjectMapper().readTree(Path.of("iam", service + ".json").toFile());
        Set<String> wanted = Set.of(statements);
        Set<String> actions = new TreeSet<>();
        for (JsonNode statement : policy.path("Statement")) {
            if (wanted.isEmpty() || wanted.contains(statement.path("Sid").asText())) {
                statement.path("Action").forEach(action -> actions.add(action.asText()));
            }
        }
        return actions;
    }
}
