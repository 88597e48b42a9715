package io.nearside.proxy.admin;

import java.util.function.Supplier;

/**
 * Something that the admin port shows and that changes while the proxy runs.
 *
 * @param contentType the HTTP content type
 * @param text made anew for every request, on an event loop: must answer at once
 */
public record AdminDocument(String contentType, Supplier<String> text) {

    /** A JSON document. */
    public static AdminDocument json(Supplier<String> text) {
        return new AdminDocument("application/json", text);
    }

    /** Plain text. */
    public static AdminDocument text(Supplier<String> text) {
        return new AdminDocument("text/plain; charset=utf-8", text);
    }
}
