package io.nearside.local.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What DynamoDB Local can do and its API cannot ask for, on a loopback port of its own: for tests.
 *
 * <pre>
 * POST /regions/0/rollover            every open shard of region 0 closes and gets a child
 * POST /regions/0/dilate/86400000     every record of region 0 becomes a day older
 * </pre>
 *
 * Both answer 204 when it is done, anything else 404, a failure 500 with its reason.
 */
final class ControlServer {
    private static final Pattern ROLLOVER = Pattern.compile("/regions/(\\d{1,4})/rollover");
    private static final Pattern DILATE = Pattern.compile("/regions/(\\d{1,4})/dilate/(\\d{1,15})");

    private final List<RegionServer> regions;
    private final HttpServer http;

    private ControlServer(List<RegionServer> regions, HttpServer http) {
        this.regions = regions;
        this.http = http;
    }

    static ControlServer start(List<RegionServer> regions) throws IOException {
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var control = new ControlServer(List.copyOf(regions), http);
        http.createContext("/", control::handle);
        http.start();
        return control;
    }

    int port() {
        return http.getAddress().getPort();
    }

    void stop() {
        http.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            exchange.sendResponseHeaders(perform(exchange.getRequestURI().getPath()) ? 204 : 404, -1);
        } catch (RuntimeException failure) {
            byte[] reason = failure.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(500, reason.length);
            exchange.getResponseBody().write(reason);
        }
    }

    private boolean perform(String path) {
        Matcher rollover = ROLLOVER.matcher(path);
        if (rollover.matches() && isRegion(rollover.group(1))) {
            region(rollover.group(1)).rollOverShards();
            return true;
        }
        Matcher dilate = DILATE.matcher(path);
        if (dilate.matches() && isRegion(dilate.group(1))) {
            region(dilate.group(1)).dilateEventTimes(Long.parseLong(dilate.group(2)));
            return true;
        }
        return false;
    }

    private boolean isRegion(String index) {
        return Integer.parseInt(index) < regions.size();
    }

    private RegionServer region(String index) {
        return regions.get(Integer.parseInt(index));
    }
}
