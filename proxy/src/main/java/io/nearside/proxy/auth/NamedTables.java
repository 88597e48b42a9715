package io.nearside.proxy.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds every table that a request's body names, by name or ARN. May find more than there are, never fewer, except in
 * PartiQL statements, which are not looked into.
 */
public final class NamedTables {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> MEMBERS = Set.of(
            "TableName",
            "TableArn",
            "ResourceArn",
            "StreamArn",
            "SourceTableName",
            "SourceTableArn",
            "TargetTableName",
            "GlobalTableName",
            "BackupArn");

    private NamedTables() {}

    /** The tables named, empty if the body is not JSON: such a request cannot be carried out anyway. */
    public static List<String> in(Buffer body) {
        List<String> tables = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(body.getBytes())) {
            while (parser.nextToken() != null) {
                collect(parser, tables);
            }
        } catch (IOException e) {
            return List.of();
        }
        return tables;
    }

    /** Attributes may be called {@code TableName} too, but their values are never plain strings. */
    private static void collect(JsonParser parser, List<String> tables) throws IOException {
        String member = parser.currentName();
        if (parser.currentToken() == JsonToken.VALUE_STRING && member != null && MEMBERS.contains(member)) {
            tables.add(parser.getText());
        } else if (parser.currentToken() == JsonToken.FIELD_NAME && insideRequestItems(parser)) {
            tables.add(parser.currentName());
        }
    }

    private static boolean insideRequestItems(JsonParser parser) {
        var parent = parser.getParsingContext().getParent();
        return parent != null
                && parent.getParent() != null
                && parent.getParent().inRoot()
                && "RequestItems".equals(parent.getCurrentName());
    }
}
