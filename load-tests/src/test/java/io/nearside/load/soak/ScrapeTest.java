package io.nearside.load.soak;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ScrapeTest {
    private final Scrape scrape = new Scrape("""
            # HELP jvm_memory_used_bytes used
            # TYPE jvm_memory_used_bytes gauge
            jvm_memory_used_bytes{area="heap",id="Eden Space"} 1.5E6
            jvm_memory_used_bytes{area="heap",id="Tenured Gen"} 500000.0
            jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 7.0
            jvm_threads_live_threads 31.0
            jvm_threads_live_threads_peak 99.0
            """);

    @Test
    void sum_withALabel_addsThoseThatHaveIt() {
        assertThat(scrape.sum("jvm_memory_used_bytes", "area=\"heap\"")).isEqualTo(2_000_000);
    }

    @Test
    void sum_plainName_takesNoOtherThatBeginsLikeIt() {
        assertThat(scrape.sum("jvm_threads_live_threads")).isEqualTo(31);
    }

    @Test
    void sum_unknownName_isZero() {
        assertThat(scrape.sum("process_files_open_files")).isZero();
    }
}
