package io.nearside.helm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Prometheus' own checker, from the PATH. Where it is missing, tests that need it say so and are skipped. */
record Promtool(Path executable) {

    /** What promtool printed, and whether it was content. */
    record Verdict(int exitCode, String output) {}

    static Promtool orSkip() {
        Optional<Path> found = find(System.getenv("PATH"));
        if (found.isEmpty()) {
            String reason =
                    "promtool is not on the PATH (Debian: apt-get install prometheus): alert rules are not checked";
            System.out.println("SKIPPED: " + reason);
            Assumptions.abort(reason);
        }
        return new Promtool(found.orElseThrow());
    }

    Verdict run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Verdict(process.waitFor(), output);
    }

    private static Optional<Path> find(@Nullable String path) {
        return Stream.of(path == null ? new String[0] : path.split(":", -1))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
