package io.nearside.replicator.table;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearside.change.Topics;
import io.nearside.item.KeyAttribute;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.table.TableDefinition.KeyElement;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;

/**
 * Listens to which tables a peer replicates, and creates those that are missing here.
 *
 * <p>Reads the peer's announcements from the beginning at each start, on a thread of its own. A table deleted here alone stays deleted
 * until the next start. One that exists here with another key is left alone and reported.
 */
public final class PeerTables implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerTables.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration METADATA_AGE = Duration.ofSeconds(10);
    private static final int MAX_ANNOUNCED = 10_000;

    private final String peer;
    private final KafkaCluster cluster;
    private final Duration discoveryInterval;
    private final DynamoDbClient client;
    private final TableRules rules;
    private final TableDiscovery discovery;
    private final Thread thread;

    /** Announced tables that have to be created still; poller only. */
    private final Map<String, TableDefinition> due = new LinkedHashMap<>();

    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean closing;

    /**
     * @param client shared, not closed here
     * @param rules which tables are wanted here, and under which name
     * @param discovery told to look at once when a table was created
     */
    public PeerTables(
            String peer,
            KafkaCluster cluster,
            Duration discoveryInterval,
            DynamoDbClient client,
            TableRules rules,
            TableDiscovery discovery) {
        this.peer = peer;
        this.cluster = cluster;
        this.discoveryInterval = discoveryInterval;
        this.client = client;
        this.rules = rules;
        this.discovery = discovery;
        this.thread = new Thread(this::run, "nearside-peer-tables-" + peer);
        this.thread.setDaemon(true);
    }

    /** Begins to listen. */
    public void start() {
        thread.start();
    }

    /** What is wrong, one sentence per table. */
    public Map<String, String> problems() {
        return Map.copyOf(problems);
    }

    private void run() {
        while (!closing) {
            try {
                listen();
            } catch (WakeupException | InterruptException e) {
                LOG.atDebug().addKeyValue("peer", peer).log("woken up to end");
            } catch (KafkaException e) {
                LOG.atWarn()
                        .addKeyValue("peer", peer)
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("a peer's tables cannot be read; it is tried again");
                pause(Duration.ofSeconds(1));
            }
        }
    }

    private void listen() {
        try (Consumer<byte[], byte[]> opened = cluster.consumer(Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "nearside-peer-tables-" + peer,
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                String.valueOf(Math.max(METADATA_AGE.toMillis(), discoveryInterval.toMillis()))))) {
            consumer = opened;
            while (!closing && !assign(opened)) {
                pause(discoveryInterval);
            }
            while (!closing) {
                opened.poll(POLL).forEach(this::heard);
                createDue();
            }
        } finally {
            consumer = null;
        }
    }

    private boolean assign(Consumer<byte[], byte[]> to) {
        List<PartitionInfo> partitions = to.listTopics().get(Topics.tables(peer));
        if (partitions == null) {
            return false;
        }
        List<TopicPartition> all = partitions.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        to.assign(all);
        to.seekToBeginning(all);
        return true;
    }

    private void heard(ConsumerRecord<byte[], byte[]> record) {
        try {
            TableDefinition definition = JSON.readValue(record.value(), TableDefinition.class);
            String table = rules.here(peer, definition.table());
            if (table != null && due.size() < MAX_ANNOUNCED) {
                due.put(table, definition.named(table));
            }
        } catch (IOException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("peer", peer)
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("an announcement of a table cannot be read and is left out");
        }
    }

    private void createDue() {
        due.values().removeIf(this::create);
    }

    /** Whether the table is there now, or needs an operator. */
    private boolean create(TableDefinition definition) {
        String table = definition.table();
        TableInfo here = discovery.table(table);
        if (here != null) {
            compare(definition, here);
            return true;
        }
        if (!discovery.isComplete()) {
            return false;
        }
        try {
            createNow(definition);
            problems.remove(table);
            return true;
        } catch (StoreException e) {
            String sentence = "table " + table + " of region " + peer + " cannot be created here: " + e.getMessage();
            if (!sentence.equals(problems.put(table, sentence))) {
                LOG.atWarn().log(sentence);
            }
            return e instanceof FatalStoreException;
        }
    }

    private void createNow(TableDefinition definition) {
        StoreErrors.typed("table " + definition.table(), () -> {
            try {
                client.createTable(definition.toRequest());
                LOG.atInfo()
                        .addKeyValue("table", definition.table())
                        .addKeyValue("peer", peer)
                        .log("created a peer's table here");
            } catch (ResourceInUseException e) {
                LOG.atDebug().addKeyValue("table", definition.table()).log("the table is here already");
            }
            return true;
        });
        discovery.hurry();
    }

    private void compare(TableDefinition definition, TableInfo here) {
        List<KeyElement> key = Stream.of(
                        here.keySchema().partition(), here.keySchema().sort())
                .flatMap(Stream::ofNullable)
                .map(KeyAttribute::name)
                .map(name -> new KeyElement(
                        name, name.equals(here.keySchema().partition().name()) ? "HASH" : "RANGE"))
                .toList();
        if (!key.equals(definition.key())) {
            String sentence = "table " + here.name() + " has the key " + names(key) + " here and "
                    + names(definition.key()) + " in region " + peer + ": its changes cannot be applied";
            problems.put(here.name(), sentence);
            LOG.atError().log(sentence);
        }
    }

    private static List<String> names(List<KeyElement> key) {
        return key.stream().map(KeyElement::name).toList();
    }

    private static void pause(Duration duration) {
        try {
            TimeUnit.MILLISECONDS.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        Consumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
