package io.nearside.proxy.operation;

import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedPage;
import io.nearside.proxy.cache.TablePolicy;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Leaves items past their Time to Live out of answers, for tables whose policy says so (hazard C26). DynamoDB itself returns them
 * until it has deleted them, which may take days. Judged when the answer is given, so nothing of it is kept.
 *
 * <p>By DynamoDB's rules (Developer Guide, "Using time to live"): only a number is a time, and one that is more than five years
 * past is none.
 */
final class ExpiredItems {

    private static final BigDecimal FIVE_YEARS =
            BigDecimal.valueOf(Duration.ofDays(5 * 365).toSeconds());

    private final InstantSource wall;

    /** @param wall the clock that expiry is judged by */
    ExpiredItems(InstantSource wall) {
        this.wall = wall;
    }

    /** The item, or its absence if it is to be hidden. */
    CachedItem shown(TablePolicy policy, CachedItem item) {
        String attribute = policy.hidesExpiredBy();
        if (attribute == null || item.isAbsent()) {
            return item;
        }
        try {
            return isPast(ItemAnswers.item(item), attribute) ? item.hidden() : item;
        } catch (NotUnderstoodException | NumberFormatException e) {
            return item;
        }
    }

    /** The page, or one like it without what is to be hidden. */
    CachedPage shown(TablePolicy policy, CachedPage page) {
        JsonSlice body = JsonSlice.of(page.body());
        JsonSlice shown = shown(policy, body);
        return shown == body ? page : page.showing(shown.bytes());
    }

    /**
     * The answer to a Query or Scan, or one like it without what is to be hidden: as if a filter had left it out, so that
     * {@code Count} is less and {@code ScannedCount} and {@code LastEvaluatedKey} are as they were.
     */
    JsonSlice shown(TablePolicy policy, JsonSlice body) {
        String attribute = policy.hidesExpiredBy();
        if (attribute == null) {
            return body;
        }
        try {
            return withoutPast(body, attribute);
        } catch (NotUnderstoodException | NumberFormatException e) {
            return body;
        }
    }

    private JsonSlice withoutPast(JsonSlice body, String attribute) throws NotUnderstoodException {
        ByteArrayOutputStream shown = new ByteArrayOutputStream(body.length());
        int hidden = 0;
        int count = 0;
        char separator = '{';
        JsonCursor cursor = body.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("Count")) {
                cursor.skipValue();
                continue;
            }
            shown.write(separator);
            separator = ',';
            JsonSlice name = cursor.name();
            shown.write(body.bytes(), name.from() - 1, name.length() + 2);
            shown.write(':');
            if (!cursor.nameIs("Items")) {
                write(shown, cursor.skipValue());
                continue;
            }
            shown.write('[');
            cursor.enterArray();
            while (cursor.nextElement()) {
                JsonSlice item = cursor.skipValue();
                if (isPast(item, attribute)) {
                    hidden++;
                } else {
                    if (count++ > 0) {
                        shown.write(',');
                    }
                    write(shown, item);
                }
            }
            shown.write(']');
        }
        cursor.finish();
        if (hidden == 0) {
            return body;
        }
        shown.writeBytes((separator + "\"Count\":" + count + "}").getBytes(StandardCharsets.US_ASCII));
        return JsonSlice.of(shown.toByteArray());
    }

    private boolean isPast(JsonSlice item, String attribute) throws NotUnderstoodException {
        JsonCursor cursor = item.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameText().equals(attribute)) {
                return isPast(cursor);
            }
            cursor.skipValue();
        }
        return false;
    }

    private boolean isPast(JsonCursor value) throws NotUnderstoodException {
        value.enterObject();
        if (!value.nextName() || !value.nameIs("N")) {
            return false;
        }
        BigDecimal second = new BigDecimal(value.text());
        BigDecimal now = BigDecimal.valueOf(wall.instant().getEpochSecond());
        return second.compareTo(now) <= 0 && second.compareTo(now.subtract(FIVE_YEARS)) > 0;
    }

    private static void write(ByteArrayOutputStream to, JsonSlice slice) {
        to.write(slice.bytes(), slice.from(), slice.length());
    }
}
