package io.nearside.proxy.auth;

import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.name.TableNames;
import java.util.List;

/**
 * A set of tables, written as names in which {@code *} stands for any run of characters. A pattern that begins with
 * {@code arn:} stands for tables that requests name by such an ARN, in whatever account; every other pattern stands for
 * tables of this account and region only.
 *
 * @param patterns the patterns; empty matches nothing
 */
public record TablePatterns(List<String> patterns) {

    /** Every table. */
    public static final TablePatterns ALL = new TablePatterns(List.of("*"));

    private static final String ARN = "arn:";

    public TablePatterns {
        patterns = List.copyOf(patterns);
    }

    /** Whether every table matches. */
    public boolean all() {
        return patterns.contains("*");
    }

    /** Whether the name of a table of this account and region matches a pattern. What no table can be called matches none. */
    public boolean matches(String name) {
        return TableNames.isPlain(name) && anyMatches(name, false);
    }

    /** Whether a table's ARN, as the request spells it, matches a pattern that is itself an ARN. */
    boolean matches(TableArn arn) {
        return all() || anyMatches(arn.table(), true);
    }

    private boolean anyMatches(String text, boolean arns) {
        for (String pattern : patterns) {
            if (pattern.startsWith(ARN) == arns && matches(pattern, text)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Matches without recursion or copies: when the text differs behind a star, that star takes one character more. Only the
     * last star is ever gone back to, since what an earlier one took more the last one could take as well; so it costs at most
     * the product of the two lengths, both of which are bounded.
     */
    private static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int afterStar = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                afterStar = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++afterStar;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
