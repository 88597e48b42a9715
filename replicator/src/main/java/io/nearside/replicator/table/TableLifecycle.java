package io.nearside.replicator.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearside.change.Topics;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.table.TableDecision.Action;
import io.nearside.replicator.table.TableDecision.Here;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Agrees with the other regions on which tables there are: announces this region's, creates and deletes what they created and deleted where
 * the configuration says so, and holds a table of which only an operator can say whose content stands.
 *
 * <p>{@link TableDecision} has the rules. All processes of a region read the same announcements; the one that owns a table acts for it, so that a
 * table is announced and deleted once. One thread looks at every table when something was read or found, and every
 * {@value #AGAIN_SECONDS} seconds; an action that fails is
 * shown in {@link #problems} and taken again.
 */
public final class TableLifecycle implements TableIncarnations, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableLifecycle.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final String BLOCK_MILLIS = "2000";
    /** With these there is nothing left that could be wrong with what was done before. */
    private static final Set<Action> ENDS_PROBLEMS =
            EnumSet.of(Action.SETTLED, Action.HELD, Action.GONE, Action.NOTHING);

    private static final long PENDING_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PEERS_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Whatever happens is looked at when it happens; this is for what failed. */
    private static final int AGAIN_SECONDS = 2;

    /** Names that one region ever had, deleted ones included. */
    private static final int MAX_TABLES = 100_000;

    /**
     * What the lifecycle may do, and for whom.
     *
     * @param region this region
     * @param creates whether tables that are missing here are created ({@code tables-create-missing})
     * @param follows whether tables deleted elsewhere are deleted here, and the other way round ({@code tables-delete-removed})
     * @param interval how often a topic of announcements that is not there yet is looked for
     */
    public record Settings(String region, boolean creates, boolean follows, Duration interval) {}

    private record Described(TableDefinition definition, String id) {}

    private record Settled(String id, int incarnation) {}

    private record Pending(TableAnnouncement announcement, long sinceNanos) {}

    private final Settings settings;
    private final DynamoDbClient client;
    private final TableRules rules;
    private final TableDiscovery discovery;
    private final Predicate<String> owns;
    private final Consumer<String> refill;
    private final Producer<byte[], byte[]> producer;
    private final List<AnnouncementReader> readers = new ArrayList<>();
    private final AnnouncementReader ownReader;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(daemon("tables"));
    private final ExecutorService refiller = Executors.newSingleThreadExecutor(daemon("refill"));
    private final long startedNanos = System.nanoTime();

    private final Map<String, Described> described = new ConcurrentHashMap<>();
    private final Map<String, TableAnnouncement> own = new ConcurrentHashMap<>();
    private final Map<String, Map<String, TableAnnouncement>> peers = new ConcurrentHashMap<>();
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final Map<String, Settled> settled = new ConcurrentHashMap<>();

    /** The identities of the tables that were settled since this process began. */
    private final Map<String, String> seen = new ConcurrentHashMap<>();

    /** As which incarnations tables were created here that are not announced yet. */
    private final Map<String, Integer> created = new ConcurrentHashMap<>();

    private final AtomicBoolean hurried = new AtomicBoolean();
    private final AtomicBoolean full = new AtomicBoolean();
    private final Map<String, String> held = new ConcurrentHashMap<>();
    private final Map<String, String> gone = new ConcurrentHashMap<>();
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private final Set<String> refilling = ConcurrentHashMap.newKeySet();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /**
     * Makes it; nothing happens before {@link #start}.
     *
     * @param own this region's Kafka
     * @param peers the other regions' Kafkas, by region
     * @param client shared, not closed here
     * @param rules which tables are wanted here, and under which name
     * @param owns whether this process acts for a table
     * @param refill publishes every item of a table again; blocks, may throw
     */
    public TableLifecycle(
            Settings settings,
            KafkaCluster own,
            Map<String, KafkaCluster> peers,
            DynamoDbClient client,
            TableRules rules,
            TableDiscovery discovery,
            Predicate<String> owns,
            Consumer<String> refill) {
        this.settings = settings;
        this.client = client;
        this.rules = rules;
        this.discovery = discovery;
        this.owns = owns;
        this.refill = refill;
        this.producer = own.producer(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "nearside-tables-" + settings.region(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                BLOCK_MILLIS));
        this.ownReader = new AnnouncementReader(settings.region(), own, settings.interval(), this::ownRead);
        peers.forEach((peer, kafka) -> {
            this.peers.put(peer, new ConcurrentHashMap<>());
            readers.add(new AnnouncementReader(peer, kafka, settings.interval(), said -> peerRead(peer, said)));
        });
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, "nearside-" + name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Begins to read, and to act on what is read. */
    public void start() {
        discovery.subscribeDescriptions(this::describe);
        discovery.subscribe(tables -> hurry());
        ownReader.start();
        readers.forEach(AnnouncementReader::start);
        var unused = executor.scheduleWithFixedDelay(this::look, 0, AGAIN_SECONDS, TimeUnit.SECONDS);
    }

    /** Says everything again: the topic is another one than before. Returns at once. */
    public void announceAgain() {
        if (!executor.isShutdown()) {
            executor.execute(() -> own.values().stream()
                    .filter(said -> owns.test(said.table()))
                    .forEach(this::announce));
        }
    }

    /** Has the listener called after a table was settled, held or given up; on a thread that must not be kept. */
    public void subscribe(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public @Nullable Integer of(TableInfo table) {
        Settled now = settled.get(table.name());
        return now != null && TableInfo.isSame(now.id(), table.identity()) ? now.incarnation() : null;
    }

    /** What cannot be done, one sentence per table. */
    public Map<String, String> problems() {
        Map<String, String> all = new TreeMap<>(gone);
        all.putAll(problems);
        return all;
    }

    /** The tables of which an operator has to say whose content stands, with one sentence each. */
    public Map<String, String> held() {
        return new TreeMap<>(held);
    }

    private void describe(TableDescription description) {
        described.put(
                description.tableName(),
                new Described(TableDefinition.of(description), TableInfo.identity(description)));
        hurry();
    }

    private void ownRead(TableAnnouncement said) {
        own.put(said.table(), said);
        pending.remove(said.table());
        hurry();
    }

    private void peerRead(String peer, TableAnnouncement said) {
        String table = rules.here(peer, said.table());
        Map<String, TableAnnouncement> known = peers.getOrDefault(peer, new HashMap<>());
        if (table != null && (known.size() < MAX_TABLES || known.containsKey(table))) {
            known.put(table, said);
            hurry();
        } else if (table != null && full.compareAndSet(false, true)) {
            LOG.atError()
                    .addKeyValue("peer", peer)
                    .addKeyValue("tables", MAX_TABLES)
                    .log("a region has had more tables than can be kept in mind; its new ones are not seen to");
        }
    }

    /** However much is read at a time, one look sees all of it. */
    private void hurry() {
        if (!executor.isShutdown() && hurried.compareAndSet(false, true)) {
            executor.execute(() -> {
                hurried.set(false);
                look();
            });
        }
    }

    private void look() {
        if (!ownReader.isCaughtUp() || !discovery.isComplete()) {
            return;
        }
        Set<String> tables = new TreeSet<>(discovery.names());
        tables.addAll(own.keySet());
        peers.values().forEach(known -> tables.addAll(known.keySet()));
        for (String table : tables) {
            try {
                look(table);
            } catch (StoreException e) {
                problem(table, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("table", table).log("a table cannot be seen to");
                problem(table, "table " + table + " cannot be seen to: " + e);
            }
        }
    }

    private void look(String table) {
        Pending sent = pending.get(table);
        if (sent != null && System.nanoTime() - sent.sinceNanos() < PENDING_NANOS) {
            return;
        }
        TableAnnouncement said = own.get(table);
        if (said == null && !peersAreKnown()) {
            return;
        }
        TableInfo info = discovery.table(table);
        TableDecision decision = TableDecision.of(
                table,
                new Here(
                        rules.test(table),
                        discovery.names().contains(table),
                        info == null ? null : info.identity(),
                        said != null && said.identity().equals(seen.get(table)),
                        created.getOrDefault(table, 0)),
                said,
                said(table),
                settings.follows(),
                settings.creates() || (said != null && said.refillFrom() != null));
        settle(table, decision, said);
        if (!owns.test(table)) {
            return;
        }
        switch (decision.action()) {
            case ANNOUNCE -> announcePresent(table, info, said, decision.incarnation());
            case ANNOUNCE_DELETED -> announce(TableAnnouncement.deleted(table, decision.incarnation()));
            case DELETE -> delete(table, said);
            case CREATE -> create(table, decision.incarnation());
            case SETTLED -> upToDate(table, said);
            case HELD, GONE, NOTHING -> {}
        }
    }

    /** Without them a table of no history here might be taken for a first one; but a peer may be away for long. */
    private boolean peersAreKnown() {
        return readers.stream().allMatch(AnnouncementReader::isCaughtUp)
                || System.nanoTime() - startedNanos > PEERS_PATIENCE_NANOS;
    }

    private Map<String, TableAnnouncement> said(String table) {
        Map<String, TableAnnouncement> said = new TreeMap<>();
        peers.forEach((peer, known) -> {
            TableAnnouncement announcement = known.get(table);
            if (announcement != null) {
                said.put(peer, announcement);
            }
        });
        return said;
    }

    private void settle(String table, TableDecision decision, @Nullable TableAnnouncement said) {
        boolean changed;
        if (decision.action() == Action.SETTLED && said != null) {
            Settled now = new Settled(said.identity(), decision.incarnation());
            changed = !now.equals(settled.put(table, now));
            seen.put(table, said.identity());
        } else {
            changed = settled.remove(table) != null;
        }
        if (ENDS_PROBLEMS.contains(decision.action())) {
            problems.remove(table);
        }
        changed |= note(held, table, decision.action() == Action.HELD ? decision.because() : null);
        changed |= note(gone, table, decision.action() == Action.GONE ? decision.because() : null);
        if (changed) {
            listeners.forEach(Runnable::run);
        }
    }

    /** Notes or strikes out what an operator has to decide; returns whether that is news. */
    private static boolean note(Map<String, String> undecided, String table, @Nullable String because) {
        if (because == null) {
            return undecided.remove(table) != null;
        }
        boolean news = !because.equals(undecided.put(table, because));
        if (news) {
            LOG.atError().addKeyValue("table", table).log(because);
        }
        return news;
    }

    private void announcePresent(
            String table, @Nullable TableInfo info, @Nullable TableAnnouncement said, int incarnation) {
        Described now = described.get(table);
        if (info == null || now == null || !now.id().equals(info.identity())) {
            return;
        }
        created.remove(table);
        seen.put(table, now.id());
        String from = said == null || said.isPresent() ? null : said.refillFrom();
        announce(TableAnnouncement.present(now.definition(), now.id(), incarnation)
                .askingFor(from));
        LOG.atInfo()
                .addKeyValue("table", table)
                .addKeyValue("incarnation", incarnation)
                .log("announced the table to the other regions");
    }

    /** Announces a definition that changed, and publishes all items again for a region that asks for them. */
    private void upToDate(String table, @Nullable TableAnnouncement said) {
        Described now = described.get(table);
        if (said == null || now == null) {
            return;
        }
        if (!now.definition().equals(said.definition()) && now.id().equals(said.identity())) {
            announce(new TableAnnouncement(
                    table, said.incarnation(), said.identity(), now.definition(), said.refillFrom(), said.refilled()));
            return;
        }
        said(table).forEach((peer, theirs) -> {
            if (settings.region().equals(theirs.refillFrom())
                    && theirs.isPresent()
                    && theirs.incarnation() == said.incarnation()
                    && !theirs.identity().equals(said.refilled().get(peer))
                    && refilling.add(table)) {
                refiller.execute(() -> refill(table, peer, theirs.identity()));
            }
        });
    }

    private void refill(String table, String peer, String identity) {
        try {
            LOG.atInfo()
                    .addKeyValue("table", table)
                    .addKeyValue("peer", peer)
                    .log("publishing every item again for a region");
            refill.accept(table);
            TableAnnouncement said = own.get(table);
            if (said != null && said.isPresent()) {
                Map<String, String> refilled = new HashMap<>(said.refilled());
                refilled.put(peer, identity);
                announce(said.refilled(refilled));
            }
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("table", table)
                    .log("a table was not published again; it is tried again");
        } finally {
            refilling.remove(table);
        }
    }

    /** Only the very table that was announced is deleted; whoever looks at a name alone may delete what came after it. */
    private void delete(String table, @Nullable TableAnnouncement said) {
        StoreErrors.typed("table " + table, () -> {
            try {
                TableDescription there = client.describeTable(request -> request.tableName(table))
                        .table();
                if (said != null && TableInfo.isSame(said.identity(), TableInfo.identity(there))) {
                    client.deleteTable(request -> request.tableName(table));
                    LOG.atInfo().addKeyValue("table", table).log("deleted a table that was deleted in another region");
                }
            } catch (ResourceNotFoundException | ResourceInUseException e) {
                LOG.atDebug().addKeyValue("table", table).log("the table is gone, or about to go, already");
            }
            return true;
        });
        discovery.hurry();
    }

    private void create(String table, int incarnation) {
        TableDefinition definition = said(table).values().stream()
                .filter(said -> said.isPresent() && said.incarnation() == incarnation)
                .map(TableAnnouncement::definition)
                .findFirst()
                .orElseThrow()
                .named(table);
        StoreErrors.typed("table " + table + " cannot be created here", () -> {
            try {
                created.put(table, incarnation);
                client.createTable(definition.toRequest());
                LOG.atInfo().addKeyValue("table", table).log("created a table that another region has");
            } catch (ResourceInUseException e) {
                LOG.atDebug().addKeyValue("table", table).log("the table is here already");
            }
            return true;
        });
        problems.remove(table);
        discovery.hurry();
    }

    private void announce(TableAnnouncement announcement) {
        String table = announcement.table();
        Pending sent = new Pending(announcement, System.nanoTime());
        pending.put(table, sent);
        try {
            byte[] value = JSON.writeValueAsBytes(announcement);
            var unused = producer.send(
                    new ProducerRecord<>(Topics.tables(settings.region()), table.getBytes(UTF_8), value),
                    (metadata, failure) -> {
                        if (failure != null) {
                            refused(table, sent, failure);
                        }
                    });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an announcement is always JSON", e);
        } catch (KafkaException e) {
            refused(table, sent, e);
        }
    }

    private void refused(String table, Pending sent, Exception failure) {
        pending.remove(table, sent);
        problem(
                table,
                "table " + table + " is not announced to the other regions: topic " + Topics.tables(settings.region())
                        + " does not take records: " + failure.getMessage());
    }

    /**
     * Says whose content of a table stands that was deleted in one region only. If it is this region's, the table here is announced as a new
     * incarnation. If it is another's, the table here is deleted, created as it is there, and filled from there.
     *
     * @throws IllegalArgumentException if there is nothing to decide, or the region has no such table
     */
    public String accept(String table, String truth) {
        if (!held.containsKey(table) && !gone.containsKey(table)) {
            throw new IllegalArgumentException("there is nothing to decide about table " + table
                    + ": it is replicated as it is, or not known here");
        }
        return truth.equals(settings.region()) ? acceptOwn(table) : acceptTheirs(table, truth);
    }

    private String acceptOwn(String table) {
        TableInfo info = discovery.table(table);
        Described now = described.get(table);
        if (info == null || now == null || !now.id().equals(info.identity())) {
            throw new IllegalArgumentException("table " + table + " is not here");
        }
        int highest = said(table).values().stream()
                .mapToInt(TableAnnouncement::incarnation)
                .max()
                .orElse(0);
        TableAnnouncement said = own.get(table);
        int next = Math.max(highest, said == null ? 0 : said.incarnation()) + 1;
        announce(TableAnnouncement.present(now.definition(), now.id(), next));
        return "the items of table " + table + " in " + settings.region()
                + " stand: the other regions take them in once the same is accepted there, or at once where tables-delete-removed is set";
    }

    private String acceptTheirs(String table, String truth) {
        TableAnnouncement theirs = said(table).get(truth);
        if (theirs == null || !theirs.isPresent()) {
            throw new IllegalArgumentException("region " + truth + " has no table " + table);
        }
        StoreErrors.typed("table " + table, () -> {
            try {
                client.deleteTable(request -> request.tableName(table));
            } catch (ResourceNotFoundException e) {
                LOG.atDebug().addKeyValue("table", table).log("the table is gone already");
            }
            return true;
        });
        announce(TableAnnouncement.deleted(table, theirs.incarnation() - 1).askingFor(truth));
        discovery.hurry();
        return "the items of table " + table + " in " + truth
                + " stand: the table here is made anew and filled from there";
    }

    private void problem(String table, String sentence) {
        if (!sentence.equals(problems.put(table, sentence))) {
            LOG.atWarn().addKeyValue("table", table).log(sentence);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        refiller.shutdownNow();
        ownReader.close();
        readers.forEach(AnnouncementReader::close);
        producer.close(CLOSE_PATIENCE);
    }
}
