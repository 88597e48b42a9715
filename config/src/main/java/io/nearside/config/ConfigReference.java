package io.nearside.config;

import java.util.ArrayList;
import java.util.List;

/** The reference page of a root record: one Markdown table row per setting. */
public final class ConfigReference {
    private ConfigReference() {}

    /**
     * The table for a root record, in the order in which its components are declared, ending with a newline. Elements of
     * lists are written {@code tables[].name}, free keys {@code properties.<key>}.
     */
    public static String markdown(Class<? extends Record> root) {
        List<String> rows = new ArrayList<>();
        rows.add("| Key | Type | Default | Environment variable | Meaning |");
        rows.add("|---|---|---|---|---|");
        ServiceConfig service = root.getAnnotation(ServiceConfig.class);
        if (service != null) {
            rows.add("| `service` | `" + service.value() + "` | required | | What this file configures |");
        }
        section("", Names.ENVIRONMENT_PREFIX, Shape.of(root), rows);
        return String.join("\n", rows) + "\n";
    }

    private static void section(String prefix, String variablePrefix, Shape.Section section, List<String> rows) {
        for (Shape.Member member : section.members()) {
            String key = prefix + member.name();
            String variable = variablePrefix + Names.upperSnake(member.name());
            boolean silent = member.shape() instanceof Shape.Section && !member.mayBeAbsent();
            if (!silent) {
                rows.add(row(key, variable, member));
            }
            nested(key, variable, member.shape(), rows);
        }
    }

    private static void nested(String key, String variable, Shape shape, List<String> rows) {
        if (shape instanceof Shape.Section section) {
            section(key + ".", variable + "_", section, rows);
        } else if (shape instanceof Shape.Listing listing) {
            nested(key + "[]", variable + "_<n>", listing.element(), rows);
        } else if (shape instanceof Shape.Keyed keyed && !(keyed.value() instanceof Shape.Single)) {
            nested(key + ".<key>", variable, keyed.value(), rows);
        }
    }

    private static String row(String key, String variable, Shape.Member member) {
        String type = type(member.shape()) + Bounds.of(member.setting()).describe();
        String unit =
                member.setting().unit().isEmpty() ? "" : ", " + member.setting().unit();
        String meaning = member.setting().value().replace("|", "\\|").replace('\n', ' ');
        return String.format("| `%s` | %s%s | %s | `%s` | %s |", key, type, unit, fallback(member), variable, meaning);
    }

    private static String fallback(Shape.Member member) {
        if (member.hasDefault()) {
            return "`" + member.setting().byDefault() + "`";
        }
        return member.isRequired() ? "required" : "not set";
    }

    private static String type(Shape shape) {
        if (shape instanceof Shape.Single single) {
            return single.scalar().name();
        }
        if (shape instanceof Shape.Listing listing) {
            return "list of " + type(listing.element());
        }
        return shape instanceof Shape.Keyed keyed ? "keys, each a " + type(keyed.value()) : "section";
    }
}
