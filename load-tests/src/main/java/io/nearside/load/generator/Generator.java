package io.nearside.load.generator;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.process.CpuPinning;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A generator process of its own, pinned to its core. It takes one plan after the other, so that only the first meets a JVM that
 * has compiled nothing yet. Not thread-safe.
 */
public final class Generator implements AutoCloseable {
    private static final List<String> JVM = List.of("-Xmx1g", "-XX:+UseSerialGC", "-Xshare:auto");
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final Writer plans;
    private final BufferedReader results;

    private Generator(Process process) {
        this.process = process;
        this.plans = process.outputWriter(UTF_8);
        this.results = process.inputReader(UTF_8);
    }

    /** Starts the process; it ends when this one does, after the run that may be under way. */
    public static Generator start() {
        try {
            return new Generator(
                    new ProcessBuilder(CpuPinning.GENERATOR.wrap(ChildProcess.java(JVM, GeneratorMain.class)))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("the generator could not be started", e);
        }
    }

    /** Runs a plan and waits for the result: for about its warm-up and measured time. */
    public RunResult run(RunPlan plan) {
        try {
            plans.write(plan.encode());
            plans.write('\n');
            plans.flush();
            String result = results.readLine();
            if (result == null) {
                throw new IllegalStateException("the generator ended with exit code " + process.waitFor());
            }
            return RunResult.decode(result);
        } catch (IOException e) {
            throw new UncheckedIOException("the generator is gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while generating load", e);
        }
    }

    /** Ends the process, a run under way with it. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
