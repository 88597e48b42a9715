package io.nearside.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path the setting concerned, like {@code cache.item.ttl} or {@code tables[0].name}; empty for the whole file
 * @param origin the line of the file, or the environment variable, to change
 * @param message what is wrong and what would be accepted; never contains a secret
 */
public record Problem(String path, Origin origin, String message) {
    @Override
    public String toString() {
        return origin.describe() + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
