package io.nearside.load.generator;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.process.CpuPinning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Runs a plan in a generator process of its own, pinned to its core, and waits for the result. */
public final class Generator {
    private static final List<String> JVM = List.of("-Xmx1g", "-XX:+UseSerialGC", "-Xshare:auto");

    private Generator() {}

    /** Blocks for about the plan's warm-up and measured time. */
    public static RunResult run(RunPlan plan) {
        try {
            var process = new ProcessBuilder(CpuPinning.GENERATOR.wrap(ChildProcess.java(JVM, GeneratorMain.class)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (var input = process.getOutputStream()) {
                input.write(plan.encode().getBytes(UTF_8));
            }
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException("the generator ended with exit code " + exit + ": " + output);
            }
            return RunResult.decode(output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException("the generator could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while generating load", e);
        }
    }
}
