package io.nearside.load.replication;

import io.nearside.load.workload.Requests;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

/** The writes of a run, each with a number and so with a content of its own: what changes nothing makes no record in a stream. */
final class Changes {
    private static final int COUNTER_BITS = 16;
    /** A type byte, the version, and the write id, which is zero for an application's write. */
    private static final int VERSION_BYTES = 1 + 12 + 8;

    private static final String VERSION = "nearside:v";

    private final int itemBytes;
    private final int keys;

    /** One thread writes at a time. */
    private int written;

    private long lastClock;

    /**
     * @param keys the writes go round among so many
     */
    Changes(int itemBytes, int keys) {
        this.itemBytes = itemBytes;
        this.keys = keys;
    }

    /** Writes as an application does that knows nothing of versions. */
    CompletableFuture<String> put(Endpoint to) {
        return to.send("PutItem", item().encode());
    }

    /** Writes as a proxy does that stamps inline. */
    CompletableFuture<String> putWithVersion(Endpoint to) {
        var body = item();
        stamp(body, nextVersion());
        return to.send("PutItem", body.encode());
    }

    /** Writes as the applier does: the item with its version, on condition that what is there is older. */
    CompletableFuture<String> putIfNewer(Endpoint to) {
        return to.send("PutItem", conditional(item(), nextVersion()).encode());
    }

    /** Writes to one region, then to another if that is older: what replicating a change cannot do without. */
    CompletableFuture<String> putToBoth(Endpoint first, Endpoint second) {
        var version = nextVersion();
        var body = item();
        stamp(body, version);
        String conditional = conditional(body.copy(), version).encode();
        return first.send("PutItem", body.encode()).thenCompose(done -> second.send("PutItem", conditional));
    }

    private JsonObject item() {
        int number = ++written;
        var body = new JsonObject(Requests.putItem(number % keys, itemBytes));
        body.getJsonObject("Item").put("n", new JsonObject().put("N", String.valueOf(number)));
        return body;
    }

    private static void stamp(JsonObject body, JsonObject version) {
        body.getJsonObject("Item").put(VERSION, version);
    }

    private static JsonObject conditional(JsonObject body, JsonObject version) {
        stamp(body, version);
        return body.put("ConditionExpression", "attribute_not_exists(pk) OR #v < :v")
                .put("ExpressionAttributeNames", new JsonObject().put("#v", VERSION))
                .put("ExpressionAttributeValues", new JsonObject().put(":v", version));
    }

    private JsonObject nextVersion() {
        lastClock = Math.max(lastClock + 1, System.currentTimeMillis() << COUNTER_BITS);
        byte[] bytes = ByteBuffer.allocate(VERSION_BYTES)
                .put((byte) 1)
                .putLong(lastClock)
                .putShort((short) 1)
                .putShort((short) 1)
                .array();
        return new JsonObject().put("B", Base64.getEncoder().encodeToString(bytes));
    }
}
