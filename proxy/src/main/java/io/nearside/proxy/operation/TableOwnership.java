package io.nearside.proxy.operation;

import io.nearside.proxy.name.TableArn;
import io.vertx.core.Future;

/** Tells whose a table is that a request names by its ARN. Called on an event loop; never blocks. */
@FunctionalInterface
public interface TableOwnership {

    /** Whether the ARN is that of a table of the account and region that the proxy stands before; false also if in doubt. */
    Future<Boolean> isOwn(TableArn arn);
}
