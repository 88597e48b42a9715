package io.nearside.load.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Figures that Linux keeps of a process, from {@code /proc} (proc(5)); zero where there is none. */
public final class ProcessFigures {
    /** {@code USER_HZ}, 100 on every Linux that runs a JVM. */
    private static final long TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private ProcessFigures() {}

    /** User and system time used so far by all of {@code pids}, in seconds. */
    public static double cpuSeconds(List<Long> pids) {
        return pids.stream().mapToLong(ProcessFigures::ticks).sum() / (double) TICKS_PER_SECOND;
    }

    private static long ticks(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The command's name is in parentheses and may hold spaces; fields are counted from behind it.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
        } catch (IOException e) {
            return 0;
        }
    }

    static long residentBytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }
}
