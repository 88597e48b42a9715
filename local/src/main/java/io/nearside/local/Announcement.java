package io.nearside.local;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What {@code nearside up} says once everything answers: where to connect, and one thing to try per region. */
final class Announcement {
    private static final String CREDENTIALS = "AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any";

    private final List<LocalRegion> regions;

    Announcement(List<LocalRegion> regions) {
        this.regions = regions;
    }

    void print(PrintWriter out, String kept, Duration elapsed) {
        for (int i = 0; i < regions.size(); i++) {
            LocalRegion region = regions.get(i);
            out.println();
            out.println(region.name());
            out.println("  DynamoDB endpoint  " + region.endpoint() + "   (any AWS SDK or CLI, any credentials)");
            out.println("  DynamoDB itself    " + region.dynamoDb() + "   (no cache)");
            out.println("  proxy's console    " + region.proxyAdmin()
                    + "/   (for a browser; also /metrics, /health/ready)");
            out.println("  replicator's       " + region.replicatorAdmin() + "/");
            out.println(i == 0 ? "  try:" : "  and a moment later:");
            (i == 0 ? write(region) : read(region)).lines().forEach(line -> out.println("    " + line));
        }
        out.println();
        out.printf(
                Locale.ROOT,
                "Tables are replicated between all regions as soon as they are created; %s. Started in %.1f s; Ctrl-C ends it.%n",
                kept,
                elapsed.toMillis() / 1000.0);
        out.println("ready");
        out.flush();
    }

    private static String write(LocalRegion region) {
        return """
                export %1$s
                aws dynamodb create-table %2$s --table-name music --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH
                aws dynamodb put-item %2$s --table-name music --item '{"id":{"S":"1"},"title":{"S":"So What"}}'
                """.formatted(CREDENTIALS, target(region));
    }

    private static String read(LocalRegion region) {
        return """
                aws dynamodb get-item %s --table-name music --key '{"id":{"S":"1"}}'
                """.formatted(target(region));
    }

    private static String target(LocalRegion region) {
        return "--region " + region.name() + " --endpoint-url " + region.endpoint();
    }
}
