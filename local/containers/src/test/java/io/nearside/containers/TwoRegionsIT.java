package io.nearside.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.testcontainers.containers.Container.ExecResult;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The whole path in containers: proxy, DynamoDB, stream, replicator, Kafka, replicator, DynamoDB, proxy. */
@TestInstance(Lifecycle.PER_CLASS)
class TwoRegionsIT {

    private static final Duration REPLICATED = Duration.ofSeconds(60);

    /** What Java itself prints, in whatever format: its options, and on Java 24 and later what libraries do with Unsafe. */
    private static final Pattern JAVAS_OWN = Pattern.compile(
            "^NOTE: Picked up JDK_JAVA_OPTIONS|^WARNING: .*(sun\\.misc\\.Unsafe|the maintainers of class)");

    private static final int SIGTERM_EXIT = 143;

    private Regions regions;
    private ServiceContainer proxyHere;
    private ServiceContainer replicatorHere;
    private Table here;
    private Table there;

    @BeforeAll
    @SuppressWarnings("NullAway.Init")
    void start() {
        Engine.requireOrSkip();
        regions = new Regions();
        proxyHere = regions.proxy(Regions.HERE);
        ServiceContainer proxyThere = regions.proxy(Regions.THERE);
        replicatorHere = regions.replicator(Regions.HERE, 1, Regions.THERE, 2);
        regions.start(proxyHere, proxyThere, replicatorHere, regions.replicator(Regions.THERE, 2, Regions.HERE, 1));
        here = new Table("carts", Regions.HERE, proxyHere.endpoint());
        there = new Table("carts", Regions.THERE, proxyThere.endpoint());
        here.create();
        here.put("first", "1");
        awaitValue(there, "first", "1");
    }

    @AfterAll
    void stop() {
        if (regions != null) {
            regions.close();
        }
    }

    @Test
    void item_writtenInOneRegion_isReadOverwrittenAndDeletedThroughBoth() {
        here.put("a", "here");
        awaitValue(there, "a", "here");

        there.put("a", "there");
        awaitValue(here, "a", "there");

        here.delete("a");
        awaitValue(there, "a", "");
    }

    @Test
    void item_readAgain_comesFromMemoryUntilTheOtherRegionWrites() {
        here.put("b", "1");
        awaitValue(there, "b", "1");
        await().atMost(REPLICATED).until(() -> here.outcome("b").equals("hit"));

        there.put("b", "2");

        awaitValue(here, "b", "2");
    }

    @Test
    void container_running_isNotRootAndCannotWriteItsFiles() throws Exception {
        for (ServiceContainer service : List.of(proxyHere, replicatorHere)) {
            assertThat(service.execInContainer("id", "-u").getStdout().strip()).isEqualTo("65532");
            ExecResult touched = service.execInContainer("touch", "/opt/nearside/x");
            assertThat(touched.getExitCode()).isNotZero();
            assertThat(touched.getStderr()).contains("Read-only file system");
        }
    }

    @Test
    void logs_ofBothServices_areOneJsonObjectALine() throws Exception {
        for (ServiceContainer service : List.of(proxyHere, replicatorHere)) {
            List<String> lines = service.getLogs(org.testcontainers.containers.output.OutputFrame.OutputType.STDERR)
                    .lines()
                    .filter(line -> !JAVAS_OWN.matcher(line).find())
                    .filter(line -> !line.isBlank())
                    .toList();

            for (String line : lines) {
                JsonNode event = new ObjectMapper().readTree(line);
                assertThat(event.has("level")).as(line).isTrue();
                assertThat(event.has("formattedMessage")).as(line).isTrue();
            }
        }
    }

    @Test
    void replicator_toldToStop_endsInTime() throws Exception {
        ServiceContainer second = regions.replicator(Regions.HERE, 1, Regions.THERE, 2);
        regions.start(second);

        ContainerState state = second.stopGracefully();

        assertThat(state.getExitCodeLong()).isIn(0L, (long) SIGTERM_EXIT);
    }

    @Test
    void admin_ofBothServices_showsTheConsole() throws Exception {
        for (ServiceContainer service : List.of(proxyHere, replicatorHere)) {
            HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(service.admin("/")).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("<title>Nearside ");
        }
    }

    /** The other region's table appears on its own; until then reads of it are refused. */
    private static void awaitValue(Table table, String id, String value) {
        await().atMost(REPLICATED)
                .ignoreException(ResourceNotFoundException.class)
                .until(() -> table.get(id).equals(value));
    }
}
