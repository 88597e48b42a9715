package io.nearside.proxy.history;

import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.awaitility.Awaitility.await;

/** Several proxies of one region before one DynamoDB, in this JVM, over HTTP. */
final class Nodes implements AutoCloseable {

    private static final Pattern SILENCE = Pattern.compile("(?m)^nearside_proxy_bus_silence_seconds (\\S+)$");

    private final List<ProxyServer> proxies = new ArrayList<>();

    /** @param region names the topic of invalidations */
    Nodes(int count, String region, URI dynamoDb, String settings) {
        for (int i = 0; i < count; i++) {
            proxies.add(ProxyServer.start(TestProxy.config(
                    dynamoDb,
                    settings,
                    Map.of(
                            "NEARSIDE_REGION",
                            region,
                            "NEARSIDE_NODE_ID",
                            Integer.toString(i),
                            "NEARSIDE_LISTEN_EVENT_LOOPS",
                            "1"))));
        }
    }

    int count() {
        return proxies.size();
    }

    int port(int node) {
        return proxies.get(node).dataPort();
    }

    void awaitHearing() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> proxies.stream()
                        .allMatch(proxy -> page(proxy, "/health/ready").contains("hears the region's invalidations")));
    }

    /** Up to when a node has certainly heard everything, as it exports it. */
    long heardUntil(int node) {
        long before = System.nanoTime();
        // Only this one: a whole scrape several times a second would be a good part of the run's work.
        Matcher silence =
                SILENCE.matcher(page(proxies.get(node), "/metrics?name%5B%5D=nearside_proxy_bus_silence_seconds"));
        if (!silence.find()) {
            throw new IllegalStateException("no gauge of the bus's silence");
        }
        return before - (long) (Double.parseDouble(silence.group(1)) * 1e9);
    }

    /** The sum of a counter's series of one node. */
    double counter(int node, String series) {
        Matcher values = Pattern.compile("(?m)^" + Pattern.quote(series) + "(?:\\{[^}]*})? (\\S+)$")
                .matcher(page(proxies.get(node), "/metrics"));
        return values.results().mapToDouble(r -> Double.parseDouble(r.group(1))).sum();
    }

    @Override
    public void close() {
        proxies.forEach(ProxyServer::close);
    }

    private static String page(ProxyServer proxy, String path) {
        return RawHttp.send(TestProxy.admin(proxy, ""), "GET", path, Map.of(), new byte[0])
                .text();
    }
}
