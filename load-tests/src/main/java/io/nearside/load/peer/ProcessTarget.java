package io.nearside.load.peer;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.workload.Workload;
import java.util.List;

/** A target that is one child process and its descendants. */
record ProcessTarget(String name, int port, ChildProcess process, Workload read) implements Target {
    @Override
    public List<Long> pids() {
        return process.pids();
    }

    @Override
    public void close() {
        process.close();
    }
}
