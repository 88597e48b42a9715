package io.nearside.proxy.cache;

/** The policy of every table by its name. Immutable: another configuration is another object. */
@FunctionalInterface
public interface TablePolicies {

    /** The policy of the table of this name, whether there is such a table or not. */
    TablePolicy of(String table);

    /** One policy for all tables. */
    static TablePolicies same(TablePolicy policy) {
        return table -> policy;
    }
}
