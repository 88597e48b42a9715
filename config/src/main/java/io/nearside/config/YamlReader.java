package io.nearside.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Turns YAML text into a {@link Tree}. Scalars stay text, because the record that is bound later knows their type better
 * than YAML's guesses do ({@code no} is a perfectly good region name).
 */
final class YamlReader {
    private static final Set<String> NULL_SPELLINGS = Set.of("", "~", "null", "Null", "NULL");
    private static final String STANDARD_TAG = "tag:yaml.org,2002:";

    private final Problems problems;
    private final OriginOfLine origins;

    private YamlReader(Problems problems, OriginOfLine origins) {
        this.problems = problems;
        this.origins = origins;
    }

    /** Reads a whole file; line numbers become origins. An empty file is null. */
    static @Nullable Tree readFile(String name, String text, Problems problems) {
        return new YamlReader(problems, line -> new Origin.FileLine(name, line)).read("", text);
    }

    /** Reads YAML that stands in one place, such as an environment variable or a declared default. */
    static @Nullable Tree readValue(String path, String text, Origin origin, Problems problems) {
        return new YamlReader(problems, line -> origin).read(path, text);
    }

    private @Nullable Tree read(String path, String text) {
        try {
            LoadSettings settings =
                    LoadSettings.builder().setAllowNonScalarKeys(true).build();
            Optional<Node> root = new Compose(settings).composeString(text);
            return root.map(node -> tree(path, node, lineOf(node))).orElse(null);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            problems.add(path, origins.at(line), "not valid YAML: " + reason(e));
        } catch (YamlEngineException e) {
            problems.add(path, origins.at(0), "not valid YAML: " + e.getMessage());
        }
        return null;
    }

    private static String reason(MarkedYamlEngineException e) {
        ToIntFunction<Mark> column = mark -> mark.getColumn() + 1;
        String place = e.getProblemMark()
                .map(mark -> " (column " + column.applyAsInt(mark) + ")")
                .orElse("");
        String context = e.getContext() == null ? "" : e.getContext() + ": ";
        return (context + e.getProblem()).strip() + place;
    }

    private Tree tree(String path, Node node, int line) {
        Origin origin = origins.at(line);
        if (node.isRecursive()) {
            problems.add(path, origin, "an alias that contains itself");
            return new Tree.Scalar(null, origin);
        }
        if (!node.getTag().getValue().startsWith(STANDARD_TAG)) {
            problems.add(path, origin, "tags such as " + node.getTag().getValue() + " are not supported");
        }
        if (node instanceof MappingNode mapping) {
            return mapping(path, mapping, origin);
        }
        return node instanceof SequenceNode sequence
                ? sequence(path, sequence, origin)
                : scalar((ScalarNode) node, origin);
    }

    private static Tree scalar(ScalarNode node, Origin origin) {
        boolean isNull = node.isPlain() && NULL_SPELLINGS.contains(node.getValue());
        return new Tree.Scalar(isNull ? null : node.getValue(), origin);
    }

    private Tree sequence(String path, SequenceNode node, Origin origin) {
        Tree.Sequence sequence = Tree.Sequence.empty(origin);
        for (Node element : node.getValue()) {
            String elementPath = Paths.element(path, sequence.elements().size());
            sequence.elements().add(tree(elementPath, element, lineOf(element)));
        }
        return sequence;
    }

    private Tree mapping(String path, MappingNode node, Origin origin) {
        Tree.Mapping mapping = Tree.Mapping.empty(origin);
        Map<String, Integer> seen = new HashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            int line = lineOf(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(path, origins.at(line), "a key must be a plain word");
                continue;
            }
            Integer first = seen.putIfAbsent(key.getValue(), line);
            if (first != null) {
                problems.add(
                        Paths.key(path, key.getValue()), origins.at(line), "written twice, first in line " + first);
            }
            // The key's line, not the value's: a value may start on a later line.
            mapping.entries().put(key.getValue(), tree(Paths.key(path, key.getValue()), tuple.getValueNode(), line));
        }
        return mapping;
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /** Where line {@code line} (from 1; 0 unknown) of the text being read came from. */
    private interface OriginOfLine {
        Origin at(int line);
    }
}
