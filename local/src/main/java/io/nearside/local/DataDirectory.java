package io.nearside.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --data DIR} keeps from one run to the next: the tables, Kafka's log, and which region has which id. One
 * process at a time holds it.
 */
final class DataDirectory implements AutoCloseable {
    private static final String IDS = "regions.properties";

    private final Path root;
    private final FileChannel lock;

    private DataDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Opens the directory, or creates it in an existing one.
     *
     * @throws StartException if that cannot be, or another process holds it
     */
    static DataDirectory open(Path directory) {
        Path root = directory.toAbsolutePath().normalize();
        @Nullable Path parent = root.getParent();
        if (!Files.isDirectory(root) && (parent == null || !Files.isDirectory(parent))) {
            throw new StartException("--data " + root + ": there is no directory " + parent + "; create it first");
        }
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new StartException("--data " + root + " is a file; name a directory");
        }
        try {
            Files.createDirectories(root);
            return new DataDirectory(root, lock(root));
        } catch (IOException failure) {
            throw new StartException("--data " + root + " cannot be written: " + failure.getMessage(), failure);
        }
    }

    Path dynamoDb() {
        return root.resolve("dynamodb");
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    /**
     * The ids of the regions, from 1. A region keeps the id of its first run, and an id is never given to another region:
     * versions of items carry it.
     */
    List<Integer> regionIds(List<String> regions) {
        Path file = root.resolve(IDS);
        try {
            Map<String, Integer> ids = read(file);
            int next = ids.isEmpty() ? 1 : Collections.max(ids.values()) + 1;
            for (String region : regions) {
                if (ids.putIfAbsent(region, next) == null) {
                    next++;
                }
            }
            write(file, ids);
            return regions.stream().map(ids::get).toList();
        } catch (IOException | NumberFormatException failure) {
            throw new StartException(file + " cannot be used: " + failure.getMessage(), failure);
        }
    }

    /** Lets other processes use the directory. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            throw new StartException("cannot unlock " + root, failure);
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel =
                FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            // The same answer as for another one.
        }
        channel.close();
        throw new StartException(
                "--data " + root + " is in use by another nearside; stop that one or name another directory");
    }

    private static Map<String, Integer> read(Path file) throws IOException {
        Map<String, Integer> ids = new TreeMap<>();
        if (Files.exists(file)) {
            var properties = new Properties();
            try (var reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            properties
                    .stringPropertyNames()
                    .forEach(region -> ids.put(region, Integer.valueOf(properties.getProperty(region))));
        }
        return ids;
    }

    private static void write(Path file, Map<String, Integer> ids) throws IOException {
        List<String> lines = ids.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
        Files.write(file, lines);
    }
}
