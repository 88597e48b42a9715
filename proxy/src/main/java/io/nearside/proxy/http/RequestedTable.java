package io.nearside.proxy.http;

import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.RequestShape;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.regex.Pattern;

/** The tables that a request is about, in one word for logs and traces; not for hot paths. */
public final class RequestedTable {

    private static final int MOST = 3;

    /** Names and ARNs. What a request calls a table besides these names none, and does not belong into a log. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/-]{1,1024}");

    private RequestedTable() {}

    /** The table's name or ARN, several joined by commas; empty if there is none or only PartiQL names it. */
    public static String of(Operation operation, Buffer body) {
        RequestShape shape = RequestShape.of(operation);
        List<String> tables = (shape == null ? List.<String>of() : shape.names(body))
                .stream()
                        .distinct()
                        .filter(name -> NAME.matcher(name).matches())
                        .sorted()
                        .toList();
        return tables.size() <= MOST
                ? String.join(",", tables)
                : String.join(",", tables.subList(0, MOST)) + ",+" + (tables.size() - MOST);
    }
}
