package io.nearside.proxy.auth;

import java.util.List;

/**
 * A set of table names, written as names in which {@code *} stands for any run of characters.
 *
 * @param patterns the patterns; empty matches nothing
 */
public record TablePatterns(List<String> patterns) {

    /** Every table. */
    public static final TablePatterns ALL = new TablePatterns(List.of("*"));

    public TablePatterns {
        patterns = List.copyOf(patterns);
    }

    /** Whether every table matches. */
    boolean all() {
        return patterns.contains("*");
    }

    /** Whether the table's name, or the name in its ARN, matches a pattern. */
    public boolean matches(String table) {
        String name = nameOf(table);
        return patterns.stream().anyMatch(pattern -> matches(pattern, 0, name, 0));
    }

    private static String nameOf(String table) {
        int resource = table.indexOf(":table/");
        if (!table.startsWith("arn:") || resource < 0) {
            return table;
        }
        String path = table.substring(resource + ":table/".length());
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    private static boolean matches(String pattern, int p, String name, int n) {
        int star = pattern.indexOf('*', p);
        if (star < 0) {
            return pattern.substring(p).equals(name.substring(n));
        }
        if (!name.startsWith(pattern.substring(p, star), n)) {
            return false;
        }
        for (int rest = n + star - p; rest <= name.length(); rest++) {
            if (matches(pattern, star + 1, name, rest)) {
                return true;
            }
        }
        return false;
    }
}
