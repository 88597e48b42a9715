package io.nearside.proxy.cache;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.NodeType;
import org.openjdk.jcstress.os.SchedulingClass;
import org.openjdk.jcstress.vm.CompileMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hazards C1, C3, C4 and C14 under jcstress: no order of the steps of two threads leaves in the cache what is no longer so. The
 * interleavings run in this process, with jcstress' own runners, so that its probing of virtual machines and its forks cost nothing.
 */
class InterleavingsTest {

    private static final Options OPTIONS = options();
    private static final int SAMPLES = 2_000;
    private static final int MOST_ROUNDS = 200;

    private static Stream<String> interleavings() {
        return TestList.tests().stream().filter(name -> !isBroken(name)).sorted();
    }

    private static Stream<String> brokenInterleavings() {
        return TestList.tests().stream().filter(InterleavingsTest::isBroken).sorted();
    }

    private static boolean isBroken(String name) {
        return name.contains("." + Interleavings.BROKEN);
    }

    @ParameterizedTest
    @MethodSource("interleavings")
    void interleaving_neverLeavesWhatIsNoLongerSo(String name) throws Exception {
        Map<String, Long> outcomes = new TreeMap<>();
        long samples = 0;
        boolean kept = false;
        for (int round = 0; round < MOST_ROUNDS && (samples < SAMPLES || !kept); round++) {
            TestResult result = run(name);

            assertThat(result.grading().failureMessages).as(name).isEmpty();
            samples += result.getTotalCount();
            result.getStateKeys().forEach(state -> outcomes.merge(state, result.getCount(state), Long::sum));
            kept |= result.getStateKeys().stream()
                    .anyMatch(state -> state.replace("-1", "").matches(".*[012].*"));
        }
        System.out.printf("%s: %s%n", name.substring(name.lastIndexOf('.') + 1), outcomes);
        assertThat(samples).as("samples").isGreaterThanOrEqualTo(SAMPLES);
        assertThat(kept).as("whether anything was ever kept").isTrue();
    }

    /** What this test is worth: it sees a filler that notes the counters when the answer is there, and a bus that is ahead of DynamoDB. */
    @ParameterizedTest
    @MethodSource("brokenInterleavings")
    void interleavingThatBreaksTheProtocol_isFound(String name) throws Exception {
        boolean found = false;
        for (int round = 0; round < MOST_ROUNDS && !found; round++) {
            found = !run(name).grading().isPassed;
        }
        assertThat(found).as(name).isTrue();
    }

    private static TestResult run(String name) throws ReflectiveOperationException {
        TestInfo info = TestList.getInfo(name);
        SchedulingClass anyProcessor = new SchedulingClass(AffinityMode.NONE, info.threads(), NodeType.PACKAGE);
        TestConfig config = new TestConfig(OPTIONS, info, 0, List.of(), CompileMode.UNIFIED, anyProcessor);
        Runner<?> runner = Class.forName(config.generatedRunnerName)
                .asSubclass(Runner.class)
                .getConstructor(ForkedTestConfig.class)
                .newInstance(new ForkedTestConfig(config));
        TestResult result = runner.run();
        result.setConfig(config);
        assertThat(result.status()).as(() -> name + ": " + result.getMessages()).isEqualTo(Status.NORMAL);
        return result;
    }

    /** A small stride, so that the two threads meet often; yielding, because the processors have other work too. */
    private static Options options() {
        Options options = new Options(
                new String[] {"-iters", "1", "-time", "300", "-strideSize", "8", "-spinStyle", "THREAD_YIELD"});
        try {
            assertThat(options.parse()).isTrue();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return options;
    }
}
