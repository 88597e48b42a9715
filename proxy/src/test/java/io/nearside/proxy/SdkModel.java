package io.nearside.proxy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/** Between {@link JsonTree} and the model objects of the AWS SDK, by what the SDK itself says of their members. */
final class SdkModel {

    private SdkModel() {}

    /** The SDK has no words for this: a member that it does not know, or a value of another type. */
    static final class NotExpressibleException extends Exception {
        NotExpressibleException(String message) {
            super(message);
        }
    }

    /** Fills a builder with the members of an object, and builds. */
    static Object build(SdkPojo builder, Object tree) throws NotExpressibleException {
        for (Map.Entry<String, Object> member : members(tree).entrySet()) {
            SdkField<?> field = builder.sdkFields().stream()
                    .filter(candidate -> candidate.locationName().equals(member.getKey()))
                    .findFirst()
                    .orElseThrow(() -> new NotExpressibleException("a member " + member.getKey()));
            field.set(builder, value(field, member.getValue()));
        }
        return ((Buildable) builder).build();
    }

    private static Object value(SdkField<?> field, Object tree) throws NotExpressibleException {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.SDK_POJO) {
            return build(field.constructor().get(), tree);
        }
        if (type == MarshallingType.LIST) {
            return list(field.getTrait(ListTrait.class).memberFieldInfo(), tree);
        }
        if (type == MarshallingType.MAP) {
            return map(field.getTrait(MapTrait.class).valueFieldInfo(), tree);
        }
        try {
            return tree instanceof JsonTree.Scalar scalar ? scalar(type, scalar.text()) : text(type, tree);
        } catch (IllegalArgumentException e) {
            throw new NotExpressibleException(field.locationName() + ": " + tree);
        }
    }

    private static List<Object> list(SdkField<?> element, Object tree) throws NotExpressibleException {
        if (!(tree instanceof List<?> elements)) {
            throw new NotExpressibleException("no list");
        }
        List<Object> values = new ArrayList<>();
        for (Object each : elements) {
            values.add(value(element, each));
        }
        return values;
    }

    private static Map<String, Object> map(SdkField<?> element, Object tree) throws NotExpressibleException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, Object> each : members(tree).entrySet()) {
            values.put(each.getKey(), value(element, each.getValue()));
        }
        return values;
    }

    private static Object text(MarshallingType<?> type, Object tree) throws NotExpressibleException {
        if (tree instanceof String text && type == MarshallingType.STRING) {
            return text;
        }
        if (tree instanceof String text && type == MarshallingType.SDK_BYTES) {
            return SdkBytes.fromByteArray(Base64.getDecoder().decode(text));
        }
        throw new NotExpressibleException("no text");
    }

    private static Object scalar(MarshallingType<?> type, String text) throws NotExpressibleException {
        if (type == MarshallingType.BOOLEAN && (text.equals("true") || text.equals("false"))) {
            return Boolean.valueOf(text);
        }
        if (type == MarshallingType.INTEGER) {
            return Integer.valueOf(text);
        }
        if (type == MarshallingType.LONG) {
            return Long.valueOf(text);
        }
        if (type == MarshallingType.DOUBLE) {
            return Double.valueOf(text);
        }
        if (type == MarshallingType.INSTANT) {
            return Instant.ofEpochMilli((long) (Double.parseDouble(text) * 1000));
        }
        throw new NotExpressibleException("no scalar");
    }

    private static Map<String, Object> members(Object tree) throws NotExpressibleException {
        if (!(tree instanceof Map<?, ?> object)) {
            throw new NotExpressibleException("no object");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        object.forEach((name, member) -> members.put((String) name, member));
        return members;
    }

    /** A model object as a tree: members that are not set are left out. */
    static Map<String, Object> tree(SdkPojo object) {
        Map<String, Object> members = new TreeMap<>();
        for (SdkField<?> field : object.sdkFields()) {
            @Nullable Object value = field.getValueOrDefault(object);
            if (value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap)) {
                members.put(field.locationName(), treeOf(value));
            }
        }
        return members;
    }

    private static Object treeOf(Object value) {
        if (value instanceof SdkPojo object) {
            return tree(object);
        }
        if (value instanceof List<?> list) {
            return new ArrayList<>(list.stream().map(SdkModel::treeOf).toList());
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> members = new TreeMap<>();
            map.forEach((name, member) -> members.put((String) name, treeOf(member)));
            return members;
        }
        if (value instanceof SdkBytes bytes) {
            return Base64.getEncoder().encodeToString(bytes.asByteArray());
        }
        return value instanceof String ? value : new JsonTree.Scalar(value.toString());
    }
}
