package io.nearside.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A configuration with one of everything that the module supports, shaped like a service's. */
@ServiceConfig("sample")
@RemovedSetting(key = "verbose", instead = "set the log level in logback.xml")
record SampleConfig(
        @Setting("Name of the region.") String region,
        @Setting("Where to listen.") Listen listen,
        @Setting("The cache.") Cache cache,

        @Setting("Kafka; without it there is no bus.") @Nullable Kafka kafka,

        @Setting("Credentials.") Optional<Credentials> credentials,

        @Setting(value = "Policies of tables, first match wins.", byDefault = "[{name: \"*\"}]")
        List<Table> tables) {

    SampleConfig {
        if (region.equals("mars-1") && kafka == null) {
            throw new IllegalArgumentException("region mars-1 needs kafka");
        }
    }

    Kafka givenKafka() {
        return Objects.requireNonNull(kafka);
    }

    record Listen(
            @Setting(value = "Address to bind.", byDefault = "127.0.0.1")
            String host,

            @Setting(value = "Port to bind; 0 lets the system choose.", byDefault = "8000", min = "0", max = "65535")
            int port,

            @Setting(value = "File of the certificate.") @Nullable Path certificate) {}

    record Cache(
            @Setting(value = "Memory for cached items.", byDefault = "64MiB", min = "1MiB", formerly = "max-bytes")
            DataSize maxWeight,

            @Setting(value = "Share of memory for queries.", byDefault = "0.25", min = "0", max = "1")
            double queryShare,

            @Setting(value = "Most entries.", byDefault = "10000000000", unit = "entries")
            long maxEntries,

            @Setting("Items.") ItemCache item) {}

    record ItemCache(
            @Setting(value = "How long an item may be served.", byDefault = "5m", min = "1ms")
            Duration ttl,

            @Setting(value = "How long an absence may be served.", byDefault = "5s")
            Duration negativeTtl,

            @Setting(value = "What to do when the bus is silent.", byDefault = "bypass")
            Fallback fallback) {

        ItemCache {
            if (negativeTtl.compareTo(ttl) > 0) {
                throw new IllegalArgumentException("negative-ttl must not exceed ttl");
            }
        }
    }

    enum Fallback {
        BYPASS,
        SHORT_TTL
    }

    record Kafka(
            @Setting("Brokers.") List<String> bootstrapServers,

            @Setting(value = "Client properties.", byDefault = "{}")
            Map<String, String> properties,

            @Setting("Schema registry.") @Nullable URI registry) {}

    record Credentials(
            @Setting("Id.") String accessKeyId,
            @Setting("Key.") Secret secretAccessKey) {}

    record Table(
            @Setting("Glob pattern of names.") String name,

            @Setting(value = "Whether items are cached.", byDefault = "true")
            boolean cached,

            @Setting("Most weight of one item.") @Nullable DataSize maxItemWeight) {}
}
