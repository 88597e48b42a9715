package io.nearside.helm;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds fields that Kubernetes does not know.
 *
 * <p>The models do not refuse an unknown field: they keep it in {@code additionalProperties}, at whatever depth. A misspelt field of
 * a manifest is found exactly there, and nowhere else without a cluster.
 */
final class StrictModel {

    private final List<String> unknown = new ArrayList<>();

    static List<String> unknownFields(Object model) {
        StrictModel walk = new StrictModel();
        walk.visit(model.getClass().getSimpleName(), model);
        return walk.unknown;
    }

    private void visit(String path, @Nullable Object value) {
        if (value instanceof Collection<?> elements) {
            int index = 0;
            for (Object element : elements) {
                visit(path + "[" + index++ + "]", element);
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> visit(path + "." + key, element));
        } else if (value != null
                && value.getClass().getName().startsWith("io.fabric8.")
                && !value.getClass().isEnum()) {
            visitFields(path, value);
        }
    }

    private void visitFields(String path, Object model) {
        for (Class<?> type = model.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    visitField(path, field, model);
                }
            }
        }
    }

    private void visitField(String path, Field field, Object model) {
        Object value = read(field, model);
        if (field.getName().equals("additionalProperties")) {
            ((Map<?, ?>) value).keySet().forEach(name -> unknown.add(path + "." + name));
        } else {
            visit(path + "." + field.getName(), value);
        }
    }

    private static Object read(Field field, Object model) {
        try {
            field.setAccessible(true);
            return field.get(model);
        } catch (IllegalAccessException e) {
            throw new LinkageError("cannot read " + field, e);
        }
    }
}
