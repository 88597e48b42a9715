package io.nearside.proxy.admin;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ConsolePageTest {

    @Test
    void load_page_isWholeAndNeedsNothingFromElsewhere() {
        String page = ConsolePage.load();

        assertThat(page)
                .contains("<title>Nearside proxy</title>", "color-scheme: light dark", "class Scrape")
                .doesNotContain(
                        "/* console.css */", "// console.js", "<script src", "<link rel=\"stylesheet\"", "@import");
    }
}
