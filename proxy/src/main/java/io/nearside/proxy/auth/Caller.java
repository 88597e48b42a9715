package io.nearside.proxy.auth;

import java.util.Objects;

/**
 * An identified caller and its rights, which {@link Authorizer} judges by.
 *
 * @param name what refusals call the caller: the access key id
 * @param readOnly whether only reads, stream reads and describing calls are allowed
 * @param tables patterns of the tables that may be named; {@link TablePatterns#ALL} for any
 */
public record Caller(String name, boolean readOnly, TablePatterns tables) {

    /** Anybody, allowed everything: the caller of a proxy that authenticates nobody. */
    public static final Caller ANYONE = new Caller("anyone", false, TablePatterns.ALL);

    public Caller {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(tables, "tables");
    }

    /** Whether there is anything that the caller may not do. */
    public boolean isLimited() {
        return readOnly || isOfSomeTables();
    }

    /** Whether there are tables that the caller may not use. */
    public boolean isOfSomeTables() {
        return !tables.all();
    }
}
