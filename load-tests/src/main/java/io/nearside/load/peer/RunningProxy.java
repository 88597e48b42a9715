package io.nearside.load.peer;

import io.nearside.load.process.ChildProcess;
import java.util.List;

/**
 * A proxy in a process of its own.
 *
 * @param port of its DynamoDB endpoint
 * @param adminPort of its metrics and health
 * @param tls whether its DynamoDB endpoint speaks TLS
 */
public record RunningProxy(String name, int port, int adminPort, boolean tls, ChildProcess process) implements Target {
    @Override
    public List<Long> pids() {
        return process.pids();
    }

    @Override
    public void close() {
        process.close();
    }
}
