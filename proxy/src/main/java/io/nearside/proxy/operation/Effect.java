package io.nearside.proxy.operation;

/** What an operation may do to the data that a cache holds. */
public enum Effect {
    /** Reads items; changes nothing. */
    READ,
    /** May change items. PartiQL statements are counted here whatever they say. */
    WRITE,
    /** Describes or changes tables, indexes, backups and settings; never returns items. */
    CONTROL,
    /** Reads the change streams of tables. */
    STREAM
}
