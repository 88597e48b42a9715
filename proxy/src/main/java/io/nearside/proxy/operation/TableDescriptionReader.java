package io.nearside.proxy.operation;

import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the answer to DescribeTable. */
final class TableDescriptionReader {

    private String name = "";
    private String arn = "";
    private String id = "";
    private String created = "";
    private String status = "";
    private final Map<String, KeyType> types = new HashMap<>();
    private @Nullable Map<String, String> keyRoles;
    private final List<RawIndex> indexes = new ArrayList<>();

    private TableDescriptionReader() {}

    /**
     * What DescribeTable answered.
     *
     * @param arn {@code TableArn}; empty where a compatible endpoint gives none
     * @param id {@code TableId}, or the time of creation where a compatible endpoint gives no id
     * @param deleting whether the table is on its way out
     */
    record Described(
            String name,
            String arn,
            String id,
            boolean deleting,
            KeySchema key,
            List<TableDescription.Index> indexes) {}

    private record RawIndex(
            String name, @Nullable Map<String, String> keyRoles, boolean global, String projection, String status) {}

    static Described read(JsonSlice body) throws NotUnderstoodException {
        return new TableDescriptionReader().document(body.cursor());
    }

    private Described document(JsonCursor cursor) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("Table")) {
                table(cursor);
            } else {
                cursor.skipValue();
            }
        }
        if (keyRoles == null) {
            throw new NotUnderstoodException("a table without a key");
        }
        String identity = id.isEmpty() ? "created " + created : id;
        List<TableDescription.Index> described = new ArrayList<>();
        for (RawIndex index : indexes) {
            if (index.status.equals("DELETING")) {
                continue;
            }
            KeySchema key = index.keyRoles == null ? null : schema(index.keyRoles);
            described.add(new TableDescription.Index(index.name, key, index.global, index.projection));
        }
        return new Described(name, arn, identity, status.equals("DELETING"), schema(keyRoles), described);
    }

    private void table(JsonCursor cursor) throws NotUnderstoodException {
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("TableName")) {
                name = cursor.text();
            } else if (cursor.nameIs("TableArn")) {
                arn = cursor.text();
            } else if (cursor.nameIs("TableId")) {
                id = cursor.text();
            } else if (cursor.nameIs("TableStatus")) {
                status = cursor.text();
            } else if (cursor.nameIs("CreationDateTime")) {
                created = cursor.skipValue().text();
            } else if (cursor.nameIs("AttributeDefinitions")) {
                attributeTypes(cursor);
            } else if (cursor.nameIs("KeySchema")) {
                keyRoles = keyRoles(cursor);
            } else if (cursor.nameIs("LocalSecondaryIndexes")) {
                indexes(cursor, false);
            } else if (cursor.nameIs("GlobalSecondaryIndexes")) {
                indexes(cursor, true);
            } else {
                cursor.skipValue();
            }
        }
    }

    private void attributeTypes(JsonCursor cursor) throws NotUnderstoodException {
        cursor.enterArray();
        while (cursor.nextElement()) {
            String attribute = "";
            String type = "";
            cursor.enterObject();
            while (cursor.nextName()) {
                if (cursor.nameIs("AttributeName")) {
                    attribute = cursor.text();
                } else if (cursor.nameIs("AttributeType")) {
                    type = cursor.text();
                } else {
                    cursor.skipValue();
                }
            }
            types.put(attribute, type(type));
        }
    }

    /** Attribute names by role, {@code HASH} or {@code RANGE}; null for a key of several attributes in one role. */
    private static @Nullable Map<String, String> keyRoles(JsonCursor cursor) throws NotUnderstoodException {
        Map<String, String> roles = new HashMap<>();
        boolean composite = false;
        cursor.enterArray();
        while (cursor.nextElement()) {
            String attribute = "";
            String role = "";
            cursor.enterObject();
            while (cursor.nextName()) {
                if (cursor.nameIs("AttributeName")) {
                    attribute = cursor.text();
                } else if (cursor.nameIs("KeyType")) {
                    role = cursor.text();
                } else {
                    cursor.skipValue();
                }
            }
            composite |= roles.put(role, attribute) != null;
        }
        return composite ? null : roles;
    }

    private void indexes(JsonCursor cursor, boolean global) throws NotUnderstoodException {
        cursor.enterArray();
        while (cursor.nextElement()) {
            String index = "";
            Map<String, String> roles = null;
            String projection = "";
            String state = "";
            cursor.enterObject();
            while (cursor.nextName()) {
                if (cursor.nameIs("IndexName")) {
                    index = cursor.text();
                } else if (cursor.nameIs("KeySchema")) {
                    roles = keyRoles(cursor);
                } else if (cursor.nameIs("Projection")) {
                    projection = projection(cursor);
                } else if (cursor.nameIs("IndexStatus")) {
                    state = cursor.text();
                } else {
                    cursor.skipValue();
                }
            }
            indexes.add(new RawIndex(index, roles, global, projection, state));
        }
    }

    /** The kind of projection and the attributes it names, in one order. */
    private static String projection(JsonCursor cursor) throws NotUnderstoodException {
        String kind = "";
        SortedSet<String> attributes = new TreeSet<>();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (cursor.nameIs("ProjectionType")) {
                kind = cursor.text();
            } else if (cursor.nameIs("NonKeyAttributes")) {
                cursor.enterArray();
                while (cursor.nextElement()) {
                    attributes.add(cursor.text());
                }
            } else {
                cursor.skipValue();
            }
        }
        return kind + attributes;
    }

    private KeySchema schema(Map<String, String> roles) throws NotUnderstoodException {
        KeyAttribute partition = attribute(roles.get("HASH"));
        if (partition == null) {
            throw new NotUnderstoodException("a key without a partition key");
        }
        return new KeySchema(partition, attribute(roles.get("RANGE")));
    }

    private @Nullable KeyAttribute attribute(@Nullable String attribute) throws NotUnderstoodException {
        if (attribute == null) {
            return null;
        }
        KeyType type = types.get(attribute);
        if (type == null) {
            throw new NotUnderstoodException("a key attribute without a type");
        }
        return new KeyAttribute(attribute, type);
    }

    private static KeyType type(String letter) throws NotUnderstoodException {
        return switch (letter) {
            case "S" -> KeyType.S;
            case "N" -> KeyType.N;
            case "B" -> KeyType.B;
            default -> throw new NotUnderstoodException("an unknown attribute type");
        };
    }
}
