package io.nearside.local.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka of one node (broker and controller, KRaft) in this JVM, on loopback.
 *
 * <p>Takes records of up to 4 MB; topics are never created by merely using them. It can be stopped and started again on the same port
 * and directory, for tests of what happens in between. Safe for use from any thread.
 */
public final class EmbeddedKafka implements AutoCloseable {
    /** The largest record batch it takes, in bytes: a change record of the largest item, with room for its headers. */
    public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    private static final int NODE_ID = 1;
    private static final int START_ATTEMPTS = 3;
    private static final String ADMINISTRATOR = "administrator";

    private final int port;
    private final Path directory;
    private final boolean temporary;

    /** Passwords by user; without any, everybody may do everything. */
    private final Map<String, String> users;

    private @Nullable KafkaRaftServer server;

    private EmbeddedKafka(int port, Path directory, boolean temporary, Map<String, String> users) {
        this.port = port;
        this.directory = directory;
        this.temporary = temporary;
        this.users = users;
    }

    /** Starts on a free port, with a directory that {@link #close()} removes. */
    public static EmbeddedKafka start() {
        return start(0, null);
    }

    /**
     * Starts; returns when clients can use it.
     *
     * @param port 0 for a free one
     * @param directory kept after {@link #close()}, and read if it holds the data of an earlier run; null for a temporary one
     * @throws PortInUseException if the port that was asked for is taken
     */
    public static EmbeddedKafka start(int port, @Nullable Path directory) {
        return start(port, directory, Map.of());
    }

    /**
     * Starts one that knows its users (SASL/PLAIN, no TLS) and lets them do what they were given rights to, and nothing else.
     *
     * @param passwords by user; {@link #administrator} is one more, who may do everything
     */
    public static EmbeddedKafka startWithUsers(Map<String, String> passwords) {
        Map<String, String> users = new HashMap<>(passwords);
        users.put(ADMINISTRATOR, Uuid.randomUuid().toString());
        return start(0, null, Map.copyOf(users));
    }

    private static EmbeddedKafka start(int port, @Nullable Path directory, Map<String, String> users) {
        for (int attempt = 1; ; attempt++) {
            EmbeddedKafka kafka = prepare(port, directory, users);
            try {
                kafka.restart();
                return kafka;
            } catch (RuntimeException failure) {
                kafka.close();
                // A port found free may be taken a moment later; one that was asked for is not ours to change.
                if (port != 0 || attempt == START_ATTEMPTS) {
                    throw failure;
                }
            }
        }
    }

    /**
     * One instance for all tests of this JVM, started by the first who asks and stopped at exit. Tests that share it choose
     * topic and group names of their own and never stop it.
     */
    public static EmbeddedKafka shared() {
        return Shared.INSTANCE;
    }

    /** {@code 127.0.0.1:PORT}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** What a client sets to be a user, in Kafka's names; of one with users. */
    public Map<String, String> client(String user, String password) {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                LOGIN + " username=\"" + user + "\" password=\"" + password + "\";");
    }

    /** What a client of one with users sets to be the one who may do everything, brokers included. */
    public Map<String, String> administrator() {
        Map<String, String> settings = new HashMap<>(client(ADMINISTRATOR, users.getOrDefault(ADMINISTRATOR, "")));
        settings.put("bootstrap.servers", bootstrapServers());
        return settings;
    }

    /** Stops the node and keeps its data; nothing happens if it is stopped. */
    public synchronized void stop() {
        @Nullable KafkaRaftServer running = server;
        server = null;
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
        }
    }

    /**
     * Starts the node again after {@link #stop()}, on the same port and with its data.
     *
     * @throws IllegalStateException if it runs
     * @throws PortInUseException if somebody took the port in the meantime
     */
    public synchronized void restart() {
        if (server != null) {
            throw new IllegalStateException("Kafka on port " + port + " runs already");
        }
        LoopbackPort.requireFree(port);
        int controllerPort = LoopbackPort.free();
        format();
        var starting = new KafkaRaftServer(new KafkaConfig(settings(controllerPort), false), Time.SYSTEM);
        try {
            starting.startup();
        } catch (RuntimeException failure) {
            starting.shutdown();
            throw failure;
        }
        server = starting;
    }

    /** Stops the node; removes its directory if that was a temporary one. */
    @Override
    public synchronized void close() {
        stop();
        if (temporary) {
            DirectoryTree.delete(directory);
        }
    }

    private static EmbeddedKafka prepare(int port, @Nullable Path directory, Map<String, String> users) {
        try {
            Path home = directory == null
                    ? Files.createTempDirectory("nearside-kafka-")
                    : Files.createDirectories(directory.toAbsolutePath());
            return new EmbeddedKafka(port == 0 ? LoopbackPort.free() : port, home, directory == null, users);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot create a directory for Kafka", failure);
        }
    }

    private void format() {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setDirectories(List.of(directory.toString()))
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName("CONTROLLER")
                    .run();
        } catch (Exception failure) {
            throw new IllegalStateException(
                    "cannot format " + directory + " for Kafka: " + failure.getMessage(), failure);
        }
    }

    private Map<String, Object> settings(int controllerPort) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", String.valueOf(NODE_ID));
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("log.dirs", directory.toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("message.max.bytes", String.valueOf(MAX_MESSAGE_BYTES));
        settings.put("replica.fetch.max.bytes", String.valueOf(MAX_MESSAGE_BYTES));
        settings.putAll(ONE_SMALL_NODE);
        if (!users.isEmpty()) {
            settings.putAll(guarded(controllerPort));
        }
        return settings;
    }

    /** Users and rights; the controller's own port has neither, and only this process knows it. */
    private Map<String, Object> guarded(int controllerPort) {
        String password = users.getOrDefault(ADMINISTRATOR, "");
        StringBuilder login =
                new StringBuilder(LOGIN + " username=\"" + ADMINISTRATOR + "\" password=\"" + password + "\"");
        users.forEach((user, secret) ->
                login.append(" user_").append(user).append("=\"").append(secret).append('"'));
        return Map.of(
                "listeners", "GUARDED://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners", "GUARDED://127.0.0.1:" + port,
                "inter.broker.listener.name", "GUARDED",
                "listener.security.protocol.map", "GUARDED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms", "PLAIN",
                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                "listener.name.guarded.plain.sasl.jaas.config",
                        login.append(';').toString(),
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:" + ADMINISTRATOR + ";User:ANONYMOUS");
    }

    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    /** One replica of everything, few partitions and threads, small buffers, no waiting for members that will not come. */
    private static final Map<String, String> ONE_SMALL_NODE = Map.ofEntries(
            Map.entry("default.replication.factor", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            Map.entry("num.network.threads", "1"),
            Map.entry("num.io.threads", "2"),
            Map.entry("background.threads", "2"),
            Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
            Map.entry("log.index.size.max.bytes", "1048576"));

    /** Starts with its first use. */
    private static final class Shared {
        private static final EmbeddedKafka INSTANCE = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close, "stop-kafka"));
        }
    }
}
