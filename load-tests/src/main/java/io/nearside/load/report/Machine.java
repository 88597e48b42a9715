package io.nearside.load.report;

import io.nearside.load.process.CpuPinning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/** What a figure means nothing without: the machine, the JVM, the day. */
public final class Machine {
    private Machine() {}

    /** For commands whose servers and generator run by {@link CpuPinning}. */
    public static String describePinned() {
        return describe() + "; servers and generator "
                + (CpuPinning.available() ? "pinned to a core each" : "not pinned (no taskset, or one core)");
    }

    /** For commands whose processes run wherever the kernel likes. */
    public static String describe() {
        var runtime = Runtime.getRuntime();
        return String.format(
                "%s, %d processors (%s), %s %s, Java %s, %s",
                LocalDate.now(java.time.ZoneOffset.UTC),
                runtime.availableProcessors(),
                processor(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                System.getProperty("java.vm.name"));
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
