package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.IndexKeys;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.version.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A write as it is sent: the caller's own bytes, or these with a version put in, or an image asked for that the caller did not ask for. Knows
 * what to make of the answer.
 */
final class OutgoingWrite {

    private final ApiRequest request;
    private final ApiRequest toSend;
    private final @Nullable ItemWrite write;
    private final ReturnValues returned;
    private final boolean edited;
    private final @Nullable Version stamp;

    private OutgoingWrite(
            ApiRequest request,
            ApiRequest toSend,
            @Nullable ItemWrite write,
            ReturnValues returned,
            boolean edited,
            @Nullable Version stamp) {
        this.request = request;
        this.toSend = toSend;
        this.write = write;
        this.returned = returned;
        this.edited = edited;
        this.stamp = stamp;
    }

    /** A request that is sent as it is and not looked into. */
    static OutgoingWrite opaque(ApiRequest request) {
        return new OutgoingWrite(request, request, null, ReturnValues.NONE, false, null);
    }

    /**
     * A write of one item.
     *
     * @param returned the image to ask for
     * @param stamping what puts a version into it; empty if nothing does
     * @param stamp that version
     */
    static OutgoingWrite of(
            ApiRequest request,
            ItemWrite write,
            ReturnValues returned,
            List<Splice> stamping,
            @Nullable Version stamp) {
        List<Splice> splices = new ArrayList<>(stamping);
        if (returned != write.returned()) {
            splices.add(write.returning(returned));
        }
        return new OutgoingWrite(
                request,
                spliced(request, splices),
                write,
                returned,
                !splices.isEmpty(),
                stamping.isEmpty() ? null : stamp);
    }

    /** A write of several items, each with a version of its own; nothing is learned from its answer. */
    static OutgoingWrite batch(ApiRequest request, List<Splice> stamping) {
        return new OutgoingWrite(
                request, spliced(request, stamping), null, ReturnValues.NONE, !stamping.isEmpty(), null);
    }

    private static ApiRequest spliced(ApiRequest request, List<Splice> splices) {
        if (splices.isEmpty()) {
            return request;
        }
        List<Splice> inOrder = new ArrayList<>(splices);
        inOrder.sort(Comparator.comparingInt(Splice::from));
        return request.withBody(Bodies.wrap(Splice.apply(Bodies.slice(request.body()), inOrder)));
    }

    ApiRequest toSend() {
        return toSend;
    }

    /** Whether something else is sent than the caller's own bytes. */
    boolean isEdited() {
        return edited;
    }

    /** Whether versions were put into it. */
    boolean isStamped() {
        return stamp != null || (write == null && edited);
    }

    /** The same write, sent as the caller wrote it. */
    OutgoingWrite unedited() {
        return write == null ? opaque(request) : of(request, write, write.returned(), List.of(), null);
    }

    /**
     * What the answer to a successful write says about its item.
     *
     * @param table as it is described now; null if it is not
     * @param nowNanos the ticker's reading now
     */
    Learned learn(UpstreamAnswer answer, ItemAnswers answers, @Nullable TableDescription table, long nowNanos) {
        if (write == null) {
            return Learned.NOTHING;
        }
        CachedItem item = null;
        try {
            item = left(write, answer, answers, nowNanos);
        } catch (NotUnderstoodException e) {
            // Its form is in doubt, which says nothing against its keys.
        }
        try {
            return new Learned(item, table == null ? null : places(write, answer, table));
        } catch (NotUnderstoodException e) {
            return new Learned(item, null);
        }
    }

    /** Where the item stood in indexes; null when nothing of that is known. */
    private @Nullable List<IndexKeys> places(ItemWrite write, UpstreamAnswer answer, TableDescription table)
            throws NotUnderstoodException {
        if (table.indexes().isEmpty()) {
            return List.of();
        }
        Set<String> names = table.indexAttributes();
        JsonSlice item = write.member("Item");
        JsonSlice key = write.member("Key");
        if (returned == ReturnValues.ALL_OLD) {
            IndexedImage before = image(answer, names);
            IndexedImage after = IndexedImage.ABSENT;
            if (item != null) {
                after = IndexedImage.read(item, names);
            } else if (write.operation() == Operation.UPDATE_ITEM && key != null) {
                after = AttributeChanges.of(write, names).after(before, IndexedImage.read(key, names));
            }
            return IndexedImage.places(table.indexes(), before, after);
        }
        if (returned == ReturnValues.ALL_NEW) {
            if (Member.find(Bodies.slice(answer.body()), "Attributes") == null) {
                return null;
            }
            IndexedImage after = image(answer, names);
            return IndexedImage.places(
                    table.indexes(), AttributeChanges.of(write, names).before(after), after);
        }
        return null;
    }

    private static IndexedImage image(UpstreamAnswer answer, Set<String> names) throws NotUnderstoodException {
        Member image = Member.find(Bodies.slice(answer.body()), "Attributes");
        return image == null ? IndexedImage.ABSENT : IndexedImage.read(image.value(), names);
    }

    private @Nullable CachedItem left(ItemWrite write, UpstreamAnswer answer, ItemAnswers answers, long nowNanos)
            throws NotUnderstoodException {
        return switch (write.operation()) {
            case PUT_ITEM -> {
                JsonSlice item = write.member("Item");
                yield item == null
                        ? null
                        : stamp == null
                                ? answers.present(StoredForm.of(item), true, nowNanos)
                                : ItemAnswers.stamped(StoredForm.of(item), stamp, nowNanos);
            }
            case DELETE_ITEM -> CachedItem.absent(true, nowNanos);
            default -> {
                Member image = returned == ReturnValues.ALL_NEW
                        ? Member.find(Bodies.slice(answer.body()), "Attributes")
                        : null;
                yield image == null ? null : answers.present(image.value(), true, nowNanos);
            }
        };
    }

    /** The answer as the caller asked for it; the version attribute may still be in it. */
    UpstreamAnswer shown(UpstreamAnswer answer, String versionAttribute) {
        if (write == null || !edited || !answer.ok()) {
            return answer;
        }
        JsonSlice body = Bodies.slice(answer.body());
        try {
            Member image = Member.find(body, "Attributes");
            boolean wanted = returned == write.returned()
                    && (stamp == null || image == null || !isOnly(image.value(), versionAttribute));
            return image == null || wanted
                    ? answer
                    : new UpstreamAnswer(
                            answer.status(), Bodies.wrap(Splice.apply(body, List.of(image.cut()))), answer.requestId());
        } catch (NotUnderstoodException e) {
            return answer;
        }
    }

    /** Whether an image says nothing but what the proxy added to the write. */
    private static boolean isOnly(JsonSlice image, String attribute) throws NotUnderstoodException {
        JsonCursor cursor = image.cursor();
        cursor.enterObject();
        if (!cursor.nextName() || !cursor.nameText().equals(attribute)) {
            return false;
        }
        cursor.skipValue();
        return !cursor.nextName();
    }
}
