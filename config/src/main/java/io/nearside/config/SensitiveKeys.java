package io.nearside.config;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Free-form sections (Kafka's client properties, say) hold secrets under names that no record declares; these are masked by
 * the look of the name. So are passwords that stand inside a URI.
 */
final class SensitiveKeys {
    private static final Pattern SENSITIVE = Pattern.compile(
            "password|passwd|secret|token|jaas|credential|private|\\bkey\\b|keystore\\.key", Pattern.CASE_INSENSITIVE);

    private SensitiveKeys() {}

    static Bound mask(String key, Bound bound) {
        return bound instanceof Bound.Leaf leaf && SENSITIVE.matcher(key).find()
                ? new Bound.Leaf(leaf.value(), Secret.MASK, leaf.origin())
                : bound;
    }

    /** A printed value in which the password of a URI, if it has one, is masked. */
    static String withoutPassword(Object value, String printed) {
        if (value instanceof URI uri
                && uri.getRawUserInfo() != null
                && uri.getRawUserInfo().contains(":")) {
            String user = uri.getRawUserInfo().substring(0, uri.getRawUserInfo().indexOf(':'));
            return printed.replace(uri.getRawUserInfo() + "@", user + ":" + Secret.MASK + "@");
        }
        return printed;
    }
}
