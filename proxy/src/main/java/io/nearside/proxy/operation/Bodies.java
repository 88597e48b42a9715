package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.internal.buffer.BufferInternal;

/** Between buffers and bytes, without a copy wherever the buffer lives on the heap. */
final class Bodies {

    private Bodies() {}

    /** The buffer's bytes, to be read only. */
    static JsonSlice slice(Buffer buffer) {
        // Vert.x' one implementation shows its ByteBuf as it is; the interface makes a slice, an object for every look.
        if (buffer instanceof BufferImpl internal) {
            ByteBuf bytes = internal.byteBuf();
            if (bytes.hasArray()) {
                int from = bytes.arrayOffset() + bytes.readerIndex();
                return new JsonSlice(bytes.array(), from, from + bytes.readableBytes());
            }
        }
        return JsonSlice.of(buffer.getBytes());
    }

    /** A buffer over exactly these bytes; nobody may write to it. */
    static Buffer wrap(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }
}
