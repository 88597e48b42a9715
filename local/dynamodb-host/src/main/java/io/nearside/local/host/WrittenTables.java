package io.nearside.local.host;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which tables a request may write, from its operation and its body. May name a few too many, never one too few. */
final class WrittenTables {
    private static final Pattern PREFIX = Pattern.compile("DynamoDB(Streams)?_\\d{8}\\.");
    private static final Set<String> READS =
            Set.of("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan", "GetRecords", "GetShardIterator");
    private static final Set<String> DEFINITIONS =
            Set.of("CreateTable", "DeleteTable", "UpdateTable", "UpdateTimeToLive");
    private static final Set<String> OF_NAMED_TABLES =
            Set.of("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems");

    /** A name with an escape in it is not matched whole, and then nothing is said of any table. */
    private static final Pattern NAMED = Pattern.compile("\"TableName\"\\s*:\\s*\"([^\"]*)\"");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{3,255}");

    private WrittenTables() {}

    static String operation(String target) {
        return PREFIX.matcher(target).replaceFirst("");
    }

    /** Whether it neither writes items nor changes tables. */
    static boolean isRead(String operation) {
        return READS.contains(operation) || operation.startsWith("Describe") || operation.startsWith("List");
    }

    /** Whether it makes, changes or deletes tables. */
    static boolean isDefinition(String operation) {
        return DEFINITIONS.contains(operation);
    }

    /** The tables it names; empty if that does not tell. */
    static Set<String> of(String operation, String body) {
        if (!OF_NAMED_TABLES.contains(operation)) {
            return Set.of();
        }
        Set<String> tables = new HashSet<>();
        Matcher named = NAMED.matcher(body);
        while (named.find()) {
            String name = named.group(1).substring(named.group(1).lastIndexOf('/') + 1);
            if (!NAME.matcher(name).matches()) {
                return Set.of();
            }
            tables.add(name);
        }
        return tables;
    }
}
