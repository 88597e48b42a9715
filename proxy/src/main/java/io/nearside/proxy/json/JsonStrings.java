package io.nearside.proxy.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What JSON strings say, apart from how they are spelled. */
public final class JsonStrings {

    private static final int HEX_DIGITS = 4;

    private JsonStrings() {}

    /** The text of a string's content, escapes undone. */
    public static String unescape(JsonSlice content) throws NotUnderstoodException {
        String spelled = strictText(content);
        if (spelled.indexOf('\\') < 0) {
            return spelled;
        }
        StringBuilder text = new StringBuilder(spelled.length());
        int i = 0;
        while (i < spelled.length()) {
            char c = spelled.charAt(i++);
            if (c != '\\') {
                text.append(c);
            } else {
                i = appendEscaped(spelled, i, text);
            }
        }
        return text.toString();
    }

    /** The content as text; refuses what is not UTF-8 instead of replacing it. */
    public static String strictText(JsonSlice content) throws NotUnderstoodException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content.bytes(), content.from(), content.length()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NotUnderstoodException("not UTF-8");
        }
    }

    /** Whether every byte is ASCII, so that the content is UTF-8 as it stands. */
    public static boolean isAscii(JsonSlice content) {
        for (int i = content.from(); i < content.to(); i++) {
            if (content.bytes()[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads the escape whose letter stands at {@code i}; returns where it ends. */
    private static int appendEscaped(String spelled, int i, StringBuilder text) throws NotUnderstoodException {
        if (i >= spelled.length()) {
            throw new NotUnderstoodException("escape without an end");
        }
        char letter = spelled.charAt(i);
        switch (letter) {
            case '"', '\\', '/' -> text.append(letter);
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'u' -> {
                text.append((char) hex(spelled, i + 1));
                return i + 1 + HEX_DIGITS;
            }
            default -> throw new NotUnderstoodException("unknown escape");
        }
        return i + 1;
    }

    private static int hex(String spelled, int from) throws NotUnderstoodException {
        if (from + HEX_DIGITS > spelled.length()) {
            throw new NotUnderstoodException("escape without an end");
        }
        int code = 0;
        for (int i = from; i < from + HEX_DIGITS; i++) {
            int digit = Character.digit(spelled.charAt(i), 16);
            if (digit < 0) {
                throw new NotUnderstoodException("unknown escape");
            }
            code = code * 16 + digit;
        }
        return code;
    }
}
