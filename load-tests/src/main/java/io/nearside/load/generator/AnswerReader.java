package io.nearside.load.generator;

import io.netty.buffer.ByteBuf;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Finds where one answer ends in a stream of them. Stateless between answers: {@link #read} either consumes a whole
 * answer or nothing. Answers arrive one at a time on a connection, as nothing here pipelines.
 */
interface AnswerReader {
    /** What {@link #read} says of an answer that is not complete yet. */
    int INCOMPLETE = -1;

    /** Set in the result of {@link #read} for an answer that says it came from a cache. */
    int HIT = 1;

    /** Set in the result of {@link #read} for an answer that is not the one hoped for. */
    int ERROR = 2;

    /** Consumes one answer and returns its flags, or consumes nothing and returns {@link #INCOMPLETE}. */
    int read(ByteBuf in);

    /** HTTP/1.1 with Content-Length, as all servers compared here answer. */
    final class Http implements AnswerReader {
        private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
        private static final byte[] NEARSIDE_HIT = "x-nearside-cache: hit".getBytes(US_ASCII);
        private static final byte[] PEER_HIT = "x-cache: hit".getBytes(US_ASCII);
        private static final int STATUS = "HTTP/1.1 ".length();

        @Override
        public int read(ByteBuf in) {
            int start = in.readerIndex();
            int end = in.writerIndex();
            int flags = 0;
            int length = 0;
            int line = start;
            while (true) {
                int newline = in.indexOf(line, end, (byte) '\n');
                if (newline < 0) {
                    return INCOMPLETE;
                }
                if (newline - line <= 1) {
                    line = newline + 1;
                    break;
                }
                if (line == start) {
                    flags |= in.getByte(start + STATUS) == '2' ? 0 : ERROR;
                } else if (startsWith(in, line, newline, CONTENT_LENGTH)) {
                    length = number(in, line + CONTENT_LENGTH.length, newline);
                } else if (startsWith(in, line, newline, NEARSIDE_HIT) || startsWith(in, line, newline, PEER_HIT)) {
                    flags |= HIT;
                }
                line = newline + 1;
            }
            if (end - line < length) {
                return INCOMPLETE;
            }
            in.readerIndex(line + length);
            return flags;
        }

        private static boolean startsWith(ByteBuf in, int from, int to, byte[] lowerCase) {
            if (to - from < lowerCase.length) {
                return false;
            }
            for (int i = 0; i < lowerCase.length; i++) {
                byte b = in.getByte(from + i);
                if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A bulk string of RESP2. */
    final class Redis implements AnswerReader {
        @Override
        public int read(ByteBuf in) {
            int start = in.readerIndex();
            int end = in.writerIndex();
            int newline = in.indexOf(start, end, (byte) '\n');
            if (newline < 0) {
                return INCOMPLETE;
            }
            if (in.getByte(start) != '$' || in.getByte(start + 1) == '-') {
                in.readerIndex(newline + 1);
                return ERROR;
            }
            int bodyEnd = newline + 1 + number(in, start + 1, newline) + 2;
            if (end < bodyEnd) {
                return INCOMPLETE;
            }
            in.readerIndex(bodyEnd);
            return HIT;
        }
    }

    private static int number(ByteBuf in, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            byte b = in.getByte(i);
            if (b >= '0' && b <= '9') {
                number = number * 10 + b - '0';
            }
        }
        return number;
    }
}
