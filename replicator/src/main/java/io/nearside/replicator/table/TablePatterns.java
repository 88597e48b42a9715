package io.nearside.replicator.table;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which tables the configuration selects, by glob patterns: {@code *} stands for any characters, {@code ?} for one.
 *
 * <p>Tables whose names begin with {@code nearside-} are the project's own and are never selected.
 */
public final class TablePatterns implements Predicate<String> {

    /** What the names of the project's own tables begin with. */
    public static final String INTERNAL_PREFIX = "nearside-";

    private final List<Pattern> patterns;

    public TablePatterns(List<String> globs) {
        this.patterns = globs.stream().map(TablePatterns::compile).toList();
    }

    @Override
    public boolean test(String table) {
        return !table.startsWith(INTERNAL_PREFIX)
                && patterns.stream().anyMatch(pattern -> pattern.matcher(table).matches());
    }

    private static Pattern compile(String glob) {
        return Pattern.compile(glob.chars()
                .mapToObj(character -> switch (character) {
                    case '*' -> ".*";
                    case '?' -> ".";
                    default -> Pattern.quote(Character.toString(character));
                })
                .collect(Collectors.joining()));
    }
}
