package io.nearside.replicator.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a Kafka cluster every few seconds whether it is there, because its other clients wait in silence while it is not. */
public final class KafkaProbe implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaProbe.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int TIMEOUT_SECONDS = 5;

    private final KafkaCluster cluster;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "nearside-kafka-probe");
        thread.setDaemon(true);
        return thread;
    });

    /** Probe thread only; made again until it can be made, which takes names that resolve. */
    private @Nullable Admin admin;

    private volatile @Nullable String problem;

    public KafkaProbe(KafkaCluster cluster) {
        this.cluster = cluster;
        this.problem = "Kafka at " + cluster.bootstrapServers() + " has not answered yet";
    }

    /** Begins to ask. */
    public void start() {
        var unused = executor.scheduleWithFixedDelay(this::probe, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is wrong, in a sentence; null while the cluster answers. */
    public @Nullable String problem() {
        return problem;
    }

    private void probe() {
        try {
            if (admin == null) {
                admin = cluster.admin();
            }
            admin.describeCluster().nodes().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (problem != null) {
                LOG.atInfo().addKeyValue("kafka", cluster.bootstrapServers()).log("Kafka answers");
            }
            problem = null;
        } catch (ExecutionException e) {
            unreachable(String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (TimeoutException e) {
            unreachable("no answer within " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            unreachable(String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        }
    }

    private void unreachable(String reason) {
        String sentence = "Kafka at " + cluster.bootstrapServers()
                + " does not answer; check kafka.bootstrap-servers and that the brokers run (" + reason + ")";
        if (!sentence.equals(problem)) {
            LOG.atWarn().log(sentence);
        }
        problem = sentence;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        Admin open = admin;
        if (open != null) {
            open.close(Duration.ofSeconds(1));
        }
    }
}
