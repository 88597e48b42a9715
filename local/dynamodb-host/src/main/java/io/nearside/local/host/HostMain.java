package io.nearside.local.host;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The child JVM: {@code HostMain DIRECTORY REGION=PORT...}, where DIRECTORY is {@code -} for in-memory and PORT 0 for a free
 * one. Each region keeps its tables in DIRECTORY/REGION.
 *
 * <p>It says one line on standard output, {@code ready CONTROL-PORT PORT...} or {@code port-in-use PORT} or {@code failed
 * REASON}; after {@code ready}, the hints of {@link WriteHints}. All else goes to standard error. It lives until its standard input ends, so it cannot outlive its parent. An
 * interrupt from the terminal reaches parent and child at once: the child then still waits for its input to end, so that
 * the parent can finish what it is doing.
 */
public final class HostMain {
    private static final long ORPHAN_GRACE_SECONDS = 20;

    private HostMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        PrintStream parent = System.out;
        System.setOut(System.err);
        var inputEnded = new CountDownLatch(1);
        startDaemon(() -> awaitEndOfInput(inputEnded));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitParent(inputEnded)));
        List<RegionServer> regions = new ArrayList<>();
        synchronized (parent) {
            parent.println(start(arguments, regions, parent));
            parent.flush();
        }
        inputEnded.await();
        stop(regions);
        // DynamoDB Local leaves threads behind that would keep the process alive.
        Runtime.getRuntime().halt(0);
    }

    /** Adds what it starts to {@code regions}, also when a later one fails. */
    private static String start(String[] arguments, List<RegionServer> regions, PrintStream parent) {
        try {
            @Nullable Path directory = arguments[0].equals("-") ? null : Path.of(arguments[0]);
            var answer = new StringBuilder();
            for (String argument : List.of(arguments).subList(1, arguments.length)) {
                int separator = argument.lastIndexOf('=');
                RegionServer region = RegionServer.start(
                        Integer.parseInt(argument.substring(separator + 1)),
                        directory == null ? null : directory.resolve(argument.substring(0, separator)),
                        WriteHints.start(regions.size(), parent));
                regions.add(region);
                answer.append(' ').append(region.port());
            }
            return "ready " + ControlServer.start(regions).port() + answer;
        } catch (RegionServer.PortInUseException taken) {
            return "port-in-use " + taken.port();
        } catch (Exception failure) {
            failure.printStackTrace();
            return "failed " + failure.toString().replace('\n', ' ');
        }
    }

    private static void stop(List<RegionServer> regions) {
        for (RegionServer region : regions) {
            try {
                region.stop();
            } catch (Exception failure) {
                System.err.println("a region did not stop cleanly: " + failure);
            }
        }
    }

    private static void awaitEndOfInput(CountDownLatch inputEnded) {
        try {
            while (System.in.read() >= 0) {
                // The parent says nothing; only the end matters.
            }
        } catch (IOException brokenPipe) {
            // Also an end.
        }
        inputEnded.countDown();
    }

    private static void awaitParent(CountDownLatch inputEnded) {
        try {
            boolean ended = inputEnded.await(ORPHAN_GRACE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                System.err.println("the parent still runs; stopping without it");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void startDaemon(Runnable task) {
        var thread = new Thread(task, "end-of-input");
        thread.setDaemon(true);
        thread.start();
    }
}
