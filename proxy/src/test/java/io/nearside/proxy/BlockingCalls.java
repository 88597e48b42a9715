package io.nearside.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * What Flight Recorder saw of calls that may block, made by event loops while it listened: sleeping, waiting, parking,
 * blocking I/O on files and sockets, however short. The JVM itself says so, so nothing has to be instrumented.
 *
 * <p>Two things do not count. Waiting for a {@code ReentrantLock}: bounded queues hold theirs for a few instructions, and
 * a lock that an event loop holds for longer shows in what it does meanwhile. And loading a class, which happens once.
 */
final class BlockingCalls implements AutoCloseable {

    private static final String EVENT_LOOP = "vert.x-eventloop-thread";
    private static final List<String> EVENTS = List.of(
            "jdk.ThreadSleep",
            "jdk.ThreadPark",
            "jdk.JavaMonitorWait",
            "jdk.FileRead",
            "jdk.FileWrite",
            "jdk.FileForce",
            "jdk.SocketRead",
            "jdk.SocketWrite");

    private static final Set<String> EXEMPT =
            Set.of("java.util.concurrent.locks.ReentrantLock", "java.lang.ClassLoader");

    private final Recording recording = new Recording();

    BlockingCalls() {
        for (String event : EVENTS) {
            recording.enable(event).withoutThreshold().withStackTrace();
        }
        recording.start();
    }

    /** Ends listening; returns the calls, each with the top of its stack, and how often it was made. */
    Map<String, Long> found() throws IOException {
        recording.stop();
        Path file = Files.createTempFile("blocking-calls", ".jfr");
        try {
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> EVENTS.contains(event.getEventType().getName()))
                    .filter(event -> onEventLoop(event) && !isExempt(event))
                    .collect(Collectors.groupingBy(BlockingCalls::described, Collectors.counting()));
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        recording.close();
    }

    private static boolean onEventLoop(RecordedEvent event) {
        return event.getThread() != null
                && event.getThread().getJavaName() != null
                && event.getThread().getJavaName().startsWith(EVENT_LOOP);
    }

    private static boolean isExempt(RecordedEvent event) {
        return frames(event).stream()
                .anyMatch(frame -> EXEMPT.contains(frame.getMethod().getType().getName()));
    }

    private static String described(RecordedEvent event) {
        return event.getEventType().getName() + " at "
                + frames(event).stream()
                        .limit(12)
                        .map(frame -> frame.getMethod().getType().getName() + "."
                                + frame.getMethod().getName())
                        .collect(Collectors.joining(" < "));
    }

    private static List<RecordedFrame> frames(RecordedEvent event) {
        @Nullable RecordedStackTrace trace = event.getStackTrace();
        return trace == null ? List.of() : trace.getFrames();
    }
}
