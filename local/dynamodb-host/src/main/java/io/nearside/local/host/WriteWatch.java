package io.nearside.local.host;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Sees the requests of one region on their way, and gives a hint once one that may have written is answered. */
final class WriteWatch extends Handler.Wrapper {
    private static final int MAX_BODY_BYTES = 1 << 20;

    private final WriteHints hints;

    WriteWatch(Handler handler, WriteHints hints) {
        super(handler);
        this.hints = hints;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        @Nullable String target = request.getHeaders().get("X-Amz-Target");
        String operation = target == null ? "" : WrittenTables.operation(target);
        if (WrittenTables.isRead(operation)) {
            return super.handle(request, response, callback);
        }
        if (WrittenTables.isDefinition(operation)) {
            return super.handle(request, response, Callback.from(callback, hints::tablesChanged));
        }
        var heard = new HeardRequest(request);
        return super.handle(heard, response, Callback.from(callback, () -> hints.written(heard.tables(operation))));
    }

    /** Keeps a copy of the body that goes through it. */
    private static final class HeardRequest extends Request.Wrapper {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean tooLong;

        HeardRequest(Request request) {
            super(request);
        }

        @Override
        public Content.@Nullable Chunk read() {
            Content.@Nullable Chunk chunk = super.read();
            if (chunk != null && chunk.hasRemaining()) {
                keep(chunk.getByteBuffer().duplicate());
            }
            return chunk;
        }

        private void keep(ByteBuffer bytes) {
            tooLong |= body.size() + bytes.remaining() > MAX_BODY_BYTES;
            if (!tooLong) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                body.writeBytes(copy);
            }
        }

        Set<String> tables(String operation) {
            return tooLong ? Set.of() : WrittenTables.of(operation, body.toString(StandardCharsets.UTF_8));
        }
    }
}
