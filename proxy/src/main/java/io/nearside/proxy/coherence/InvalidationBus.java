package io.nearside.proxy.coherence;

import io.nearside.change.Topics;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The region's invalidation bus on Kafka: one thread reads what others announce, one writes what this node has to say.
 *
 * <p>A third one follows the heartbeats of the region's replicators, if asked to. Kafka need not be there when it starts, nor stay: both threads try again until they are closed, and
 * {@link BusState} says meanwhile what may be served. Makes the topic if nobody has.
 */
public final class InvalidationBus implements AutoCloseable {

    private static final int PARTITIONS = 4;
    private static final String RETENTION_MILLIS =
            String.valueOf(Duration.ofHours(1).toMillis());
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final BusSettings settings;
    private final BusState state;
    private final BusReader reader;
    private final BusWriter writer;
    private final FeedWatch feed;
    private final Thread readerThread;
    private final Thread writerThread;
    private final Thread feedThread;

    /** Does nothing until {@link #start}. */
    public InvalidationBus(
            BusSettings settings,
            ItemCache cache,
            PageCache pages,
            BusState state,
            BusObserver observer,
            InstantSource wall) {
        this.settings = settings;
        this.state = state;
        InvalidationHandler handler = new InvalidationHandler(cache, pages, settings.source());
        this.reader = new BusReader(settings.region(), this::consumer, handler, observer, state);
        this.feed = new FeedWatch(settings.region(), this::reading, handler, state);
        this.writer = new BusWriter(
                settings, this::producer, wall, state::now, Duration.ofNanos(state.patienceNanos()), observer);
        this.readerThread = daemon("nearside-bus-reader", reader);
        this.writerThread = daemon("nearside-bus-writer", writer);
        this.feedThread = daemon("nearside-feed-watch", feed);
    }

    /** Starts its threads. */
    public void start() {
        if (settings.followsFeed()) {
            feedThread.start();
        }
        readerThread.start();
        writerThread.start();
    }

    /** Takes this node's announcements. */
    public Announcer announcer() {
        return writer;
    }

    /** Whether this node hears. */
    public BusState state() {
        return state;
    }

    /** Announcements that Kafka has not acknowledged yet. */
    public int waiting() {
        return writer.waiting();
    }

    /** For how many seconds this node's announcements have waited without progress; 0 while none waits. */
    public double waitingSeconds() {
        return writer.waitingFor().toMillis() / 1e3;
    }

    /**
     * What keeps others from hearing of this node's writes, in words for an operator; empty while announcements get through.
     */
    public String announcingProblem() {
        return writer.isLate()
                ? writer.waiting() + " invalidations of this node have waited " + (long) waitingSeconds()
                        + " s for Kafka: other nodes may serve what was overwritten here"
                : "";
    }

    /** Announcements that Kafka held and that were not acted upon when the reader last asked. */
    public long behind() {
        return reader.behind();
    }

    /** How things are, for operators. */
    public BusReport report() {
        return new BusReport(
                Topics.invalidations(settings.region()),
                state.isHearing(),
                state.problem(),
                state.silenceSeconds(),
                state.feed(),
                state.feedSilenceSeconds(),
                reader.behind(),
                writer.waiting(),
                writer.taken(),
                writer.lastTaken(),
                reader.sources().latestFirst());
    }

    /** Hands over what is queued, if Kafka takes it within moments, and ends both threads. */
    @Override
    public void close() {
        reader.close();
        feed.close();
        writer.close();
        if (!join(writerThread)) {
            writer.interrupt();
        }
        join(readerThread);
        join(feedThread);
    }

    private Consumer<byte[], byte[]> consumer() {
        ensureTopic();
        return reading();
    }

    private Consumer<byte[], byte[]> reading() {
        int limit = (int) BusSettings.REQUEST_LIMIT.toMillis();
        return new KafkaConsumer<>(
                settings.clientProperties(Map.of(
                        "enable.auto.commit", "false",
                        "auto.offset.reset", "none",
                        "default.api.timeout.ms", limit,
                        "fetch.max.wait.ms", 100,
                        "allow.auto.create.topics", "false")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Not idempotent: invalidations may come twice and in any order, and a first batch refused holds up nothing. */
    private Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                settings.clientProperties(Map.of(
                        "acks",
                        "all",
                        "enable.idempotence",
                        "false",
                        "linger.ms",
                        0,
                        "max.block.ms",
                        BusSettings.REQUEST_LIMIT.toMillis(),
                        "delivery.timeout.ms",
                        (int) BusSettings.REQUEST_LIMIT.toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private void ensureTopic() {
        NewTopic topic = new NewTopic(
                        Topics.invalidations(settings.region()), Optional.of(PARTITIONS), Optional.empty())
                .configs(Map.of("retention.ms", RETENTION_MILLIS));
        try (Admin admin = Admin.create(settings.clientProperties(
                Map.of("default.api.timeout.ms", (int) BusSettings.REQUEST_LIMIT.toMillis())))) {
            admin.createTopics(List.of(topic)).all().get(BusSettings.REQUEST_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            // Who may not make topics may still read one that is there.
            boolean mayGoOn =
                    e.getCause() instanceof TopicExistsException || e.getCause() instanceof AuthorizationException;
            if (!mayGoOn) {
                throw new KafkaException("topic " + topic.name() + " cannot be made", e.getCause());
            }
        } catch (TimeoutException e) {
            throw new KafkaException("no answer from Kafka at " + settings.bootstrapServers(), e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private static boolean join(Thread thread) {
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
