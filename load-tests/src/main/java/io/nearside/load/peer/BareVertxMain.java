package io.nearside.load.peer;

import io.nearside.load.workload.Requests;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/**
 * A Vert.x server that answers every request with the same bytes and the headers that the proxy's answers carry, without
 * looking at the request. What is slower than this is the price of being a cache. One event loop, native transport.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Who cannot listen is noticed by who waits for the port.
public final class BareVertxMain {
    private static final CharSequence CONTENT_TYPE = HttpHeaders.createOptimized("application/x-amz-json-1.0");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-amzn-RequestId");
    private static final CharSequence CRC = HttpHeaders.createOptimized("x-amz-crc32");
    private static final CharSequence CACHE = HttpHeaders.createOptimized("x-nearside-cache");
    private static final CharSequence ID =
            HttpHeaders.createOptimized("0123456789ABCDEFGHIJKLMNOPQRSTUV0123456789ABCDEFGHIJ");
    private static final CharSequence SUM = HttpHeaders.createOptimized("1234567890");
    private static final CharSequence OUTCOME = HttpHeaders.createOptimized("hit; age=0");

    private BareVertxMain() {}

    public static void main(String[] arguments) {
        var vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        listen(vertx, Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    }

    /** Listens on {@code port} of loopback, any free one for 0, and answers the port. */
    public static Future<Integer> listen(Vertx vertx, int port, int itemBytes) {
        var answer = Buffer.buffer("{\"Item\":" + Requests.item(0, itemBytes) + "}");
        var length = HttpHeaders.createOptimized(String.valueOf(answer.length()));
        return vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                .requestHandler(request -> {
                    var response = request.response();
                    response.headers()
                            .set(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE)
                            .set(HttpHeaders.CONTENT_LENGTH, length)
                            .set(REQUEST_ID, ID)
                            .set(CRC, SUM)
                            .set(CACHE, OUTCOME);
                    response.end(answer);
                })
                .listen(port, "127.0.0.1")
                .map(HttpServer::actualPort);
    }
}
