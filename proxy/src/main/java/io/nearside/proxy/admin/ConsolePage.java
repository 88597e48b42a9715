package io.nearside.proxy.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The console: one page from the class path, which reads everything it shows from the admin port. */
final class ConsolePage {

    private static final String RESOURCE = "console.html";

    private ConsolePage() {}

    static String load() {
        try (InputStream page = ConsolePage.class.getResourceAsStream(RESOURCE)) {
            if (page == null) {
                throw new IllegalStateException(
                        "The class path has no " + RESOURCE + " beside " + ConsolePage.class.getName());
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + RESOURCE + " failed", e);
        }
    }
}
