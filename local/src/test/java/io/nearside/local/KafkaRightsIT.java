package io.nearside.local;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.replicator.Replicator;
import io.nearside.replicator.config.ReplicatorConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The rights in Kafka that helm/README.md lists are enough for both services, and who lacks one is told which. */
class KafkaRightsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A command of the README, continued over lines. */
    private static final Pattern COMMAND = Pattern.compile("kafka-acls (?:.*\\\\\n)*.*\n");

    private static final Pattern USER = Pattern.compile("--allow-principal User:(\\S+)");
    private static final Pattern RESOURCE = Pattern.compile("--(topic|group) (\\S+)");
    private static final Pattern OPERATION = Pattern.compile("--operation (\\S+)");

    private static final String REPLICATOR = "nearside-replicator";
    private static final String PROXY = "nearside-proxy";
    private static final String LACKING = "lacks-";
    private static final int SMALL_RECORDS = 1_000_000;

    @TempDir
    private static Path secrets = Path.of("");

    private static EmbeddedKafka kafka;
    private static Admin admin;

    @BeforeAll
    @SuppressWarnings("NullAway.Init")
    static void start() throws Exception {
        List<String> users = new ArrayList<>(List.of(REPLICATOR, PROXY));
        for (AclOperation operation : AclOperation.values()) {
            users.add(lacking(operation.name()));
        }
        users.add(lacking("GROUP"));
        kafka = EmbeddedKafka.startWithUsers(
                users.stream().collect(Collectors.toMap(user -> user, KafkaRightsIT::password)));
        admin = Admin.create(new TreeMap<>(kafka.administrator()));
        admin.createAcls(documented()).all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() {
        if (admin != null) {
            admin.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void documentedRights_letChangesAndInvalidationsThrough() {
        EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.shared();
        try (Parts parts = new Parts()) {
            parts.add(Replicator.start(replicator("rights-1", 1, "rights-2", 2, 0, REPLICATOR)));
            parts.add(Replicator.start(replicator("rights-2", 2, "rights-1", 1, 1, REPLICATOR)));
            ProxyServer proxy = parts.add(ProxyServer.start(proxy("rights-2", 1)));
            DynamoDbClient here = parts.add(Clients.sync(dynamoDb.endpoint(0)));
            DynamoDbClient there = parts.add(Clients.sync(dynamoDb.endpoint(1)));
            DynamoDbClient cached = parts.add(Clients.sync(URI.create("http://127.0.0.1:" + proxy.dataPort())));
            String table = "rights-" + Tables.freshName();
            here.createTable(Tables.definition(table));
            Tables.awaitExistence(there, table);

            here.putItem(request -> request.tableName(table).item(Tables.item("a", "first")));
            await().atMost(LIMIT).until(() -> Tables.value(cached, table, "a").equals("first"));
            here.putItem(request -> request.tableName(table).item(Tables.item("a", "second")));
            await().atMost(LIMIT).until(() -> Tables.value(cached, table, "a").equals("second"));
            cached.putItem(request -> request.tableName(table).item(Tables.item("b", "back")));
            await().atMost(LIMIT).until(() -> Tables.value(here, table, "b").equals("back"));
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(Health.ready(proxy.adminPort()).body())
                                    .contains("hears the region's invalidations"));
            Tables.delete(table, here, there);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "11 | CREATE | there is no topic nearside. | cannot be created",
                "12 | READ | nearside. | Not authorized to access topics",
                "13 | WRITE | does not take records | uthoriz",
                "14 | DESCRIBE_CONFIGS | the limits of | nearside.tables.",
                "15 | ALTER_CONFIGS | set their max.message.bytes | nearside.tables.",
                "16 | GROUP | nearside-capture-lacks-group | Not authorized to access group",
            })
    void replicator_thatLacksARight_saysWhatItCannotDoAndWhere(int regionId, String right, String what, String where)
            throws Exception {
        String user = lacking(right);
        List<AclBinding> rights = documented().stream()
                .filter(acl -> acl.entry().principal().equals("User:" + REPLICATOR))
                .filter(acl -> !isOf(acl, right))
                .map(acl ->
                        new AclBinding(acl.pattern(), allow(user, acl.entry().operation())))
                .toList();
        admin.createAcls(rights).all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (right.equals("DESCRIBE_CONFIGS") || right.equals("ALTER_CONFIGS")) {
            NewTopic small = new NewTopic("nearside.tables." + user, 1, (short) 1)
                    .configs(Map.of("max.message.bytes", String.valueOf(SMALL_RECORDS)));
            admin.createTopics(List.of(small)).all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        try (DynamoDbClient dynamoDb = Clients.sync(EmbeddedDynamoDb.shared().endpoint(2));
                Replicator replicator = Replicator.start(replicator(user, regionId, "rights-1", 1, 2, user))) {
            String table = "rights-" + Tables.freshName();
            dynamoDb.createTable(Tables.definition(table));
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    Health.ready(replicator.adminPort()).body())
                            .contains(what, where)
                            .containsPattern("\"status\" : \"(not-ready|degraded)\""));
            Tables.delete(table, dynamoDb);
        }
    }

    private static boolean isOf(AclBinding acl, String right) {
        return right.equals("GROUP")
                ? acl.pattern().resourceType() == ResourceType.GROUP
                : acl.pattern().resourceType() == ResourceType.TOPIC
                        && (acl.entry().operation().name().equals(right)
                                // Who may alter may look.
                                || (right.equals("DESCRIBE_CONFIGS")
                                        && acl.entry().operation() == AclOperation.ALTER_CONFIGS));
    }

    /** What the README's commands would have Kafka note down. */
    private static Collection<AclBinding> documented() throws IOException {
        String readme = Files.readString(Path.of("../helm/README.md"));
        List<AclBinding> rights = new ArrayList<>();
        for (MatchResult command : COMMAND.matcher(readme).results().toList()) {
            String text = command.group();
            assertThat(text).contains("--resource-pattern-type prefixed");
            MatchResult resource = first(RESOURCE, text);
            var pattern = new ResourcePattern(
                    ResourceType.fromString(resource.group(1)), resource.group(2), PatternType.PREFIXED);
            for (MatchResult operation : OPERATION.matcher(text).results().toList()) {
                rights.add(new AclBinding(pattern, allow(first(USER, text).group(1), operation(operation.group(1)))));
            }
        }
        assertThat(rights).hasSizeGreaterThan(5);
        return rights;
    }

    private static AclOperation operation(String name) {
        return AclOperation.fromString(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
    }

    private static AccessControlEntry allow(String user, AclOperation operation) {
        return new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW);
    }

    private static MatchResult first(Pattern pattern, String text) {
        return pattern.matcher(text).results().findFirst().orElseThrow();
    }

    private static String lacking(String right) {
        return LACKING + right.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String password(String user) {
        return "password-of-" + user;
    }

    private static ReplicatorConfig replicator(
            String region, int id, String peer, int peerId, int dynamoDb, String user) {
        return LocalStack.parse(
                """
                service: replicator
                region: %s
                region-id: %d
                dynamodb:
                  endpoint: %s
                  credentials: {provider: static, access-key-id: nearside, secret-access-key: nearside}
                kafka: {bootstrap-servers: "%s", properties: %s}
                peers: [{region: %s, region-id: %d}]
                admin: {port: 0}
                tables: [{name: "rights-*"}]
                streams: {enable: true}
                tables-create-missing: true
                capture: {poll-interval: 40ms, discovery-interval: 250ms}
                """.formatted(
                                region,
                                id,
                                EmbeddedDynamoDb.shared().endpoint(dynamoDb),
                                kafka.bootstrapServers(),
                                properties(user),
                                peer,
                                peerId),
                ReplicatorConfig.class);
    }

    private static ProxyConfig proxy(String region, int dynamoDb) {
        return LocalStack.parse(
                """
                service: proxy
                region: %s
                listen: {port: 0}
                admin: {port: 0}
                upstream:
                  endpoint: %s
                  credentials: {provider: static, access-key-id: nearside, secret-access-key: nearside}
                coherence: {kafka: {bootstrap-servers: "%s", properties: %s}}
                """.formatted(
                                region,
                                EmbeddedDynamoDb.shared().endpoint(dynamoDb),
                                kafka.bootstrapServers(),
                                properties(PROXY)),
                ProxyConfig.class);
    }

    /** As the chart writes them: name and password stand in the files of a mounted Secret, which Kafka's clients read by themselves. */
    private static String properties(String user) {
        Path secret = secrets.resolve(user);
        try {
            Files.createDirectories(secret);
            Files.writeString(secret.resolve("username"), user);
            Files.writeString(secret.resolve("password"), password(user));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> properties =
                new TreeMap<>(kafka.client("${dir:" + secret + ":username}", "${dir:" + secret + ":password}"));
        properties.put("config.providers", "dir");
        properties.put("config.providers.dir.class", DirectoryConfigProvider.class.getName());
        properties.put("config.providers.dir.param.allowed.paths", secrets.toString());
        return properties.entrySet().stream()
                .map(entry -> entry.getKey() + ": '" + entry.getValue() + "'")
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
