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
import io.nearside.load.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One workload straight at the backend and through the proxy, alternating, at the same rate; one subcommand for each. */
abstract class LoadCommand implements Callable<Integer> {
    private static final int PARTITIONS = 50;
    private static final int ITEMS_OF_A_PARTITION = 20;

    @Mixin
    private RunOptions options = new RunOptions();

    @Option(
            names = "--rate",
            defaultValue = "400",
            description = "Requests per second of the open loop (default ${DEFAULT-VALUE}); 0 for a closed loop.")
    private double rate;

    @Option(
            names = "--compile",
            defaultValue = "40",
            description =
                    "Seconds of a closed loop on each target before the first round, so that its JVM has compiled what it"
                            + " runs (default ${DEFAULT-VALUE}).")
    private int compileSeconds;

    @Option(names = "--tls", description = "Measure the proxy with TLS on its port too, beside the one without.")
    private boolean tls;

    @Option(names = "--null", description = "Measure a server that does nothing too: the generator's own ceiling.")
    private boolean nullServer;

    private final Workload workload;
    private final Progress progress = new Progress();

    LoadCommand(Workload workload) {
        this.workload = workload;
    }

    @Override
    public Integer call() {
        var bench = options.bench();
        var results = new LinkedHashMap<String, List<RunResult>>();
        int keys = workload == Workload.QUERY ? PARTITIONS : options.keys;
        try (var generator = Generator.start();
                var backend = Backend.start(
                        workload == Workload.QUERY ? 1 : options.keys,
                        options.itemBytes,
                        done -> progress.count("filling the backend", done, options.keys));
                var targets = new Targets()) {
            targets.add(backend, false);
            targets.add(Proxy.start(bench, backend.endpoint(), ""), true);
            if (tls) {
                targets.add(Proxy.startWithTls(bench, backend.endpoint()), true);
            }
            if (nullServer) {
                targets.add(Peers.NULL_SERVER.start(bench, backend), true);
            }
            if (workload == Workload.QUERY) {
                progress.step("filling " + PARTITIONS + " partitions");
                backend.fillPartitions(PARTITIONS, ITEMS_OF_A_PARTITION, options.itemBytes);
            }
            for (var target : targets.all) {
                progress.step("having " + target.name() + " compile its code");
                compile(generator, target, keys);
            }
            for (int round = 1; round <= options.rounds; round++) {
                for (var target : targets.all) {
                    progress.step("round " + round + " of " + options.rounds + ": " + target.name());
                    results.computeIfAbsent(target.name(), name -> new ArrayList<>())
                            .add(run(generator, target, keys, round));
                }
                // After each round, so that whoever has seen enough may stop it.
                report(results, round).write(options.out, workload.label());
            }
        }
        progress.done();
        var report = report(results, options.rounds);
        System.out.println(report.toText());
        System.out.println("page: " + report.write(options.out, workload.label()));
        return 0;
    }

    /** The targets of the run; closes those that it was given to close. */
    private static final class Targets implements AutoCloseable {
        private final List<Target> all = new ArrayList<>();
        private final List<Target> owned = new ArrayList<>();

        void add(Target target, boolean own) {
            all.add(target);
            if (own) {
                owned.add(target);
            }
        }

        @Override
        public void close() {
            owned.forEach(Target::close);
        }
    }

    /**
     * As many requests as it takes in so many seconds: at the rates of an open loop a JVM compiles for minutes, on the core that
     * it answers on.
     */
    private void compile(Generator generator, Target target, int keys) {
        if (compileSeconds > 0) {
            run(generator, target, keys, 0, Duration.ZERO, Duration.ofSeconds(compileSeconds), 0);
        }
    }

    private RunResult run(Generator generator, Target target, int keys, int round) {
        return run(generator, target, keys, round, options.warmup(), options.measured(), rate);
    }

    private RunResult run(
            Generator generator,
            Target target,
            int keys,
            int round,
            Duration warmup,
            Duration measured,
            double perSecond) {
        return generator.run(new RunPlan(
                target.port(),
                target.tls(),
                options.connections,
                warmup,
                measured,
                perSecond,
                workload,
                options.distribution,
                keys,
                options.itemBytes,
                options.seed + round,
                target.pids()));
    }

    private Report report(Map<String, List<RunResult>> results, int doneRounds) {
        var report = new Report(String.format(
                        Locale.ROOT,
                        "%s, %d byte items, %d connections, %s keys, %s",
                        workload.label(),
                        options.itemBytes,
                        options.connections,
                        options.distribution.label(),
                        rate > 0 ? String.format(Locale.ROOT, "%.0f requests/s", rate) : "as fast as it goes"))
                .note(Machine.describePinned())
                .note("medians of " + doneRounds
                        + " rounds, targets alternating, after " + compileSeconds
                        + " s of a closed loop on each; in parentheses the least and the most");
        var rows = new ArrayList<List<String>>();
        results.forEach((name, rounds) -> {
            rows.add(List.of(
                    name,
                    spread(rounds, RunResult::ratePerSecond, 0),
                    spread(rounds, result -> result.micros(50), 0),
                    spread(rounds, result -> result.micros(99), 0),
                    spread(rounds, result -> result.micros(99.9), 0),
                    spread(rounds, RunResult::serverMicrosPerAnswer, 1),
                    spread(rounds, RunResult::generatorLoad, 2),
                    spread(rounds, RunResult::hitRatio, 3),
                    String.valueOf(rounds.stream().mapToLong(RunResult::errors).sum()),
                    String.valueOf(
                            rounds.stream().mapToLong(RunResult::unanswered).sum())));
            report.curve(name, rounds.get(rounds.size() / 2));
        });
        report.table(new Report.Table(
                "Through the proxy and straight at the backend",
                List.of(
                        "target",
                        "answers/s",
                        "p50 µs",
                        "p99 µs",
                        "p99.9 µs",
                        "server CPU µs/answer",
                        "generator load",
                        "hit ratio",
                        "errors",
                        "unanswered"),
                rows));
        var direct = results.getOrDefault("backend", List.of());
        var ratios = new ArrayList<List<String>>();
        results.forEach((name, rounds) -> {
            if (!name.equals("backend")) {
                ratios.add(List.of(
                        name + " / backend",
                        rates(rounds, direct),
                        ratio(rounds, direct, 50),
                        ratio(rounds, direct, 99),
                        ratio(rounds, direct, 99.9),
                        added(rounds, direct, 50),
                        added(rounds, direct, 99)));
            }
        });
        report.table(new Report.Table(
                "Ratios, round by round",
                List.of("targets", "answers/s", "p50", "p99", "p99.9", "added to p50, µs", "added to p99, µs"),
                ratios));
        return report;
    }

    private static String spread(
            List<RunResult> rounds, java.util.function.Function<RunResult, Double> figure, int digits) {
        return Spread.of(rounds.stream().map(figure).toList()).format(digits);
    }

    private static String rates(List<RunResult> proxied, List<RunResult> direct) {
        return byRound(proxied, direct, RunResult::ratePerSecond, (ours, theirs) -> ours / theirs, 2);
    }

    private static String ratio(List<RunResult> proxied, List<RunResult> direct, double percentile) {
        return byRound(proxied, direct, result -> result.micros(percentile), (ours, theirs) -> ours / theirs, 2);
    }

    private static String added(List<RunResult> proxied, List<RunResult> direct, double percentile) {
        return byRound(proxied, direct, result -> result.micros(percentile), (ours, theirs) -> ours - theirs, 0);
    }

    private static String byRound(
            List<RunResult> proxied,
            List<RunResult> direct,
            ToDoubleFunction<RunResult> figure,
            DoubleBinaryOperator compared,
            int digits) {
        var all = new ArrayList<Double>();
        for (int i = 0; i < proxied.size(); i++) {
            all.add(compared.applyAsDouble(figure.applyAsDouble(proxied.get(i)), figure.applyAsDouble(direct.get(i))));
        }
        return Spread.of(all).format(digits);
    }

    @Command(name = "hit", mixinStandardHelpOptions = true, description = "GetItem of items that the cache holds.")
    static final class Hit extends LoadCommand {
        Hit() {
            super(Workload.HIT);
        }
    }

    @Command(
            name = "miss",
            mixinStandardHelpOptions = true,
            description = "GetItem that must go to the backend (ConsistentRead).")
    static final class Miss extends LoadCommand {
        Miss() {
            super(Workload.MISS);
        }
    }

    @Command(name = "write", mixinStandardHelpOptions = true, description = "PutItem, written through.")
    static final class Write extends LoadCommand {
        Write() {
            super(Workload.WRITE);
        }
    }

    @Command(name = "mixed", mixinStandardHelpOptions = true, description = "Nineteen GetItem to one PutItem.")
    static final class Mixed extends LoadCommand {
        Mixed() {
            super(Workload.MIXED);
        }
    }

    @Command(name = "query", mixinStandardHelpOptions = true, description = "Query for a page of ten items.")
    static final class Query extends LoadCommand {
        Query() {
            super(Workload.QUERY);
        }
    }

    @Command(name = "batch", mixinStandardHelpOptions = true, description = "BatchGetItem of ten keys.")
    static final class Batch extends LoadCommand {
        Batch() {
            super(Workload.BATCH);
        }
    }
}
