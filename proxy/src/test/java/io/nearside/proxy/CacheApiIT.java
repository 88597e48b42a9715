package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The admin port's view of the cache, and the one thing that can be done to it there. */
class CacheApiIT {

    private static final Map<String, String> ACTION =
            Map.of("content-type", "application/json", "x-nearside-action", "invalidate");
    private static final Map<String, String> GET_ITEM = Map.of(
            "X-Amz-Target",
            "DynamoDB_20120810.GetItem",
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request");
    private static final String KEY = "{\"pk\":{\"S\":\"a\"}}";

    private final String table = "api-" + System.nanoTime();

    @Test
    void cacheOfARunningProxy_isShown_explainedAndInvalidated() {
        try (ProxyServer proxy = start(Map.of("NEARSIDE_ADMIN_ACTIONS_ENABLED", "true"))) {
            createTable(proxy);
            assertThat(outcome(proxy)).startsWith("miss");
            for (int i = 0; i < 400; i++) {
                assertThat(outcome(proxy)).startsWith("hit");
            }

            assertThat(get(proxy, "/api/cache"))
                    .contains("\"table\":\"" + table + "\"", "\"hits\":400", "\"misses\":1", "\"absent\":1")
                    .contains("\"operations\":{\"GetItem\":{\"hits\":400,\"misses\":1,\"hitRatio\":0.99")
                    .contains("\"Scan\":{\"hits\":0,\"misses\":0,\"missed\"");
            assertThat(look(proxy, "hot-keys", "").text()).contains("\"key\":" + KEY);
            assertThat(get(proxy, "/metrics"))
                    .contains(
                            "nearside_proxy_cache_lookups_total{cache=\"items\",operation=\"GetItem\",result=\"hit\",table=\""
                                    + table + "\"} 400.0")
                    .containsPattern("nearside_proxy_upstream_connections\\{state=\"open\"\\} [1-9]")
                    .containsPattern("nearside_proxy_cache_hit_age_seconds_count [1-9]");
            assertThat(get(proxy, "/metrics?name[]=nearside_proxy_cache_entries&name%5B%5D=nearside_proxy_cache_pages"))
                    .contains("\nnearside_proxy_cache_entries 1.0\n", "\nnearside_proxy_cache_pages 0.0\n")
                    .doesNotContain("lookups", "jvm");
            assertThat(explain(proxy, table)).contains("\"verdict\":\"memory answers\"", "\"absent\":true");

            RawHttp.Response done = act(proxy, "{\"table\":\"" + table + "\",\"key\":" + KEY + "}");

            assertThat(done.text()).isEqualTo("{\"invalidated\":\"key\",\"table\":\"" + table + "\"}\n");
            assertThat(explain(proxy, table)).contains("nothing is held", "\"source\":\"operator\"");
            assertThat(outcome(proxy)).startsWith("miss");
            assertThat(act(proxy, "{\"table\":\"" + table + "\",\"partition\":" + KEY + "}")
                            .text())
                    .contains("\"invalidated\":\"partition\"");
            assertThat(outcome(proxy)).startsWith("miss");
            assertThat(act(proxy, "{\"table\":\"" + table + "\"}").text()).contains("\"invalidated\":\"table\"");
            assertThat(outcome(proxy)).startsWith("miss");
        }
    }

    @Test
    void whatCannotBeDone_isRefused_inWords() {
        try (ProxyServer proxy = start(Map.of("NEARSIDE_ADMIN_ACTIONS_ENABLED", "true"))) {
            createTable(proxy);

            assertThat(act(proxy, "{\"tabel\":1}").status()).isEqualTo(400);
            RawHttp.Response wrongKey = act(proxy, "{\"table\":\"" + table + "\",\"key\":{\"x\":{\"S\":\"a\"}}}");
            assertThat(wrongKey.status()).isEqualTo(400);
            assertThat(wrongKey.text()).contains("{\\\"pk\\\":{\\\"S\\\":\\\"text\\\"}}");
            RawHttp.Response fromAForm = post(proxy, "/api/invalidate", Map.of("content-type", "text/plain"), "{}");
            assertThat(fromAForm.status()).isEqualTo(403);
            assertThat(post(proxy, "/api/cache", ACTION, "{}").status()).isEqualTo(405);
            assertThat(look(proxy, "explain", "").status()).isEqualTo(400);
            assertThat(explain(proxy, "no-such-table")).contains("\"message\":\"table: DynamoDB does not describe");
        }
    }

    @Test
    void actions_unlessEnabled_areRefused_namingTheSwitch() {
        try (ProxyServer proxy = start(Map.of())) {
            RawHttp.Response refused = act(proxy, "{\"table\":\"orders\"}");

            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).contains("admin.actions-enabled");
        }
    }

    @Test
    void whatShowsKeys_isAnAction_notAPage() {
        try (ProxyServer proxy = start(Map.of())) {
            assertThat(get(proxy, "/api/actions"))
                    .isEqualTo("{\"enabled\":false,\"actions\":[\"explain\",\"hot-keys\",\"invalidate\"]}\n");
            for (String action : List.of("explain", "hot-keys")) {
                assertThat(ask(proxy, "/api/" + action, Map.of()).status()).isEqualTo(405);
                assertThat(look(proxy, action, "").status()).isEqualTo(403);
            }
        }
        try (ProxyServer proxy = start(Map.of("NEARSIDE_ADMIN_ACTIONS_ENABLED", "true"))) {
            assertThat(get(proxy, "/api/actions")).contains("\"enabled\":true");
            RawHttp.Response asAWebPageCould = post(proxy, "/api/hot-keys", Map.of("content-type", "text/plain"), "");
            assertThat(asAWebPageCould.status()).isEqualTo(403);
            assertThat(asAWebPageCould.text()).contains("x-nearside-action: hot-keys");
        }
    }

    @Test
    void host_thatAPageWasReboundFrom_isRefusedEverywhere() {
        try (ProxyServer proxy =
                start(Map.of("NEARSIDE_ADMIN_ACTIONS_ENABLED", "true", "NEARSIDE_ADMIN_HOSTS", "[proxy.example]"))) {
            for (String path : List.of("/", "/metrics", "/health/ready", "/api/cache", "/api/coherence", "/nothing")) {
                RawHttp.Response rebound = ask(proxy, path, Map.of("host", "evil.example:8002"));
                assertThat(rebound.status()).as(path).isEqualTo(403);
                assertThat(rebound.text()).contains("admin.hosts");
                assertThat(ask(proxy, path, Map.of("host", "Proxy.example:8002"))
                                .status())
                        .as(path)
                        .isNotEqualTo(403);
            }
            Map<String, String> meant = Map.of("host", "evil.example", "x-nearside-action", "hot-keys");
            assertThat(post(proxy, "/api/hot-keys", meant, "").status()).isEqualTo(403);
        }
    }

    @Test
    void healthPort_saysHowThingsAre_andNothingElse() {
        try (ProxyServer proxy =
                start(Map.of("NEARSIDE_ADMIN_HEALTH_PORT", "0", "NEARSIDE_ADMIN_HEALTH_HOST", "127.0.0.1"))) {
            URI health = URI.create("http://127.0.0.1:" + proxy.healthPort().orElseThrow());

            assertThat(RawHttp.send(health, "GET", "/health/live", Map.of(), new byte[0])
                            .text())
                    .isEqualTo("{\"status\":\"live\"}\n");
            await().untilAsserted(() -> assertThat(RawHttp.send(health, "GET", "/health/ready", Map.of(), new byte[0])
                            .text())
                    .isEqualTo("{\"status\":\"ready\"}\n"));
            assertThat(RawHttp.send(health, "GET", "/metrics", Map.of(), new byte[0])
                            .status())
                    .isEqualTo(404);
        }
    }

    private static ProxyServer start(Map<String, String> environment) {
        return ProxyServer.start(TestProxy.config(EmbeddedDynamoDb.shared().endpoint(0), environment));
    }

    private void createTable(ProxyServer proxy) {
        try (DynamoDbClient client = TestProxy.client(TestProxy.endpoint(proxy))) {
            client.createTable(create -> create.tableName(table)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName("pk")
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName("pk")
                            .keyType(KeyType.HASH)
                            .build()));
        }
    }

    private String outcome(ProxyServer proxy) {
        byte[] body = ("{\"TableName\":\"" + table + "\",\"Key\":" + KEY + "}").getBytes(StandardCharsets.UTF_8);
        return RawHttp.send(TestProxy.endpoint(proxy), "POST", "/", GET_ITEM, body)
                .header("x-nearside-cache");
    }

    private static String explain(ProxyServer proxy, String table) {
        String query = "?table=" + table + "&key=" + URLEncoder.encode(KEY, StandardCharsets.UTF_8);
        return look(proxy, "explain", query).text();
    }

    private static RawHttp.Response look(ProxyServer proxy, String action, String query) {
        return post(proxy, "/api/" + action + query, Map.of("x-nearside-action", action), "");
    }

    private static String get(ProxyServer proxy, String path) {
        return RawHttp.send(TestProxy.admin(proxy, ""), "GET", path, Map.of(), new byte[0])
                .text();
    }

    private static RawHttp.Response ask(ProxyServer proxy, String path, Map<String, String> headers) {
        return RawHttp.send(TestProxy.admin(proxy, ""), "GET", path, headers, new byte[0]);
    }

    private static RawHttp.Response act(ProxyServer proxy, String body) {
        return post(proxy, "/api/invalidate", ACTION, body);
    }

    private static RawHttp.Response post(ProxyServer proxy, String path, Map<String, String> headers, String body) {
        return RawHttp.send(TestProxy.admin(proxy, ""), "POST", path, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}
