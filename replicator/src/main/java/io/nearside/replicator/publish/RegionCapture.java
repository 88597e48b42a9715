package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.replicator.capture.CaptureParts;
import io.nearside.replicator.capture.CaptureService;
import io.nearside.replicator.capture.CaptureSettings;
import io.nearside.replicator.capture.CaptureStatus;
import io.nearside.replicator.capture.ChangeLog;
import io.nearside.replicator.capture.PublishException;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.liveness.WorkShare;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.TableCatalog;
import io.nearside.replicator.table.TableIncarnations;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.Tombstones;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * The capture of one region as this process does it: the tailing of its share of tables, on one Kafka.
 *
 * <p>Starts without Kafka and begins when it answers; an outage of Kafka or DynamoDB later pauses it, shows in {@link #failure}, and
 * never ends it.
 */
public final class RegionCapture implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RegionCapture.class);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    private static final long RETRY_MILLIS = 1_000;
    private static final long TOPICS_MILLIS = 2_000;

    private final String region;
    private final Admin admin;
    private final Producer<byte[], byte[]> producer;
    private final RegionTopics topics;
    private final KafkaChangeLog log;
    private final KafkaCheckpointStore checkpoints;
    private final KafkaTableShare share;
    private final CaptureService service;
    private final TopicWatch topicWatch;
    private final List<Consumer<String>> recreationListeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService starter = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "nearside-capture-start");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable String starting = "capture is starting";

    /**
     * What capture needs of the region's DynamoDB; shared, nothing closed here.
     *
     * @param opener makes the table of which the catalogue knows
     * @param incarnations which tables may be captured, and as which of those that had their names
     * @param readBudgets what scans of a table may consume
     * @param clock makes this process's versions
     */
    public record Store(
            DynamoDbClient dynamoDb,
            DynamoDbStreamsClient streams,
            TableCatalog catalog,
            TableIncarnations incarnations,
            Function<TableInfo, VersionedTable> opener,
            Function<String, CapacityBudget> readBudgets,
            Tombstones tombstones,
            VersionClock clock) {}

    /**
     * Makes it; does nothing until {@link #start}.
     *
     * @param process this process among those of its region
     */
    public RegionCapture(
            String region,
            String process,
            KafkaCluster cluster,
            TopicSettings topicSettings,
            Store store,
            CaptureSettings settings,
            ReplicatorMetrics metrics,
            InstantSource wall) {
        this.admin = cluster.admin();
        this.producer = CaptureProducer.of(cluster, "nearside-capture-" + settings.nodeId());
        this.topics = new RegionTopics(admin, region, topicSettings);
        this.log = new KafkaChangeLog(producer, region, System::nanoTime);
        this.checkpoints = new KafkaCheckpointStore(producer, cluster, region);
        this.share = new KafkaTableShare(cluster, region, process);
        this.service = new CaptureService(
                new CaptureParts(
                        store.dynamoDb(),
                        store.streams(),
                        store.opener(),
                        store.tombstones(),
                        store.clock(),
                        log,
                        new KafkaLoggedItems(cluster, region),
                        new KafkaParkingLot(producer, region),
                        checkpoints,
                        topics::ensureChanges,
                        store.readBudgets(),
                        metrics,
                        wall),
                settings,
                store.catalog(),
                store.incarnations(),
                share);
        this.topicWatch = new TopicWatch(
                topics,
                region,
                settings.publishes() ? service::tables : Set::of,
                service::logIs,
                this::recreated,
                metrics);
        this.region = region;
    }

    /** Who is told the name of a topic of the region that was deleted and created again: what it held is gone. */
    public void onRecreation(Consumer<String> listener) {
        recreationListeners.add(listener);
    }

    private void recreated(String topic) {
        if (topic.equals(Topics.checkpoints(region))) {
            checkpoints.restore(share::owns);
        } else if (topic.equals(Topics.control(region))) {
            share.rejoin();
        }
        recreationListeners.forEach(listener -> listener.accept(topic));
    }

    /** Begins; returns at once. */
    public void start() {
        starter.execute(this::begin);
    }

    private void begin() {
        try {
            topics.ensureRegion();
            share.start();
            service.start();
            starting = null;
            var unused = starter.scheduleWithFixedDelay(
                    topicWatch::look, TOPICS_MILLIS, TOPICS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (PublishException e) {
            if (!String.valueOf(e.getMessage()).equals(starting)) {
                LOG.atWarn().addKeyValue("error", e.getMessage()).log("capture cannot start yet; it is tried again");
            }
            starting = e.getMessage();
            var unused = starter.schedule(this::begin, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Where changes and invalidations are written. */
    public ChangeLog log() {
        return log;
    }

    /** Items of these tables, or of any if there are none, may have been written just now. */
    public void hint(Set<String> tables) {
        service.hint(tables);
    }

    /** Whether this process acts for a table. */
    public boolean owns(String table) {
        return share.owns(table);
    }

    /** It is settled, or not any more, which table is to be captured. Returns at once. */
    public void tablesSettled() {
        service.tablesSettled();
    }

    /** How every table of this process's share does. */
    public List<CaptureStatus> status() {
        return service.status();
    }

    /** How many records were read, are not captured, and are worked on by nobody: 0, or there is a bug. */
    public int abandoned() {
        return service.abandoned();
    }

    /** What this process has of the region's tables; null if that cannot be told now. Never blocks. */
    public @Nullable WorkShare workShare() {
        return service.workShare();
    }

    /** What stands in the way of the capture as a whole, in one sentence; null if nothing does. Tables have their own. */
    public @Nullable String failure() {
        if (starting != null) {
            return starting;
        }
        if (topicWatch.failure() != null) {
            return topicWatch.failure();
        }
        return share.failure() == null ? log.failure() : share.failure();
    }

    /** Stops: remembers what is captured, then gives the tables away. Takes some seconds at most. */
    @Override
    public void close() {
        starter.shutdownNow();
        service.close();
        producer.close(FLUSH);
        share.close();
        checkpoints.close();
        admin.close(FLUSH);
    }
}
