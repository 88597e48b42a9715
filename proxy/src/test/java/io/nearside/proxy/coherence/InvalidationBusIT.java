package io.nearside.proxy.coherence;

import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.proxy.operation.RealProxy;
import io.nearside.proxy.operation.RealProxy.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Hazards C27 and C31: several nodes, and a Kafka that comes and goes. */
class InvalidationBusIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void nodes_hearEachOthersWrites_andTellTheDelay() {
        Instant begun = Instant.now();
        String kafka = settings(EmbeddedKafka.shared());
        try (RealProxy a = new RealProxy("bus-1", kafka);
                RealProxy b = new RealProxy("bus-1", kafka)) {
            a.createTable("bus-hear");
            // Whoever hears already hears the first write, too.
            await().atMost(LIMIT).until(() -> b.admin("/api/coherence").contains("\"hearing\" : true"));
            put(a, "bus-hear", 1);
            warm(b, "bus-hear");

            put(a, "bus-hear", 2);
            await().atMost(LIMIT).until(() -> get(b, "bus-hear").body().contains("\"N\":\"2\""));

            assertThat(b.admin("/api/coherence"))
                    .contains(
                            "\"mode\" : \"kafka\"",
                            "\"serves\" : \"all\"",
                            "\"hearing\" : true",
                            "\"table\" : \"bus-hear\"");

            warm(b, "bus-hear");
            a.ask("ExecuteStatement", "{\"Statement\":\"UPDATE \\\"bus-hear\\\" SET n=3 WHERE pk='a'\"}");
            await().atMost(LIMIT).until(() -> get(b, "bus-hear").body().contains("\"N\":\"3\""));

            String scrape = b.admin("/metrics");
            double heard = value(scrape, "nearside_proxy_bus_delay_seconds_count");
            double longest = Duration.between(begun, Instant.now()).toMillis() / 1e3 + 1e-3;
            assertThat(heard).isGreaterThanOrEqualTo(3);
            // By one clock, which announcements carry in whole milliseconds, none can have taken longer than all of
            // this.
            assertThat(value(scrape, "nearside_proxy_bus_delay_seconds_max")).isLessThanOrEqualTo(longest);
            assertThat(value(scrape, "nearside_proxy_bus_delay_seconds_sum"))
                    .isPositive()
                    .isLessThanOrEqualTo(heard * longest);
        }
    }

    @Test
    void node_withoutKafka_servesButNotFromMemoryAndSaysSo() {
        String nowhere = "coherence: {kafka: {bootstrap-servers: '127.0.0.1:1'}}\n";
        try (RealProxy proxy = new RealProxy("bus-2", nowhere)) {
            proxy.createTable("bus-without");
            put(proxy, "bus-without", 1);

            get(proxy, "bus-without");
            Reply second = get(proxy, "bus-without");

            assertThat(second.cache()).startsWith("bypass");
            assertThat(second.body()).contains("\"N\":\"1\"");
            assertThat(proxy.admin("/health/ready")).contains("degraded").contains("invalidations");
            assertThat(proxy.admin("/api/coherence"))
                    .contains("\"serves\" : \"none\"", "\"hearing\" : false", "\"sources\" : [ ]");
        }
    }

    @Test
    void node_thatLosesKafka_stopsServingFromMemoryAndCatchesUpLater() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                RealProxy a = new RealProxy("bus-3", settings(kafka));
                RealProxy b = new RealProxy("bus-3", settings(kafka))) {
            a.createTable("bus-lost");
            put(a, "bus-lost", 1);
            warm(b, "bus-lost");

            kafka.stop();
            await().atMost(LIMIT).until(() -> get(b, "bus-lost").cache().startsWith("bypass"));
            assertThat(b.admin("/health/ready")).contains("degraded");
            put(a, "bus-lost", 2);
            assertThat(get(b, "bus-lost").body()).contains("\"N\":\"2\"");

            kafka.restart();
            warm(b, "bus-lost");
            assertThat(get(b, "bus-lost").body()).contains("\"N\":\"2\"");
        }
    }

    private static double value(String scrape, String series) {
        Matcher value = Pattern.compile("(?m)^" + series + " (\\S+)$").matcher(scrape);
        assertThat(value.find()).as(series).isTrue();
        return Double.parseDouble(value.group(1));
    }

    private static String settings(EmbeddedKafka kafka) {
        return "coherence: {kafka: {bootstrap-servers: '" + kafka.bootstrapServers() + "'}}\n";
    }

    private static void put(RealProxy proxy, String table, int n) {
        String item = "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"%d\"}}}".formatted(table, n);
        assertThat(proxy.ask("PutItem", item).status()).isEqualTo(200);
    }

    private static Reply get(RealProxy proxy, String table) {
        return proxy.ask("GetItem", "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"a\"}}}".formatted(table));
    }

    private static void warm(RealProxy proxy, String table) {
        await().atMost(LIMIT).until(() -> get(proxy, table).cache().startsWith("hit"));
    }
}
