package io.nearside.proxy.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.nearside.proxy.coherence.BusReport;
import io.nearside.proxy.coherence.ChangeFeed;
import io.nearside.proxy.config.CoherenceConfig;
import io.nearside.proxy.config.CoherenceConfig.Fallback;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /api/coherence}: how this node hears of others' writes, and what it does while it does not. */
public final class CoherenceDocument {

    private static final JsonFactory JSON = new JsonFactory();

    private final CoherenceConfig config;
    private final Supplier<Optional<BusReport>> bus;

    /** @param bus empty where no Kafka is configured; must answer at once */
    public CoherenceDocument(CoherenceConfig config, Supplier<Optional<BusReport>> bus) {
        this.config = config;
        this.bus = bus;
    }

    /** The document as it is now. */
    public String text() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            Optional<BusReport> report = bus.get();
            json.writeStringField("mode", report.isPresent() ? "kafka" : "ttl-only");
            json.writeStringField("serves", serves(report));
            json.writeStringField("fallback", config.fallback().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("fallback-ttl-millis", config.fallbackTtl().toMillis());
            if (report.isPresent()) {
                write(json, report.get());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to a string failed", e);
        }
        return text.append('\n').toString();
    }

    /** Which answers memory gives right now. */
    private String serves(Optional<BusReport> report) {
        if (report.isEmpty() || (report.get().hearing() && report.get().feed() != ChangeFeed.SILENT)) {
            return "all";
        }
        return config.fallback() == Fallback.TTL ? "younger-than-fallback-ttl" : "none";
    }

    private static void write(JsonGenerator json, BusReport report) throws IOException {
        json.writeStringField("topic", report.topic());
        json.writeBooleanField("hearing", report.hearing());
        json.writeStringField("problem", report.problem());
        json.writeNumberField("silence-seconds", report.silenceSeconds());
        json.writeStringField("change-feed", report.feed().label());
        json.writeNumberField("change-feed-silence-seconds", report.feedSilenceSeconds());
        json.writeNumberField("behind", report.behind());
        json.writeNumberField("waiting", report.waiting());
        json.writeNumberField("announced", report.announced());
        if (report.lastAnnounced() != null) {
            json.writeStringField("last-announced", report.lastAnnounced().toString());
        }
        json.writeArrayFieldStart("sources");
        for (BusReport.Source source : report.sources()) {
            json.writeStartObject();
            json.writeStringField("name", source.name());
            json.writeNumberField("announcements", source.announcements());
            json.writeStringField("last", source.last().toString());
            json.writeStringField("table", source.table());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
