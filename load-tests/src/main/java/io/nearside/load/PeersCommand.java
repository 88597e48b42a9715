package io.nearside.load;

import io.nearside.load.generator.Generator;
import io.nearside.load.generator.RunPlan;
import io.nearside.load.generator.RunResult;
import io.nearside.load.peer.Backend;
import io.nearside.load.peer.Peers;
import io.nearside.load.peer.Proxy;
import io.nearside.load.peer.Target;
import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import io.nearside.load.report.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The same GetItem work against this proxy and what a user would pick instead, alternating, as ratios. */
@Command(
        name = "peers",
        mixinStandardHelpOptions = true,
        description = "GetItem against this proxy, bare Vert.x, nginx, Varnish, Redis and the backend, in one run.")
final class PeersCommand implements Callable<Integer> {
    private static final String OURS = "nearside";

    @Mixin
    private RunOptions options = new RunOptions();

    @Option(
            names = "--load",
            defaultValue = "0.5",
            description =
                    "The open-loop part asks for this share of each target's own saturation rate (default ${DEFAULT-VALUE}); 0 leaves it out.")
    private double load;

    @Option(
            names = "--peers",
            split = ",",
            description = "Only these, by the names in the table, \"backend\" included (default all).")
    private List<String> peers = List.of();

    @Option(
            names = "--first-warmup",
            defaultValue = "15",
            description =
                    "Seconds of load for each target before its first round, for compilers that share its one core (default ${DEFAULT-VALUE}).")
    private int firstWarmupSeconds;

    private final Progress progress = new Progress();
    private final List<String> missing = new ArrayList<>();
    private final Map<String, List<RunResult>> saturated = new LinkedHashMap<>();
    private final Map<String, List<RunResult>> paced = new LinkedHashMap<>();

    @Override
    public Integer call() {
        var bench = options.bench();
        try (var generator = Generator.start();
                var backend = Backend.start(
                        options.keys,
                        options.itemBytes,
                        done -> progress.count("filling the backend", done, options.keys))) {
            var targets = start(bench, backend);
            try {
                measure(generator, targets);
            } finally {
                targets.forEach(Target::close);
            }
        }
        progress.done();
        var report = report(options.rounds);
        System.out.println(report.toText());
        System.out.println("page: " + report.write(options.out, "peers"));
        return 0;
    }

    private List<Target> start(io.nearside.load.peer.Bench bench, Backend backend) {
        var targets = new ArrayList<Target>();
        progress.step("starting nearside");
        targets.add(Proxy.start(bench, backend.endpoint(), ""));
        for (var peer : Peers.values()) {
            if (!isWanted(peer.label())) {
                continue;
            }
            if (peer.installed()) {
                progress.step("starting " + peer.label());
                targets.add(peer.start(bench, backend));
            } else {
                missing.add(peer.label() + " is missing: " + peer.installation());
            }
        }
        if (isWanted(backend.name())) {
            targets.add(backend);
        }
        return targets;
    }

    private boolean isWanted(String name) {
        return peers.isEmpty() || peers.contains(name);
    }

    private void measure(Generator generator, List<Target> targets) {
        for (var target : targets) {
            progress.step("warming up " + target.name());
            run(generator, target, 0, 0, Duration.ofSeconds(firstWarmupSeconds), Duration.ofMillis(100));
        }
        for (int round = 1; round <= options.rounds; round++) {
            measure(generator, targets, round);
            // After each round, so that whoever has seen enough may stop it.
            report(round).write(options.out, "peers");
        }
    }

    private void measure(Generator generator, List<Target> targets, int round) {
        for (var target : targets) {
            progress.step("round " + round + " of " + options.rounds + ", as fast as it goes: " + target.name());
            add(saturated, target, run(generator, target, round, 0));
        }
        if (load <= 0) {
            return;
        }
        for (var target : targets) {
            double rate = load * rates(target.name()).median();
            progress.step(String.format(
                    Locale.ROOT, "round %d of %d, %.0f per second: %s", round, options.rounds, rate, target.name()));
            add(paced, target, run(generator, target, round, rate));
        }
    }

    private RunResult run(Generator generator, Target target, int round, double rate) {
        return run(generator, target, round, rate, options.warmup(), options.measured());
    }

    private RunResult run(
            Generator generator, Target target, int round, double rate, Duration warmup, Duration measured) {
        return generator.run(new RunPlan(
                target.port(),
                target.tls(),
                options.connections,
                warmup,
                measured,
                rate,
                target.read(),
                options.distribution,
                options.keys,
                options.itemBytes,
                options.seed + round,
                target.pids()));
    }

    private static void add(Map<String, List<RunResult>> results, Target target, RunResult result) {
        results.computeIfAbsent(target.name(), name -> new ArrayList<>()).add(result);
    }

    private Spread rates(String target) {
        return Spread.of(results(saturated, target).stream()
                .map(RunResult::ratePerSecond)
                .toList());
    }

    private static List<RunResult> results(Map<String, List<RunResult>> results, String target) {
        return results.getOrDefault(target, List.of());
    }

    private Report report(int doneRounds) {
        var report = new Report(
                        "GetItem, " + options.itemBytes + " byte items, " + options.connections + " connections")
                .note(Machine.describePinned())
                .note("medians of " + doneRounds
                        + " rounds, targets alternating; in parentheses the least and the most");
        missing.forEach(report::note);
        tabulate(report);
        return report;
    }

    private void tabulate(Report report) {
        var rows = new ArrayList<List<String>>();
        saturated.forEach((name, results) -> rows.add(List.of(
                name,
                rates(name).format(0),
                ratio(name, true).format(2),
                Spread.of(results.stream().map(RunResult::serverMicrosPerAnswer).toList())
                        .format(1),
                ratio(name, false).format(2),
                Spread.of(results.stream().map(RunResult::generatorLoad).toList())
                        .format(2),
                String.valueOf(results.stream().mapToLong(RunResult::errors).sum()))));
        report.table(new Report.Table(
                "As fast as it goes (closed loop)",
                List.of(
                        "target",
                        "answers/s",
                        "nearside / target, rate",
                        "server CPU µs/answer",
                        "target / nearside, CPU",
                        "generator load",
                        "errors"),
                rows));
        var reach = new Reach(results(saturated, OURS), results(paced, OURS));
        saturated.forEach((name, results) -> reach.peer(name, results, results(paced, name)));
        report.table(reach.table());
        if (!paced.isEmpty()) {
            tabulatePaced(report);
        }
    }

    private void tabulatePaced(Report report) {
        var pacedRows = new ArrayList<List<String>>();
        paced.forEach((name, results) -> {
            pacedRows.add(List.of(
                    name,
                    Spread.of(results.stream().map(RunResult::ratePerSecond).toList())
                            .format(0),
                    Spread.of(results.stream().map(result -> result.micros(50)).toList())
                            .format(0),
                    Spread.of(results.stream().map(result -> result.micros(99)).toList())
                            .format(0),
                    Spread.of(results.stream()
                                    .map(result -> result.micros(99.9))
                                    .toList())
                            .format(0),
                    String.valueOf(results.stream().mapToLong(RunResult::errors).sum())));
            report.curve(name, results.get(results.size() / 2));
        });
        report.table(new Report.Table(
                String.format(
                        Locale.ROOT,
                        "At %.0f %% of its own saturation (open loop, from when each request was due)",
                        load * 100),
                List.of("target", "answers/s", "p50 µs", "p99 µs", "p99.9 µs", "errors"),
                pacedRows));
    }

    /** Ours over theirs by rate, or theirs over ours by CPU, round by round: above 1 is better for us either way. */
    private Spread ratio(String target, boolean byRate) {
        var ours = results(saturated, OURS);
        var theirs = results(saturated, target);
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < theirs.size(); i++) {
            ratios.add(
                    byRate
                            ? ours.get(i).ratePerSecond() / theirs.get(i).ratePerSecond()
                            : theirs.get(i).serverMicrosPerAnswer()
                                    / ours.get(i).serverMicrosPerAnswer());
        }
        return Spread.of(ratios);
    }
}
