package io.nearside.local;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/** What both services export, judged by Prometheus' own linter: names, units, help texts. */
@ExtendWith(SharedStack.class)
class MetricsLintIT {

    @Test
    void metrics_ofBothServices_keepToPrometheusConventions() throws Exception {
        Optional<Path> promtool = promtool();
        if (promtool.isEmpty()) {
            String reason = "promtool is not on the PATH (Debian: apt-get install prometheus): metrics are not linted";
            System.out.println("SKIPPED: " + reason);
            Assumptions.abort(reason);
        }
        LocalRegion region = SharedStack.region(0);

        for (URI admin : new URI[] {region.proxyAdmin(), region.replicatorAdmin()}) {
            String metrics = get(URI.create(admin + "/metrics"));

            assertThat(lint(promtool.orElseThrow(), metrics)).as("%s", admin).isEmpty();
        }
    }

    private static Optional<Path> promtool() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    private static String lint(Path promtool, String metrics) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream input = process.getOutputStream()) {
            input.write(metrics.getBytes(StandardCharsets.UTF_8));
        }
        String complaints = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return complaints;
    }
}
