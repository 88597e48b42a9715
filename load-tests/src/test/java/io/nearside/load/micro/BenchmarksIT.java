package io.nearside.load.micro;

import io.nearside.item.AttributeValue;
import io.nearside.proxy.operation.CacheOutcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

final class BenchmarksIT {
    @Test
    void everyBenchmark_once_runs() throws RunnerException {
        var options = new OptionsBuilder()
                .include(".*")
                .mode(Mode.SingleShotTime)
                .forks(0)
                .param("items", "1000")
                .warmupIterations(0)
                .measurementIterations(1)
                .timeUnit(TimeUnit.MICROSECONDS)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();

        var results = new Runner(options).run();

        var all = BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        List.of(".*"),
                        List.of());
        assertThat(results).hasSameSizeAs(all).hasSizeGreaterThan(10);
    }

    @Test
    void parsing_theirRequests_findsWhatTheySay() throws Exception {
        var parsing = new ParsingBenchmark();

        assertThat(parsing.walkGetItem()).isEqualTo(2);
        assertThat(parsing.walkPutItem()).isEqualTo(2);
        assertThat(parsing.readQuery().key())
                .isEqualTo(new ParsingBenchmark().readQuery().key());
    }

    @Test
    void keys_twoSpellings_areOneKey() {
        var keys = new KeyBenchmark();

        assertThat(keys.string()).isEqualTo(keys.string());
        assertThat(keys.number()).isNotEqualTo(keys.string());
        assertThat(keys.stringAndNumber().partitionOnly()).isEqualTo(keys.string());
    }

    @Test
    void cache_invalidated_forgetsWhatItHeld() throws Exception {
        var cache = new CacheBenchmark();
        cache.items = 1000;
        cache.fillCaches();

        assertThat(cache.lookupHit()).isNotNull();
        assertThat(cache.lookupMiss()).isNull();
        assertThat(cache.fill()).isTrue();
        assertThat(cache.holds(cache.invalidate())).isFalse();
    }

    @Test
    void hit_readAgain_isAnsweredFromMemory() {
        var answer = new HitBenchmark().getItem();

        assertThat(answer.outcome()).isEqualTo(CacheOutcome.HIT);
        assertThat(answer.body().length()).isBetween(1024, 1100);
    }

    @Test
    void expressions_theirTexts_areAccepted() {
        var expressions = new ExpressionBenchmark();

        assertThat(expressions.keyCondition()).isNotNull();
        assertThat(expressions.projection()).isNotNull();
        assertThat(expressions.update()).isNotNull();
    }

    @Test
    void record_thereAndBack_isTheSame() throws Exception {
        var records = new RecordBenchmark();

        assertThat(records.decode().image())
                .isNotNull()
                .satisfies(image -> assertThat(image.get("visits")).isEqualTo(new AttributeValue.N("17")));
        assertThat(records.encode()).hasSizeBetween(1024, 1400);
    }
}
