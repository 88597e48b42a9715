package io.nearside.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

class ConsoleIT {

    /** What the admin port answers when a change is parked. */
    private static final String PARKED = """
            [{"table": "orders", "key": {"id": {"S": "<b>7</b>"}}, "kind": "PUT", "version": "1.2.3", "reason": "not-applicable",
              "detail": "Item size has exceeded the maximum allowed size", "at": "2026-01-01T00:00:00Z"}]
            """;

    private static final double PATIENCE_MILLIS = 60_000;
    private static final LocatorAssertions.HasAttributeOptions PATIENTLY =
            new LocatorAssertions.HasAttributeOptions().setTimeout(PATIENCE_MILLIS);
    private static final int PHONE_WIDTH = 390;
    private static final Pattern RATE = Pattern.compile("[1-9][0-9.]*( k)?/s");
    private static final Pattern DURATION = Pattern.compile("[0-9.]+ (µs|ms|s)");
    private static final Pattern PERCENT = Pattern.compile("[1-9][0-9.]* %");

    private static LoadedStack stack;
    private static Playwright playwright;
    private static Browser browser;

    @BeforeAll
    @SuppressWarnings("NullAway.Init")
    static void start() throws Exception {
        stack = new LoadedStack();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of("/usr/bin/chromium"))
                        // The sandbox needs rights that root in a container does not have.
                        .setArgs(List.of("--no-sandbox")));
    }

    @AfterAll
    static void stop() throws Exception {
        if (playwright != null) {
            playwright.close();
        }
        if (stack != null) {
            stack.stop();
        }
    }

    @Test
    void proxyConsole_underLoad_showsLiveFigures() {
        try (Visit visit = new Visit(stack.proxyConsole(), ColorScheme.LIGHT)) {
            visit.awaitText("#state", Pattern.compile("ready|degraded"));
            visit.awaitText("#tile-requests b", RATE);
            visit.awaitText("#tile-hit-ratio b", PERCENT);
            visit.awaitText("#tile-latency b", DURATION);
            visit.awaitText("#tile-heap b", Pattern.compile("[0-9.]+ MiB"));
            visit.awaitText("#tile-cache b", Pattern.compile("[0-9.]+ (B|KiB|MiB)"));
            visit.awaitText("#components", Pattern.compile("upstream.*DynamoDB answers", Pattern.DOTALL));
            visit.awaitText("#operations", Pattern.compile("GetItem.*PutItem|PutItem.*GetItem", Pattern.DOTALL));
            visit.awaitText("#tables", Pattern.compile("carts.*%", Pattern.DOTALL));
            visit.awaitText("#hot-keys", Pattern.compile("carts.*item.*cart-", Pattern.DOTALL));
            visit.awaitText(
                    "#coherence",
                    Pattern.compile("Bus connected\\s*yes.*every entry.*ask DynamoDB.*p99", Pattern.DOTALL));
            visit.awaitText("#sources", Pattern.compile("capture/.*carts", Pattern.DOTALL));
            visit.awaitText("#config", Pattern.compile("max-weight:"));
            visit.screenshot("proxy-light");
        }
    }

    @Test
    void replicatorConsole_underLoad_showsLagOfThePair() {
        try (Visit visit = new Visit(stack.replicatorConsole(), ColorScheme.DARK)) {
            visit.awaitText("#state", Pattern.compile("ready|degraded"));
            visit.awaitText("#tile-applied b", RATE);
            visit.awaitText("#tile-lag b", DURATION);
            visit.awaitText("#pairs", Pattern.compile("us-east-1.*carts", Pattern.DOTALL));
            visit.awaitText("#tables", Pattern.compile("carts"));
            visit.awaitText("#shards", Pattern.compile("carts"));
            visit.awaitText("#conflicts", Pattern.compile("carts.*contested", Pattern.DOTALL));
            visit.awaitText("#config", Pattern.compile("region-id:"));
            visit.screenshot("replicator-dark");
        }
    }

    @Test
    void consoles_head_namesRegionAndProcess() {
        try (Visit proxy = new Visit(stack.proxyConsole(), ColorScheme.LIGHT);
                Visit replicator = new Visit(stack.replicatorConsole(), ColorScheme.LIGHT)) {
            proxy.awaitText("#identity", Pattern.compile("us-east-1.*process at 127\\.0\\.0\\.1:[0-9]+"));
            replicator.awaitText("#identity", Pattern.compile("eu-west-1.*process at 127\\.0\\.0\\.1:[0-9]+"));

            assertThat(proxy.page).hasTitle(Pattern.compile("us-east-1.*proxy"));
            assertThat(replicator.page).hasTitle(Pattern.compile("eu-west-1.*replicator"));
        }
    }

    @Test
    void consoles_everyTile_hasAChartAndNoneIsAloneInItsRow() {
        for (String console : List.of(stack.proxyConsole(), stack.replicatorConsole())) {
            try (Visit visit = new Visit(console, ColorScheme.LIGHT)) {
                visit.awaitText("#tile-heap b", Pattern.compile("[0-9.]+ MiB"));
                assertThat(visit.page.locator(".tile")).hasCount(8);
                assertThat(visit.page.locator(".tile svg")).hasCount(8);
                // A line needs two readings.
                assertThat(visit.page.locator("#tile-heap path"))
                        .hasAttribute("d", Pattern.compile("M.*L.*"), PATIENTLY);
            }
        }
    }

    @Test
    void proxyConsole_explain_saysWhatTheCacheHoldsAndInvalidateDropsIt() {
        try (Visit visit = new Visit(stack.proxyConsole(), ColorScheme.LIGHT)) {
            visit.page.locator("#of-table").fill("carts");
            visit.page.locator("#of-key").fill("{\"id\":{\"S\":\"cart-1\"}}");
            visit.page.locator("#explain button").first().click();
            visit.awaitText("#explanation", Pattern.compile("\"table\": \"carts\".*\"verdict\"", Pattern.DOTALL));
            visit.page.locator("#invalidate").click();
            visit.awaitText("#verdict", Pattern.compile("Invalidated"));
            visit.screenshot("proxy-explain");
        }
    }

    @Test
    void proxyConsole_actionsDisabled_offersNeitherExplainNorInvalidate() {
        try (Visit visit =
                new Visit(stack.proxyConsole(), ColorScheme.LIGHT, "**/api/actions", "{\"enabled\":false}")) {
            visit.awaitText("#actions-off", Pattern.compile("admin.actions-enabled"));

            assertThat(visit.page.locator("#actions-off")).isVisible();
            assertThat(visit.page.locator("#explain")).isHidden();
            assertThat(visit.page.locator("#invalidate")).isHidden();
        }
    }

    @Test
    void replicatorConsole_parkedChanges_areListedAsTextWithTheirReason() {
        try (Visit visit = new Visit(stack.replicatorConsole(), ColorScheme.LIGHT, "**/api/parked", PARKED)) {
            visit.awaitText(
                    "#parked", Pattern.compile("orders.*<b>7</b>.*put.*not-applicable.*Item size", Pattern.DOTALL));
            visit.screenshot("replicator-parked");
        }
    }

    @Test
    void consoles_onAPhone_fitTheScreen() {
        for (String console : List.of(stack.proxyConsole(), stack.replicatorConsole())) {
            try (Visit visit = new Visit(console, ColorScheme.DARK)) {
                visit.page.setViewportSize(PHONE_WIDTH, 844);
                visit.awaitText("#tile-heap b", Pattern.compile("[0-9.]+ MiB"));
                visit.screenshot(console.equals(stack.proxyConsole()) ? "proxy-phone" : "replicator-phone");

                assertThat(visit.page.evaluate("document.documentElement.scrollWidth"))
                        .isEqualTo(PHONE_WIDTH);
            }
        }
    }

    @Test
    void consoles_lightAndDark_differ() {
        String light = background(ColorScheme.LIGHT);
        String dark = background(ColorScheme.DARK);

        assertThat(dark).isNotEqualTo(light);
    }

    private static String background(ColorScheme scheme) {
        try (Visit visit = new Visit(stack.proxyConsole(), scheme)) {
            return (String) visit.page.evaluate("getComputedStyle(document.body).backgroundColor");
        }
    }

    /** One page, which must not complain: errors of its script and refused requests fail the visit. */
    private static final class Visit implements AutoCloseable {

        private final BrowserContext context;
        private final Page page;
        private final List<String> complaints = new ArrayList<>();

        Visit(String console, ColorScheme scheme) {
            this(console, scheme, null, "");
        }

        /**
         * @param replaced whose answer is not the service's own
         * @param body is answered there
         */
        Visit(String console, ColorScheme scheme, @Nullable String replaced, String body) {
            context = browser.newContext(new Browser.NewContextOptions().setColorScheme(scheme));
            page = context.newPage();
            page.onPageError(complaints::add);
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(message.text());
                }
            });
            page.onResponse(response -> {
                if (response.status() >= 400) {
                    complaints.add(response.status() + " " + response.url());
                }
            });
            if (replaced != null) {
                page.route(
                        replaced,
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/json")
                                .setBody(body)));
            }
            page.navigate(console);
        }

        void awaitText(String selector, Pattern text) {
            Locator found = page.locator(selector);
            assertThat(found)
                    .containsText(text, new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MILLIS));
        }

        void screenshot(String name) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of("target/screenshots", name + ".png"))
                    .setFullPage(true));
        }

        @Override
        public void close() {
            context.close();
            org.assertj.core.api.Assertions.assertThat(complaints).isEmpty();
        }
    }
}
