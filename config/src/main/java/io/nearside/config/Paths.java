package io.nearside.config;

/** How the way to a setting is written: {@code cache.item.ttl}, {@code tables[0].name}, {@code properties["ssl.key"]}. */
final class Paths {
    private Paths() {}

    static String key(String parent, String key) {
        if (!key.matches("[A-Za-z0-9_-]+")) {
            return parent + "[\"" + key + "\"]";
        }
        return parent.isEmpty() ? key : parent + "." + key;
    }

    static String element(String parent, int index) {
        return parent + "[" + index + "]";
    }
}
