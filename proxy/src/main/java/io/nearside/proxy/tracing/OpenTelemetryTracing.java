package io.nearside.proxy.tracing;

import io.nearside.proxy.http.RequestedTable;
import io.nearside.proxy.http.Tracing;
import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.Operation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server span a request, named after its operation and table, and one client span below it for every call to
 * DynamoDB. Vert.x' own module makes and ends them and carries the trace context in and out; this class gives it the SDK
 * and the spans their names.
 *
 * <p>Spans wait in a bounded queue for a thread of the SDK's, which sends them by OTLP over HTTP; what finds the queue
 * full is dropped. Safe for use from any thread.
 */
public final class OpenTelemetryTracing implements Tracing, AutoCloseable {

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
    private static final AttributeKey<String> TABLE = AttributeKey.stringKey("db.collection.name");
    private static final AttributeKey<String> CACHE = AttributeKey.stringKey("nearside.cache");
    private static final AttributeKey<Long> AGE = AttributeKey.longKey("nearside.cache.age_ms");
    private static final Duration SEND_EVERY = Duration.ofSeconds(1);
    private static final Duration SEND_LIMIT = Duration.ofSeconds(5);

    private final OpenTelemetrySdk sdk;

    /**
     * @param endpoint of an OTLP/HTTP receiver, path included
     * @param sampleRatio share of the traces that begin here; the caller's own decision wins
     */
    public OpenTelemetryTracing(URI endpoint, double sampleRatio, String region, String node) {
        this.sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setResource(Resource.getDefault()
                                .merge(Resource.create(Attributes.of(
                                        AttributeKey.stringKey("service.name"), "nearside-proxy",
                                        AttributeKey.stringKey("service.instance.id"), node,
                                        AttributeKey.stringKey("cloud.region"), region))))
                        .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sampleRatio)))
                        .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                        .setEndpoint(endpoint.toString())
                                        .setTimeout(SEND_LIMIT)
                                        .build())
                                .setScheduleDelay(SEND_EVERY)
                                .build())
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
    }

    /** What a Vert.x instance is built with. */
    public VertxTracerFactory vertxTracer() {
        return new OpenTelemetryTracingFactory(sdk);
    }

    /** Nothing to do: Vert.x has read the headers, and writes its own on every call to DynamoDB. */
    @Override
    public void received(MultiMap headers) {}

    @Override
    public void answered(Operation operation, @Nullable Buffer body, Answer answer) {
        Span span = Span.current();
        if (!span.isRecording()) {
            return;
        }
        String table = body == null ? "" : RequestedTable.of(operation, body);
        span.updateName(table.isEmpty() ? operation.label() : operation.label() + " " + table);
        span.setAttribute(SYSTEM, "aws.dynamodb");
        span.setAttribute(OPERATION, operation.label());
        if (!table.isEmpty()) {
            span.setAttribute(TABLE, table);
        }
        if (operation.dataPlane()) {
            span.setAttribute(CACHE, answer.outcome().label());
            span.setAttribute(AGE, answer.ageMillis());
        }
    }

    /** Sends what is waiting, within moments. */
    @Override
    public void close() {
        sdk.shutdown().join(SEND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
