package io.nearside.load.replication;

import io.nearside.load.process.ProcessFigures;
import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import io.nearside.load.report.Spread;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a test suite that makes, uses and deletes tables all the time pays for {@code nearside up} instead of DynamoDB Local alone. */
@Command(
        name = "tables",
        mixinStandardHelpOptions = true,
        description =
                "A test suite that makes, uses and deletes tables: straight at DynamoDB Local and through nearside up, in turns.")
public final class TablesCommand implements Callable<Integer> {
    private static final int MOST = 100_000;

    @Option(
            names = "--port-base",
            defaultValue = "18000",
            description = "First port of the regions (default ${DEFAULT-VALUE}).")
    private int portBase;

    @Option(
            names = "--regions",
            defaultValue = "us-east-1,eu-west-1",
            description = "Regions of nearside up (default ${DEFAULT-VALUE}).")
    private String regions = "";

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "Rounds that count, after one that does not (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--tables", defaultValue = "10", description = "Tables of a round (default ${DEFAULT-VALUE}).")
    private int tables;

    @Option(
            names = "--items",
            defaultValue = "20",
            description =
                    "Items of a table: each is written, read, written again and read again (default ${DEFAULT-VALUE}).")
    private int items;

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    private final Progress progress = new Progress();
    private int made;

    private record Round(double seconds, double processorSeconds) {}

    @Override
    public Integer call() throws IOException {
        requireWithin("--rounds", rounds);
        requireWithin("--tables", tables);
        requireWithin("--items", items);
        Map<String, List<Round>> results = new LinkedHashMap<>();
        var directory = Files.createTempDirectory("nearside-tables");
        progress.step("starting DynamoDB Local, and nearside up --regions " + regions);
        try (var alone = EmbeddedDynamoDb.start(1);
                var up = TwoRegions.start(directory, portBase, "--regions", regions)) {
            for (int round = 0; round <= rounds; round++) {
                progress.step("round " + round + " of " + rounds + ", straight");
                var straight = run(alone.regions().get(0).port(), up);
                progress.step("round " + round + " of " + rounds + ", through nearside up");
                var through = run(up.proxyPort(0), up);
                if (round > 0) {
                    results.computeIfAbsent("straight", any -> new ArrayList<>())
                            .add(straight);
                    results.computeIfAbsent("nearside up", any -> new ArrayList<>())
                            .add(through);
                }
            }
        }
        progress.done();
        var report = report(results);
        System.out.println(report.toText());
        System.out.println("page: " + report.write(out, "tables"));
        return 0;
    }

    private void requireWithin(String option, int value) {
        if (value < 1 || value > MOST) {
            throw new ParameterException(spec.commandLine(), option + " must be from 1 to " + MOST + ": " + value);
        }
    }

    private Round run(int port, TwoRegions up) throws IOException {
        List<Long> pids = new ArrayList<>(up.pids());
        pids.add(ProcessHandle.current().pid());
        long begun = System.nanoTime();
        double processor = ProcessFigures.cpuSeconds(pids);
        try (var connection = new Connection(port)) {
            for (int i = 0; i < tables; i++) {
                useTable(connection, "suite-" + made++);
            }
        }
        return new Round((System.nanoTime() - begun) / 1e9, ProcessFigures.cpuSeconds(pids) - processor);
    }

    private void useTable(Connection connection, String table) throws IOException {
        send(connection, "CreateTable", """
                {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
                 "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                 "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}""".formatted(table));
        while (!send(connection, "DescribeTable", "{\"TableName\":\"%s\"}".formatted(table))
                .contains("\"ACTIVE\"")) {
            Thread.onSpinWait();
        }
        for (String value : List.of("first", "second")) {
            for (int item = 0; item < items; item++) {
                send(
                        connection,
                        "PutItem",
                        "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"%d\"},\"value\":{\"S\":\"%s\"}}}"
                                .formatted(table, item, value));
                String read = send(
                        connection,
                        "GetItem",
                        "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"%d\"}}}".formatted(table, item));
                if (!read.contains(value)) {
                    throw new IllegalStateException("what was written was not read: " + read);
                }
            }
        }
        send(connection, "DeleteTable", "{\"TableName\":\"%s\"}".formatted(table));
    }

    private static String send(Connection connection, String operation, String body) throws IOException {
        var answer = connection.exchange(operation, body);
        if (answer.status() != 200) {
            throw new IllegalStateException(operation + " was answered " + answer.status() + " " + answer.body());
        }
        return answer.body();
    }

    private Report report(Map<String, List<Round>> results) {
        double straight = median(results.getOrDefault("straight", List.of()));
        List<List<String>> rows = new ArrayList<>();
        results.forEach((name, measured) -> rows.add(List.of(
                name,
                Spread.of(measured.stream().map(Round::seconds).toList()).format(2),
                Spread.of(measured.stream().map(Round::processorSeconds).toList())
                        .format(2),
                String.format(Locale.ROOT, "%.1f", median(measured) / straight))));
        return new Report("Tables that come and go")
                .note(Machine.describe())
                .note("medians of " + rounds + " rounds in turns, in parentheses the least and the most; a round: "
                        + tables
                        + " tables one after the other, each made, " + 4 * items
                        + " writes and reads of items, deleted; nearside up --regions " + regions)
                .note("processor time: of the driver, DynamoDB Local and nearside up, which runs all the time")
                .table(new Report.Table(
                        "Tables", List.of("", "time, s", "processor, s", "time, times straight"), rows));
    }

    private static double median(List<Round> rounds) {
        List<Double> sorted = rounds.stream().map(Round::seconds).sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
