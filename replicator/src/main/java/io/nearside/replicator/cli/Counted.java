package io.nearside.replicator.cli;

/** Numbers of things in sentences: "1 key differs", "2 keys differ". */
final class Counted {
    private Counted() {}

    /** The number, and what follows it for one and for any other. */
    static String of(long number, String one, String others) {
        return number + " " + (number == 1 ? one : others);
    }

    /** The number of things whose name has a plural in -s. */
    static String of(long number, String thing) {
        return of(number, thing, thing + "s");
    }
}
