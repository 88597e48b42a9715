package io.nearside.replicator.capture;

import io.nearside.replicator.capture.StreamException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/** A stream in memory whose shards a test writes, closes, trims and drops, and whose calls it makes fail. Thread-safe. */
final class ScriptedStream implements StreamApi {

    private final Map<String, Shard> shards = new LinkedHashMap<>();
    private final Map<String, String> iterators = new HashMap<>();
    private final Deque<Kind> failures = new ArrayDeque<>();

    /** Shards in the order in which a first iterator was fetched for them. */
    final List<String> opened = new ArrayList<>();

    /** How each iterator was asked for: the shard, and the number after which to read or {@code TRIM_HORIZON}. */
    final List<String> asked = new ArrayList<>();

    private int issued;

    private static final class Shard {
        private final @Nullable String parent;
        private final List<Record> records = new ArrayList<>();
        private int trimmed;
        private boolean closed;
        private boolean silent;

        private Shard(@Nullable String parent) {
            this.parent = parent;
        }
    }

    synchronized void open(String shard, @Nullable String parent) {
        shards.put(shard, new Shard(parent));
    }

    synchronized void close(String shard) {
        shard(shard).closed = true;
    }

    /** Closes it without telling who reads it, as DynamoDB Local does with one that was trimmed whole. */
    synchronized void closeSilently(String shard) {
        shard(shard).closed = true;
        shard(shard).silent = true;
    }

    synchronized void drop(String shard) {
        shards.remove(shard);
    }

    /** Drops the first records of a shard. */
    synchronized void trim(String shard, int records) {
        shard(shard).trimmed = records;
    }

    /** The next call on a shard fails like this. */
    synchronized void failNext(Kind kind) {
        failures.add(kind);
    }

    /** Writes an item; its sequence number has one digit more or less than its neighbours', and zeros before it. */
    synchronized void write(String shard, String id) {
        int number = shard(shard).records.size() + 1;
        shard(shard).records.add(record("00" + number, id));
    }

    static Record record(String sequenceNumber, String id) {
        Map<String, AttributeValue> item = Map.of("id", AttributeValue.fromS(id));
        return Record.builder()
                .eventName(OperationType.INSERT)
                .dynamodb(StreamRecord.builder()
                        .keys(item)
                        .newImage(item)
                        .sequenceNumber(sequenceNumber)
                        .build())
                .build();
    }

    private Shard shard(String id) {
        Shard shard = shards.get(id);
        if (shard == null) {
            throw new StreamException(Kind.GONE, "there is no shard " + id, null);
        }
        return shard;
    }

    @Override
    public synchronized List<ShardPlan.Listed> shards(String streamArn) {
        return shards.entrySet().stream()
                .map(shard -> new ShardPlan.Listed(shard.getKey(), shard.getValue().parent, shard.getValue().closed))
                .toList();
    }

    @Override
    public synchronized String iterator(String streamArn, String shard, @Nullable SequenceNumber after) {
        failIfToldTo();
        int from = after == null ? shard(shard).trimmed : after.value().intValueExact();
        if (from < shard(shard).trimmed) {
            throw new StreamException(Kind.TRIMMED, "trimmed", null);
        }
        if (!opened.contains(shard)) {
            opened.add(shard);
        }
        asked.add(shard + " " + (after == null ? "TRIM_HORIZON" : after.digits()));
        return issue(shard, from);
    }

    private String issue(String shard, int from) {
        String iterator = "iterator-" + ++issued;
        iterators.put(iterator, shard + " " + from);
        return iterator;
    }

    @Override
    public synchronized Page read(String iterator) {
        failIfToldTo();
        String[] place = String.valueOf(iterators.get(iterator)).split(" ", -1);
        Shard shard = shard(place[0]);
        int from = Integer.parseInt(place[1]);
        if (from < shard.trimmed) {
            throw new StreamException(Kind.TRIMMED, "trimmed", null);
        }
        List<Record> page = List.copyOf(shard.records.subList(from, Math.min(shard.records.size(), from + 3)));
        boolean end = shard.closed && !shard.silent && from + page.size() == shard.records.size();
        return new Page(page, end ? null : issue(place[0], from + page.size()));
    }

    private void failIfToldTo() {
        Kind failure = failures.poll();
        if (failure != null) {
            throw new StreamException(failure, "told to fail: " + failure, null);
        }
    }
}
