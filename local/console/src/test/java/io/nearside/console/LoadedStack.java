package io.nearside.console;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

import static org.awaitility.Awaitility.await;

/** {@code nearside up} as a process of its own, with an application that reads and writes through its first proxy. */
final class LoadedStack {

    private static final System.Logger LOG = System.getLogger(LoadedStack.class.getName());
    private static final Path JAR = Path.of("../target/nearside-local.jar");
    private static final String TABLE = "carts";
    private static final int KEYS = 20;

    /** Offsets of the ports of up from its base, and how far its regions reach. */
    private static final List<Integer> OFFSETS = List.of(0, 1, 2, 3, 10, 11, 12, 13, 1192);

    private final int base;
    private final Process process;
    private final DynamoDbClient client;
    private final DynamoDbClient rival;
    private final Thread application = new Thread(this::useUntilInterrupted, "application");

    LoadedStack() throws IOException {
        this.base = freeBase();
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx700m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dnearside.home=" + Path.of("../..").toRealPath(),
                        "-jar",
                        JAR.toString(),
                        "up",
                        "--port-base",
                        String.valueOf(base))
                .redirectError(new File("target/up.log"))
                .start();
        awaitReady();
        awaitAtWork();
        this.client = client(base, Region.US_EAST_1);
        this.rival = client(base + 10, Region.EU_WEST_1);
        createTable();
        application.start();
    }

    private static DynamoDbClient client(int port, Region region) {
        return DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /** Console of the proxy that the application uses. */
    String proxyConsole() {
        return "http://127.0.0.1:" + (base + 2) + "/";
    }

    /** Console of the other region's replicator, which applies what the application writes. */
    String replicatorConsole() {
        return "http://127.0.0.1:" + (base + 13) + "/";
    }

    private void awaitReady() throws IOException {
        List<String> said = new ArrayList<>();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
            if (line.equals("ready")) {
                return;
            }
        }
        throw new IllegalStateException("up ended before it was ready, see target/up.log; it said: " + said);
    }

    /** The ports are open before the replicators are at work. */
    private void awaitAtWork() {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest conflicts = HttpRequest.newBuilder(URI.create(replicatorConsole() + "api/conflicts"))
                .header("x-nearside-action", "conflicts")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> http.send(conflicts, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }

    private void createTable() {
        client.createTable(request -> request.tableName(TABLE)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build()));
    }

    private void useUntilInterrupted() {
        try {
            use();
        } catch (AbortedException e) {
            // Interrupted in the middle of a call: the end of the test.
            Thread.currentThread().interrupt();
        }
    }

    private void use() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        while (!Thread.currentThread().isInterrupted()) {
            AttributeValue id = AttributeValue.fromS("cart-" + random.nextInt(KEYS));
            if (random.nextInt(10) == 0) {
                client.putItem(request -> request.tableName(TABLE).item(Map.of("id", id)));
            } else if (random.nextInt(20) == 0) {
                collide();
            } else {
                client.getItem(request -> request.tableName(TABLE).key(Map.of("id", id)));
            }
        }
    }

    /** Writes one key in both regions at the same time, as soon as the other region has the table. */
    private void collide() {
        Map<String, AttributeValue> item = Map.of("id", AttributeValue.fromS("contested"));
        try {
            client.putItem(request -> request.tableName(TABLE).item(item));
            rival.putItem(request -> request.tableName(TABLE).item(item));
        } catch (ResourceNotFoundException e) {
            LOG.log(Level.DEBUG, "the other region has no table yet");
        }
    }

    private static int freeBase() {
        RandomGenerator random = RandomGenerator.getDefault();
        int candidate = 20_000 + 20 * random.nextInt(500);
        while (!OFFSETS.stream().allMatch(portsFrom(candidate)::isFree)) {
            candidate = 20_000 + 20 * random.nextInt(500);
        }
        return candidate;
    }

    private static Ports portsFrom(int base) {
        return offset -> {
            try (ServerSocket socket = new ServerSocket(base + offset, 1, InetAddress.getLoopbackAddress())) {
                return socket.isBound();
            } catch (IOException e) {
                return false;
            }
        };
    }

    private interface Ports {
        boolean isFree(int offset);
    }

    void stop() throws InterruptedException {
        application.interrupt();
        application.join();
        client.close();
        rival.close();
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("up did not end within 30 s of SIGTERM");
        }
    }
}
