package io.nearside.proxy.json;

/**
 * Walks a JSON document forward, byte by byte, telling spans instead of making objects.
 *
 * <p>Accepts strict JSON only, and of that what DynamoDB's own shapes need: nesting to {@value #MAX_DEPTH}. Everything
 * else is {@link NotUnderstoodException}. The cursor itself counts how deep it is, so whoever walks a document by
 * recursion needs no bound of its own. Made for one document, used by one thread.
 *
 * <pre>{@code
 * cursor.enterObject();
 * while (cursor.nextName()) {
 *     if (cursor.nameIs("TableName")) {
 *         table = cursor.string();
 *     } else {
 *         cursor.skipValue();
 *     }
 * }
 * }</pre>
 */
public final class JsonCursor {

    /** DynamoDB nests attribute values 32 deep, two JSON levels each; this leaves room for what surrounds them. */
    public static final int MAX_DEPTH = 100;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int depth;
    private boolean first;
    private int nameFrom;
    private int nameTo;
    private boolean nameEscaped;
    private boolean stringEscaped;

    JsonCursor(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /** Where the cursor stands, after white space: the index of the next token's first byte. */
    public int position() {
        skipSpace();
        return at;
    }

    /** Steps over the brace that opens an object. */
    public void enterObject() throws NotUnderstoodException {
        enter('{');
    }

    /** Moves to the next member's value; false, and past the closing brace, when there is none. */
    public boolean nextName() throws NotUnderstoodException {
        if (!more('}')) {
            return false;
        }
        expect('"');
        nameFrom = at;
        nameEscaped = skipStringContent();
        nameTo = at - 1;
        expect(':');
        return true;
    }

    /** Whether the member's name, as spelled, is this ASCII text. A name spelled with escapes never is. */
    public boolean nameIs(String ascii) {
        return regionIs(bytes, nameFrom, nameTo, ascii);
    }

    /** The member's name with its escapes, if any; see {@link #nameEscaped}. */
    public JsonSlice name() {
        return new JsonSlice(bytes, nameFrom, nameTo);
    }

    /** Whether the member's name is spelled with escapes. */
    public boolean nameEscaped() {
        return nameEscaped;
    }

    /** The member's name. */
    public String nameText() throws NotUnderstoodException {
        return nameEscaped ? JsonStrings.unescape(name()) : name().text();
    }

    /** Steps over the bracket that opens an array. */
    public void enterArray() throws NotUnderstoodException {
        enter('[');
    }

    private void enter(char open) throws NotUnderstoodException {
        expect(open);
        if (++depth > MAX_DEPTH) {
            throw new TooDeepException();
        }
        first = true;
    }

    /** Moves to the next element; false, and past the closing bracket, when there is none. */
    public boolean nextElement() throws NotUnderstoodException {
        return more(']');
    }

    /** Reads a string: the bytes between its quotes, escapes as they are spelled. */
    public JsonSlice string() throws NotUnderstoodException {
        expect('"');
        int from = at;
        stringEscaped = skipStringContent();
        return new JsonSlice(bytes, from, at - 1);
    }

    /** Steps from behind a string's opening quote to behind its closing one; tells whether there are escapes between. */
    private boolean skipStringContent() throws NotUnderstoodException {
        boolean escaped = false;
        while (at < end) {
            byte b = bytes[at++];
            if (b == '"') {
                return escaped;
            }
            if (b == '\\') {
                escaped = true;
                at++;
            } else if (b >= 0 && b < ' ') {
                throw new NotUnderstoodException("control character in a string");
            }
        }
        throw new NotUnderstoodException("string without an end");
    }

    /** Whether the string value read last is spelled with escapes; of names, {@link #nameEscaped} tells. */
    public boolean stringEscaped() {
        return stringEscaped;
    }

    /** Reads a string and undoes its escapes. */
    public String text() throws NotUnderstoodException {
        JsonSlice string = string();
        return stringEscaped ? JsonStrings.unescape(string) : string.text();
    }

    /** Reads {@code true} or {@code false}. */
    public boolean bool() throws NotUnderstoodException {
        skipSpace();
        if (literal("true")) {
            return true;
        }
        if (literal("false")) {
            return false;
        }
        throw new NotUnderstoodException("neither true nor false");
    }

    /** Whether an object comes next. */
    public boolean atObject() {
        return next() == '{';
    }

    /** Whether an array comes next. */
    public boolean atArray() {
        return next() == '[';
    }

    /** Whether a string comes next. */
    public boolean atString() {
        return next() == '"';
    }

    /** Steps over one value and tells where it was. */
    public JsonSlice skipValue() throws NotUnderstoodException {
        int from = position();
        skip();
        return new JsonSlice(bytes, from, at);
    }

    /** What was stepped over since a position, to the last byte read. */
    public JsonSlice since(int from) {
        return new JsonSlice(bytes, from, at);
    }

    /** Makes sure that nothing but white space is left. */
    public void finish() throws NotUnderstoodException {
        skipSpace();
        if (at != end) {
            throw new NotUnderstoodException("something after the document");
        }
    }

    static boolean regionIs(byte[] bytes, int from, int to, String ascii) {
        if (to - from != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void skip() throws NotUnderstoodException {
        switch (next()) {
            case '{' -> {
                enterObject();
                while (nextName()) {
                    skip();
                }
            }
            case '[' -> {
                enterArray();
                while (nextElement()) {
                    skip();
                }
            }
            case '"' -> {
                at++;
                skipStringContent();
            }
            case 't', 'f' -> bool();
            case 'n' -> requireLiteral("null");
            default -> skipNumber();
        }
        first = false;
    }

    private void skipNumber() throws NotUnderstoodException {
        int from = at;
        if (at < end && bytes[at] == '-') {
            at++;
        }
        int leading = at;
        digits();
        if (at - leading > 1 && bytes[leading] == '0') {
            throw new NotUnderstoodException("number with a leading zero");
        }
        if (at < end && bytes[at] == '.') {
            at++;
            digits();
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            digits();
        }
        if (at == from) {
            throw new NotUnderstoodException("no value");
        }
    }

    private void digits() throws NotUnderstoodException {
        int from = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw new NotUnderstoodException("no value");
        }
    }

    private boolean more(char close) throws NotUnderstoodException {
        int next = next();
        if (next == close) {
            at++;
            depth--;
            first = false;
            return false;
        }
        if (!first) {
            expect(',');
        }
        first = false;
        return true;
    }

    private void requireLiteral(String literal) throws NotUnderstoodException {
        if (!literal(literal)) {
            throw new NotUnderstoodException("no value");
        }
    }

    private boolean literal(String literal) {
        int to = at + literal.length();
        if (to <= end && regionIs(bytes, at, to, literal)) {
            at = to;
            return true;
        }
        return false;
    }

    private void expect(char c) throws NotUnderstoodException {
        if (next() != c) {
            throw new NotUnderstoodException("not the expected token");
        }
        at++;
    }

    private int next() {
        skipSpace();
        return at < end ? bytes[at] : -1;
    }

    private void skipSpace() {
        while (at < end && isSpace(bytes[at])) {
            at++;
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
