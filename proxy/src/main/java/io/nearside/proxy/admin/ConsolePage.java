package io.nearside.proxy.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The console: one page from the class path, which reads everything it shows from the admin port.
 *
 * <p>Its looks and what its script has in common with the other service's page are files of their own, put in here.
 */
final class ConsolePage {

    private static final String STYLE = "/* console.css */";
    private static final String SCRIPT = "// console.js";

    private ConsolePage() {}

    static String load() {
        String page = read("console.html");
        return put(put(page, STYLE, read("console.css")), SCRIPT, read("console.js"));
    }

    private static String put(String page, String place, String text) {
        if (!page.contains(place)) {
            throw new IllegalStateException("The console's page has no place for " + place);
        }
        return page.replace(place, text);
    }

    private static String read(String resource) {
        try (InputStream text = ConsolePage.class.getResourceAsStream(resource)) {
            if (text == null) {
                throw new IllegalStateException(
                        "The class path has no " + resource + " beside " + ConsolePage.class.getName());
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + resource + " failed", e);
        }
    }
}
