package io.nearside.proxy.name;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ARN of a table, or of something that belongs to one: an index, a stream, a backup.
 *
 * @param table the ARN of the table itself, {@code arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME}
 * @param name the table's name; in which account and region, the ARN tells
 * @param part what of the table is meant, {@code stream/LABEL} for instance; empty for the table itself
 */
public record TableArn(String table, String name, String part) {

    /** The most characters that DynamoDB takes where a table may be named by its ARN. */
    public static final int LONGEST = 1024;

    private static final int COLONS_BEFORE_RESOURCE = 5;
    private static final String SERVICE = ":dynamodb:";
    private static final String RESOURCE = "table/";

    public TableArn {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(part, "part");
        if (!TableNames.isPlain(name) || !table.endsWith("/" + name)) {
            throw new IllegalArgumentException("name: " + name + " is not that of " + table);
        }
    }

    /** Reads an ARN; null when the text is none of a table or a part of one. Linear in at most {@value #LONGEST} characters. */
    public static @Nullable TableArn parse(String text) {
        int resource = text.length() > LONGEST ? -1 : resource(text);
        if (resource < 0 || !text.startsWith(RESOURCE, resource)) {
            return null;
        }
        int from = resource + RESOURCE.length();
        int slash = text.indexOf('/', from);
        int to = slash < 0 ? text.length() : slash;
        boolean partWithoutName = slash == text.length() - 1;
        return partWithoutName || !TableNames.isPlain(text, from, to)
                ? null
                : new TableArn(
                        text.substring(0, to), text.substring(from, to), slash < 0 ? "" : text.substring(slash + 1));
    }

    /** Whether it is the ARN of a table, not of a part of one. */
    public boolean isTable() {
        return part.isEmpty();
    }

    /** What all tables of the account and region have in front of their names. */
    public String account() {
        return table.substring(0, table.length() - name.length());
    }

    /** Where the resource begins, behind partition, service, region and account; -1 when that is not DynamoDB's. */
    private static int resource(String text) {
        if (!text.startsWith("arn:")) {
            return -1;
        }
        int service = text.indexOf(':', "arn:".length());
        if (service < 0 || !text.startsWith(SERVICE, service)) {
            return -1;
        }
        int at = -1;
        for (int colons = 0; colons < COLONS_BEFORE_RESOURCE; colons++) {
            at = text.indexOf(':', at + 1);
            if (at < 0) {
                return -1;
            }
        }
        return at + 1;
    }
}
