package io.nearside.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lays environment variables over what a file says. {@code NEARSIDE_CACHE_ITEM_TTL} is {@code cache.item.ttl};
 * {@code NEARSIDE_TABLES_0_NAME} is {@code tables[0].name}; under a section of free keys the rest of the name, lower-cased
 * with dots, is the key. A variable may also hold a whole list or section as YAML, and a list of single values may be
 * separated by commas. An empty variable counts as not set.
 */
final class EnvironmentOverlay {
    private static final Set<String> RESERVED = Set.of("NEARSIDE_JAVA_OPTS", "NEARSIDE_HOME");

    /** Kubernetes sets such variables for every Service of the namespace, so a Service called nearside-… must do no harm. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".+_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)");

    private static final Pattern SERVICE_LINK_VALUE = Pattern.compile("(tcp|udp)://.*");

    private final Shape.Section root;
    private final Problems problems;

    EnvironmentOverlay(Shape.Section root, Problems problems) {
        this.root = root;
        this.problems = problems;
    }

    void apply(Map<String, String> environment, Tree.Mapping tree) {
        Map<List<Step>, String> targets = new TreeMap<>(BY_POSITION);
        environment.forEach((variable, value) -> {
            if (concernsUs(variable, value)) {
                resolve(variable, targets);
            }
        });
        targets.forEach((steps, variable) -> {
            String value = environment.getOrDefault(variable, "");
            set(steps, new Origin.Environment(variable), value, tree);
        });
    }

    private static boolean concernsUs(String variable, String value) {
        boolean link = SERVICE_LINK.matcher(variable).matches()
                || (variable.endsWith("_PORT")
                        && SERVICE_LINK_VALUE.matcher(value).matches());
        return variable.startsWith(Names.ENVIRONMENT_PREFIX)
                && !value.isEmpty()
                && !RESERVED.contains(variable)
                && !link;
    }

    private void resolve(String variable, Map<List<Step>, String> targets) {
        List<Step> steps = steps(root, variable.substring(Names.ENVIRONMENT_PREFIX.length()));
        if (steps != null) {
            targets.put(steps, variable);
            return;
        }
        String advice = Names.nearest(variable, variables(Names.ENVIRONMENT_PREFIX, root))
                .map(near -> "unknown variable; did you mean " + near + "?")
                .orElse("unknown variable: no setting has this name");
        problems.add("", new Origin.Environment(variable), advice);
    }

    /** The way to the setting that the rest of a variable's name stands for; null if there is none. */
    private static @Nullable List<Step> steps(Shape shape, String rest) {
        if (rest.isEmpty()) {
            return new ArrayList<>();
        }
        if (shape instanceof Shape.Section section) {
            return sectionSteps(section, rest);
        }
        if (shape instanceof Shape.Listing listing) {
            String[] parts = rest.split("_", 2);
            boolean index = parts[0].matches("[0-9]{1,4}");
            List<Step> after = index ? steps(listing.element(), parts.length == 1 ? "" : parts[1]) : null;
            return after == null ? null : Step.prepend(new Step(parts[0], listing, Integer.parseInt(parts[0])), after);
        }
        return shape instanceof Shape.Keyed keyed && keyed.value() instanceof Shape.Single
                ? Step.prepend(new Step(Names.kebab(rest).replace('-', '.'), keyed, 0), new ArrayList<>())
                : null;
    }

    private static @Nullable List<Step> sectionSteps(Shape.Section section, String rest) {
        for (Shape.Member member : section.members()) {
            String name = Names.upperSnake(member.name());
            List<Step> after = null;
            if (rest.equals(name)) {
                after = new ArrayList<>();
            } else if (rest.startsWith(name + "_")) {
                after = steps(member.shape(), rest.substring(name.length() + 1));
            }
            if (after != null) {
                return Step.prepend(new Step(member.name(), section, 0), after);
            }
        }
        return null;
    }

    /** The variables of all settings, list elements standing at index 0, to suggest one from. */
    static List<String> variables(String prefix, Shape.Section section) {
        List<String> names = new ArrayList<>();
        for (Shape.Member member : section.members()) {
            String name = prefix + Names.upperSnake(member.name());
            if (member.shape() instanceof Shape.Section nested) {
                names.addAll(variables(name + "_", nested));
            } else if (member.shape() instanceof Shape.Listing list
                    && list.element() instanceof Shape.Section element) {
                names.addAll(variables(name + "_0_", element));
            } else {
                names.add(name);
            }
        }
        return names;
    }

    private void set(List<Step> steps, Origin origin, String value, Tree.Mapping tree) {
        Tree parent = tree;
        String path = "";
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            path = step.in() instanceof Shape.Listing
                    ? Paths.element(path, step.index())
                    : Paths.key(path, step.name());
            boolean last = i == steps.size() - 1;
            Tree child = last ? read(path, step.target(), value, origin) : step.child(parent, origin, problems);
            if (child == null) {
                return;
            }
            if (!step.put(parent, child)) {
                problems.add(path, origin, "no element before this one: lists grow one index at a time");
                return;
            }
            parent = child;
        }
    }

    private @Nullable Tree read(String path, Shape shape, String value, Origin origin) {
        if (shape instanceof Shape.Single) {
            return new Tree.Scalar(value, origin);
        }
        if (shape instanceof Shape.Listing list && list.element() instanceof Shape.Single && !value.startsWith("[")) {
            List<Tree> elements = new ArrayList<>();
            Arrays.stream(value.split(",", -1)).forEach(part -> elements.add(new Tree.Scalar(part.strip(), origin)));
            return new Tree.Sequence(elements, origin);
        }
        return YamlReader.readValue(path, value, origin, problems);
    }

    /** Whole values before their parts, list elements in the order of their index. */
    private static final Comparator<List<Step>> BY_POSITION = (left, right) -> {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = Step.ORDER.compare(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    };
}
