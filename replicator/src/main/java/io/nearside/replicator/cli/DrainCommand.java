package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code drain}: waits until everything is out. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        description =
                "Waits until everything written in this region is captured, by whichever of its replicators, and applied in the regions named by --with. Stop the region's writers first.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {
            "0:nothing is left to go out",
            Exit.ON_REFUSED,
            Exit.ON_USAGE,
            "3:the time is up, and something is left"
        })
final class DrainCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Option(
            names = "--with",
            paramLabel = "URL",
            description = "Admin port of a replicator of another region, any one; as often as there are regions.")
    private List<URI> with = List.of();

    @Option(
            names = "--timeout",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "Gives up after this; ${DEFAULT-VALUE}.")
    private int timeoutSeconds = 1;

    @Override
    public Integer call() {
        List<AdminClient> others = with.stream().map(AdminClient::new).toList();
        return replication.ask(client -> {
            JsonNode left = replication.watched(
                    progress -> new Drain(client, others, progress).await(Duration.ofSeconds(timeoutSeconds)));
            return replication.say(
                    left,
                    left.isEmpty() ? "drained: nothing is left to go out" : "not drained: " + left,
                    left.isEmpty() ? Exit.DONE : Exit.ATTENTION);
        });
    }
}
