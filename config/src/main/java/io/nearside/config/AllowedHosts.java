package io.nearside.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of an HTTP {@code Host} header under which a private port answers: the guard against DNS rebinding.
 *
 * <p>A web page whose host name is made to resolve to a private address is of the same origin as that address for a browser,
 * which then lets it read answers and set any header. What such a page cannot choose is the {@code Host} header: it is
 * the page's own name. So loopback names and literal addresses, which nobody can rebind, are always allowed, and any other name
 * only if it is listed.
 */
public final class AllowedHosts {

    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*");
    private static final Pattern OCTETS = Pattern.compile("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    private static final Pattern BRACKETED = Pattern.compile("\\[[0-9a-f:.]*:[0-9a-f:.]*(%[a-z0-9.]+)?](:\\d*)?");
    private static final Pattern PORT = Pattern.compile(":\\d*$");

    private final Set<String> names;

    /**
     * @param names host names without a port, compared without regard to case
     * @throws IllegalArgumentException if one cannot be a host name; the message names it
     */
    public AllowedHosts(Collection<String> names) {
        this.names = names.stream().map(AllowedHosts::canonical).collect(Collectors.toUnmodifiableSet());
        for (String name : this.names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        name + " is not a host name; write names without scheme, port or wildcard");
            }
        }
    }

    /**
     * Whether a request may be answered.
     *
     * @param host the header's value, {@code name} or {@code name:port}; null where a request has none, as every browser's does
     */
    public boolean allows(@Nullable String host) {
        if (host == null) {
            return true;
        }
        String given = host.toLowerCase(Locale.ROOT);
        if (BRACKETED.matcher(given).matches()) {
            return true;
        }
        String name = canonical(PORT.matcher(given).replaceFirst(""));
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || OCTETS.matcher(name).matches()
                || names.contains(name);
    }

    /** Case and a final dot make no other name. */
    private static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
