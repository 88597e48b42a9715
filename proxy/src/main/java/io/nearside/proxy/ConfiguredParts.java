package io.nearside.proxy;

import io.nearside.proxy.auth.AccessKey;
import io.nearside.proxy.auth.Authenticator;
import io.nearside.proxy.auth.Caller;
import io.nearside.proxy.auth.SignatureAuthenticator;
import io.nearside.proxy.auth.TablePatterns;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCacheSettings;
import io.nearside.proxy.config.AuthConfig;
import io.nearside.proxy.config.AuthConfig.AuthMode;
import io.nearside.proxy.config.CredentialsConfig;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.proxy.config.ReplicationConfig;
import io.nearside.proxy.config.ReplicationConfig.Stamping;
import io.nearside.proxy.config.TlsConfig;
import io.nearside.proxy.http.Tls;
import io.nearside.proxy.http.TlsException;
import io.nearside.proxy.operation.ReservedTables;
import io.nearside.proxy.operation.VersionStamps;
import io.nearside.proxy.tracing.OpenTelemetryTracing;
import io.nearside.version.VersionClock;
import java.net.URI;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/** What the configuration says of each part of a proxy, in that part's own terms. Stateless; makes, and starts nothing but tracing. */
final class ConfiguredParts {

    private final ProxyConfig config;

    ConfiguredParts(ProxyConfig config) {
        this.config = config;
    }

    /** Three quarters of the memory are for items. */
    ItemCacheSettings items() {
        return new ItemCacheSettings(
                config.cache().maxWeight().bytes() / 4 * 3,
                new ConfiguredPolicies(config.cache(), config.tables()),
                config.coherence().recentWriteWindow(),
                config.coherence().uncertainWriteWindow());
    }

    /** A quarter of the memory is for pages, the index of what they cover included. */
    PageCacheSettings pages() {
        return new PageCacheSettings(
                config.cache().maxWeight().bytes() / 4,
                config.coherence().recentWriteWindow(),
                config.coherence().indexSettleWindow(),
                config.coherence().uncertainWriteWindow());
    }

    /** What puts versions into writes of replicated tables. */
    VersionStamps stamps() {
        ReplicationConfig replication = config.replication();
        if (replication.stamping() == Stamping.CAPTURE) {
            return VersionStamps.none(replication.versionAttribute());
        }
        VersionClock clock = new VersionClock(
                InstantSource.system(),
                replication.regionId().orElseThrow(),
                RandomGenerator.getDefault().nextInt(0x10000),
                replication.maxDrift());
        TablePatterns tables = new TablePatterns(replication.tables());
        return VersionStamps.inline(replication.versionAttribute(), clock, tables::matches);
    }

    /** Tables that are Nearside's own. */
    ReservedTables reservedTables() {
        List<String> patterns = config.replication().reservedTables();
        return new ReservedTables(patterns, new TablePatterns(patterns)::matches);
    }

    /** What calls to DynamoDB are signed with. */
    IdentityProvider<? extends AwsCredentialsIdentity> credentials() {
        CredentialsConfig credentials = config.upstream().credentials();
        return switch (credentials.provider()) {
            case DEFAULT -> DefaultCredentialsProvider.builder().build();
            case STATIC ->
                StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        credentials.accessKeyId().orElseThrow(),
                        credentials.secretAccessKey().orElseThrow().reveal()));
        };
    }

    /** What verifies callers; empty lets anybody in. */
    Optional<Authenticator> authenticator() {
        AuthConfig auth = config.auth();
        return auth.mode() == AuthMode.NONE
                ? Optional.empty()
                : Optional.of(new SignatureAuthenticator(
                        auth.credentials().stream()
                                .map(ConfiguredParts::accessKey)
                                .toList(),
                        config.region(),
                        Clock.systemUTC()));
    }

    private static AccessKey accessKey(AuthConfig.KeyConfig key) {
        return new AccessKey(
                key.accessKeyId(),
                key.secretAccessKey().reveal(),
                new Caller(key.accessKeyId(), key.readOnly(), new TablePatterns(key.tables())));
    }

    /**
     * What the data port shows to callers; empty speaks plain HTTP.
     *
     * @throws StartException when the files cannot be used
     */
    Optional<Tls> tls() {
        return config.listen().tls().map(ConfiguredParts::load);
    }

    private static Tls load(TlsConfig config) {
        try {
            return Tls.load(config);
        } catch (TlsException e) {
            throw new StartException(e.getMessage() + ".", e);
        }
    }

    /** Where spans go, started; whoever asks closes it. */
    Optional<OpenTelemetryTracing> tracing() {
        return config.tracing().endpoint().map(this::tracing);
    }

    private OpenTelemetryTracing tracing(URI endpoint) {
        return new OpenTelemetryTracing(
                endpoint,
                config.tracing().sampleRatio(),
                config.region(),
                NodeName.of(config.nodeId(), System.getenv()));
    }
}
