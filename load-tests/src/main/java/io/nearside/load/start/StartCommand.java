package io.nearside.load.start;

import io.nearside.load.peer.Backend;
import io.nearside.load.peer.Bench;
import io.nearside.load.peer.Proxy;
import io.nearside.load.peer.RunningProxy;
import io.nearside.load.process.CpuPinning;
import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import io.nearside.load.report.Spread;
import io.nearside.load.workload.Requests;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** From the start of the process until {@code /health/ready} says yes, and resident memory some seconds later. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description =
                "Start of a proxy until it is ready, and its resident memory idle: as it comes, with a small heap, and"
                        + " with an archive of its classes (class-data sharing).")
public final class StartCommand implements Callable<Integer> {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration DUMP_LIMIT = Duration.ofMinutes(2);
    private static final String SMALL_START = "-Xms64m";
    private static final String SMALL_HEAP = "-Xmx128m";

    @Option(names = "--rounds", defaultValue = "7", description = "Starts of each kind (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--idle",
            defaultValue = "5",
            description = "Seconds of idleness before memory is read (default ${DEFAULT-VALUE}).")
    private int idleSeconds;

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    private final Progress progress = new Progress();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    private record Started(double readyMillis, double residentMebibytes) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        var bench = new Bench(Files.createTempDirectory("nearside-start"), 1, 100);
        var results = new LinkedHashMap<String, List<Started>>();
        try (var backend = Backend.start(1, 100, written -> {})) {
            var archive = bench.directory().resolve("proxy.jsa");
            progress.step("writing an archive of the classes that a proxy loads");
            train(bench, backend, archive);
            var kinds = new LinkedHashMap<String, List<String>>();
            kinds.put("as the JVM comes", List.of());
            kinds.put("class archive", List.of("-XX:SharedArchiveFile=" + archive));
            kinds.put("class archive, " + SMALL_START, List.of("-XX:SharedArchiveFile=" + archive, SMALL_START));
            kinds.put(
                    "class archive, serial collector, " + SMALL_HEAP,
                    List.of("-XX:SharedArchiveFile=" + archive, "-XX:+UseSerialGC", SMALL_HEAP));
            for (int round = 1; round <= rounds; round++) {
                for (var kind : kinds.entrySet()) {
                    progress.step("round " + round + " of " + rounds + ": " + kind.getKey());
                    results.computeIfAbsent(kind.getKey(), name -> new ArrayList<>())
                            .add(start(bench, backend, kind.getValue()));
                }
            }
        }
        progress.done();
        var report = report(results);
        System.out.println(report.toText());
        System.out.println("page: " + report.write(out, "start"));
        return 0;
    }

    /** A proxy that has served a request has loaded what it needs; the JVM writes that down when it ends. */
    private void train(Bench bench, Backend backend, Path archive) throws IOException, InterruptedException {
        var proxy = Proxy.start(
                bench,
                backend.endpoint(),
                "",
                List.of("-XX:ArchiveClassesAtExit=" + archive, "-XX:+UseSerialGC"),
                CpuPinning.ANYWHERE);
        awaitReady(proxy);
        for (int i = 0; i < 50; i++) {
            get("http://127.0.0.1:" + proxy.port(), "GetItem", Requests.getItem(0));
        }
        proxy.process().closeWithin(DUMP_LIMIT);
        if (!Files.exists(archive)) {
            throw new IllegalStateException(
                    "this JVM wrote no archive: " + proxy.process().lastLines());
        }
    }

    private Started start(Bench bench, Backend backend, List<String> jvm) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        try (var proxy = Proxy.start(bench, backend.endpoint(), "", jvm, CpuPinning.ANYWHERE)) {
            awaitReady(proxy);
            double millis = (System.nanoTime() - begun) / 1e6;
            TimeUnit.SECONDS.sleep(idleSeconds);
            return new Started(millis, proxy.process().residentBytes() / (double) (1 << 20));
        }
    }

    private void awaitReady(RunningProxy proxy) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.adminPort() + "/health/ready"))
                .build();
        while (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "the proxy is not ready: " + proxy.process().lastLines());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void get(String endpoint, String operation, String body) throws IOException, InterruptedException {
        http.send(
                HttpRequest.newBuilder(URI.create(endpoint))
                        .header("Content-Type", "application/x-amz-json-1.0")
                        .header("X-Amz-Target", "DynamoDB_20120810." + operation)
                        .header("X-Amz-Date", "20260101T000000Z")
                        .header("Authorization", Requests.AUTHORIZATION)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }

    private Report report(Map<String, List<Started>> results) {
        var rows = new ArrayList<List<String>>();
        results.forEach((name, starts) -> rows.add(List.of(
                name,
                Spread.of(starts.stream().map(Started::readyMillis).toList()).format(0),
                Spread.of(starts.stream().map(Started::residentMebibytes).toList())
                        .format(0))));
        return new Report("Start of a proxy")
                .note(Machine.describe())
                .note("medians of " + rounds + " starts, kinds alternating; in parentheses the least and the most;"
                        + " ready: from starting the process until /health/ready is 200, DynamoDB included; resident: "
                        + idleSeconds + " s later")
                .table(new Report.Table("Start", List.of("JVM", "ready, ms", "resident idle, MiB"), rows));
    }
}
