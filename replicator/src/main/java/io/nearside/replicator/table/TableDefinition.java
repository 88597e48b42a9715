package io.nearside.replicator.table;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * The shape of a table, as one region announces it to the others, so that they can create the same one.
 *
 * <p>Throughput is not part of it: a table created from a definition is billed on demand.
 *
 * @param table the table's name
 * @param attributes every attribute that some key names
 * @param key the primary key, partition first
 * @param globalIndexes by name
 * @param localIndexes by name
 */
public record TableDefinition(
        String table,
        List<Attribute> attributes,
        List<KeyElement> key,
        List<Index> globalIndexes,
        List<Index> localIndexes) {

    /** An attribute of a key; {@code type} is S, N or B. */
    public record Attribute(String name, String type) {}

    /** An attribute's place in a key; {@code role} is HASH or RANGE. A global index may have up to four attributes in each role. */
    public record KeyElement(String name, String role) {}

    /**
     * A secondary index.
     *
     * @param key partition attributes first, each role's in the order in which the index has them
     * @param projection ALL, KEYS_ONLY or INCLUDE
     * @param include the attributes of an INCLUDE projection
     */
    public record Index(String name, List<KeyElement> key, String projection, List<String> include) {

        public Index {
            key = List.copyOf(key);
            include = List.copyOf(include);
        }
    }

    public TableDefinition {
        attributes = attributes.stream()
                .sorted(Comparator.comparing(Attribute::name))
                .toList();
        key = List.copyOf(key);
        globalIndexes =
                globalIndexes.stream().sorted(Comparator.comparing(Index::name)).toList();
        localIndexes =
                localIndexes.stream().sorted(Comparator.comparing(Index::name)).toList();
    }

    /** This definition, of a table of another name. */
    public TableDefinition named(String name) {
        return new TableDefinition(name, attributes, key, globalIndexes, localIndexes);
    }

    /** The definition of a table as DescribeTable shows it. */
    public static TableDefinition of(TableDescription description) {
        return new TableDefinition(
                description.tableName(),
                description.attributeDefinitions().stream()
                        .map(a -> new Attribute(a.attributeName(), a.attributeTypeAsString()))
                        .toList(),
                key(description.keySchema()),
                description.globalSecondaryIndexes().stream()
                        .map(index -> index(index.indexName(), index.keySchema(), index.projection()))
                        .toList(),
                description.localSecondaryIndexes().stream()
                        .map(index -> index(index.indexName(), index.keySchema(), index.projection()))
                        .toList());
    }

    private static Index index(String name, List<KeySchemaElement> key, @Nullable Projection projection) {
        return projection == null
                ? new Index(name, key(key), "ALL", List.of())
                : new Index(name, key(key), projection.projectionTypeAsString(), projection.nonKeyAttributes());
    }

    private static List<KeyElement> key(List<KeySchemaElement> key) {
        return key.stream()
                .sorted(Comparator.comparing(KeySchemaElement::keyType))
                .map(element -> new KeyElement(element.attributeName(), element.keyTypeAsString()))
                .toList();
    }

    /** The request that creates this table, billed on demand, with a stream of old and new images. */
    public CreateTableRequest toRequest() {
        CreateTableRequest.Builder request = CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attributes.stream()
                        .map(a -> AttributeDefinition.builder()
                                .attributeName(a.name())
                                .attributeType(a.type())
                                .build())
                        .toList())
                .keySchema(elements(key))
                .streamSpecification(StreamSpecification.builder()
                        .streamEnabled(true)
                        .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)
                        .build());
        if (!globalIndexes.isEmpty()) {
            request.globalSecondaryIndexes(
                    globalIndexes.stream().map(TableDefinition::globalIndex).toList());
        }
        if (!localIndexes.isEmpty()) {
            request.localSecondaryIndexes(
                    localIndexes.stream().map(TableDefinition::localIndex).toList());
        }
        return request.build();
    }

    private static GlobalSecondaryIndex globalIndex(Index index) {
        return GlobalSecondaryIndex.builder()
                .indexName(index.name())
                .keySchema(elements(index.key()))
                .projection(projection(index))
                .build();
    }

    private static LocalSecondaryIndex localIndex(Index index) {
        return LocalSecondaryIndex.builder()
                .indexName(index.name())
                .keySchema(elements(index.key()))
                .projection(projection(index))
                .build();
    }

    private static Projection projection(Index index) {
        Projection.Builder projection = Projection.builder().projectionType(index.projection());
        return index.include().isEmpty()
                ? projection.build()
                : projection.nonKeyAttributes(index.include()).build();
    }

    private static List<KeySchemaElement> elements(List<KeyElement> key) {
        return key.stream()
                .map(element -> KeySchemaElement.builder()
                        .attributeName(element.name())
                        .keyType(element.role())
                        .build())
                .toList();
    }
}
