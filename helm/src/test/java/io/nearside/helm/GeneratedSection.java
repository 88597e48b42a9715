package io.nearside.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a document between {@code <!-- NAME: … -->} and {@code <!-- end NAME -->} that is made by the build.
 *
 * <p>With {@code -Dupdate-docs} the part is written, otherwise only read.
 */
record GeneratedSection(Path document, String name) {

    static boolean updating() {
        return System.getProperty("update-docs") != null;
    }

    String read() throws IOException {
        String text = Files.readString(document);
        return text.substring(start(text), end(text));
    }

    void write(String content) throws IOException {
        String text = Files.readString(document);
        Files.writeString(document, text.substring(0, start(text)) + content + text.substring(end(text)));
    }

    private int start(String text) {
        int marker = text.indexOf("<!-- " + name + ":");
        if (marker < 0) {
            throw new IllegalStateException(document + " has no section " + name);
        }
        return text.indexOf("-->\n", marker) + "-->\n".length();
    }

    private int end(String text) {
        return text.indexOf("<!-- end " + name + " -->", start(text));
    }
}
