package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Leaves the version attribute out of answers.
 *
 * <p>An answer that does not contain the name costs one search of its bytes and is passed on as it is. In others the
 * attribute is cut out of the items, wherever an answer of DynamoDB or of its streams holds items, and nowhere else: a
 * value, or a member of a nested map, may be called anything.
 */
final class VersionInAnswers {

    private static final Place ROOT = answers();

    private final VersionStamps stamps;
    private final String name;
    private final byte[] utf8;

    VersionInAnswers(VersionStamps stamps) {
        this.stamps = stamps;
        this.name = stamps.attribute();
        this.utf8 = name.getBytes(StandardCharsets.UTF_8);
    }

    /** The answer without the attribute; the same answer when it does not contain it. */
    UpstreamAnswer hide(UpstreamAnswer answer) {
        JsonSlice body = Bodies.slice(answer.body());
        if (body.indexOf(utf8, body.from()) < 0) {
            return answer;
        }
        List<Splice> cuts = new ArrayList<>();
        try {
            cut(body.cursor(), ROOT, cuts);
        } catch (NotUnderstoodException e) {
            // Not JSON, so not an answer with items.
            return answer;
        }
        if (cuts.isEmpty()) {
            return answer;
        }
        Buffer shortened = Bodies.wrap(Splice.apply(body, cuts));
        return new UpstreamAnswer(answer.status(), shortened, answer.requestId());
    }

    /** One item without the attribute, and what the attribute said. */
    StrippedItem strip(JsonSlice item) throws NotUnderstoodException {
        if (item.indexOf(utf8, item.from()) < 0) {
            return new StrippedItem(item, null);
        }
        List<Splice> cuts = new ArrayList<>();
        Version version = cutFromItem(item.cursor(), cuts);
        return cuts.isEmpty()
                ? new StrippedItem(item, null)
                : new StrippedItem(JsonSlice.of(Splice.apply(item, cuts)), version);
    }

    /**
     * An item as callers may see it.
     *
     * @param version the version it carried; null when it carried none that makes sense
     */
    record StrippedItem(JsonSlice item, @Nullable Version version) {}

    private void cut(JsonCursor cursor, Place place, List<Splice> cuts) throws NotUnderstoodException {
        if (place.item && cursor.atObject()) {
            cutFromItem(cursor, cuts);
        } else if (cursor.atObject()) {
            cursor.enterObject();
            while (cursor.nextName()) {
                descend(cursor, place.member(cursor.nameText()), cuts);
            }
        } else if (cursor.atArray()) {
            cursor.enterArray();
            while (cursor.nextElement()) {
                descend(cursor, place.elements, cuts);
            }
        } else {
            cursor.skipValue();
        }
    }

    private void descend(JsonCursor cursor, @Nullable Place place, List<Splice> cuts) throws NotUnderstoodException {
        if (place == null) {
            cursor.skipValue();
        } else {
            cut(cursor, place, cuts);
        }
    }

    /** Cuts the attribute with the comma before it, or, if it is the first, with the comma after it. */
    private @Nullable Version cutFromItem(JsonCursor cursor, List<Splice> cuts) throws NotUnderstoodException {
        Version version = null;
        int endOfPrevious = -1;
        int cutFirstFrom = -1;
        int cutFirstTo = -1;
        cursor.enterObject();
        while (cursor.nextName()) {
            int nameFrom = cursor.name().from() - 1;
            if (cutFirstFrom >= 0) {
                cuts.add(Splice.cut(cutFirstFrom, nameFrom));
                cutFirstFrom = -1;
            }
            boolean found = cursor.nameText().equals(name);
            JsonSlice value = cursor.skipValue();
            if (found) {
                version = version(value);
            }
            if (found && endOfPrevious >= 0) {
                cuts.add(Splice.cut(endOfPrevious, value.to()));
            } else if (found) {
                cutFirstFrom = nameFrom;
                cutFirstTo = value.to();
            } else {
                endOfPrevious = value.to();
            }
        }
        if (cutFirstFrom >= 0) {
            cuts.add(Splice.cut(cutFirstFrom, cutFirstTo));
        }
        return version;
    }

    private @Nullable Version version(JsonSlice value) throws NotUnderstoodException {
        JsonCursor cursor = value.cursor();
        cursor.enterObject();
        if (!cursor.nextName() || !cursor.nameIs("B") || !cursor.atString()) {
            return null;
        }
        try {
            Stamp stamp = Stamp.ofBytes(Base64.getDecoder().decode(cursor.text()));
            if (stamp == null) {
                return null;
            }
            stamps.observe(stamp.version());
            return stamp.version();
        } catch (IllegalArgumentException e) {
            // An application's own value under our name: no version.
            return null;
        }
    }

    /** Every place of every answer that holds an item, by the API reference of DynamoDB and of its streams. */
    private static Place answers() {
        Place root = new Place();
        root.at("Item");
        root.at("Attributes");
        root.at("Items", "[]");
        root.at("Responses", "[]", "Item");
        root.at("Responses", "[]", "Error", "Item");
        root.at("Responses", "*", "[]");
        root.at("UnprocessedItems", "*", "[]", "PutRequest", "Item");
        root.at("CancellationReasons", "[]", "Item");
        root.at("Records", "[]", "dynamodb", "NewImage");
        root.at("Records", "[]", "dynamodb", "OldImage");
        return root;
    }

    /** A position in the tree of an answer; built once, then only read. */
    private static final class Place {

        private final Map<String, Place> members = new HashMap<>();
        private @Nullable Place anyMember;
        private @Nullable Place elements;
        private boolean item;

        @Nullable Place member(String name) {
            Place named = members.get(name);
            return named == null ? anyMember : named;
        }

        void at(String... path) {
            Place place = this;
            for (String step : path) {
                place = place.step(step);
            }
            place.item = true;
        }

        private Place step(String step) {
            if (step.equals("[]")) {
                elements = elements == null ? new Place() : elements;
                return elements;
            }
            if (step.equals("*")) {
                anyMember = anyMember == null ? new Place() : anyMember;
                return anyMember;
            }
            return members.computeIfAbsent(step, name -> new Place());
        }
    }
}
