package io.nearside.proxy.auth;

import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.name.TableNames;
import io.nearside.proxy.operation.ApiException;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.RequestShape;
import io.nearside.proxy.operation.RequestShape.Access;
import io.nearside.proxy.operation.RequestShape.Reach;
import io.nearside.proxy.operation.TableOwnership;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether a caller may do what a request asks, by the operation's {@link RequestShape}. A limited caller is denied
 * whatever is not understood to the last member: an operation without a shape, PartiQL among them, and a member that the shape
 * does not know, is spelled with escapes or given twice. A caller of some tables is also denied operations that reach beyond
 * the tables they name, and each table but its own. Safe from any thread; never blocks.
 *
 * <p>A name means a table of this account and region, and so does an ARN only if DynamoDB describes the table by it; any other
 * ARN needs a pattern that is itself an ARN.
 */
public final class Authorizer {

    /** The most tables that a request can name: DynamoDB takes no more keys in one. */
    private static final int MOST_TABLES = 100;

    private static final Future<Boolean> YES = Future.succeededFuture(true);
    private static final Future<Boolean> NO = Future.succeededFuture(false);

    private final TableOwnership tables;
    private final ShardIterators iterators;

    /**
     * @param tables tells whose a table is that is named by its ARN
     * @param iterators binds shard iterators to those that they were given to
     */
    public Authorizer(TableOwnership tables, ShardIterators iterators) {
        this.tables = tables;
        this.iterators = iterators;
    }

    /**
     * Lets the request pass. Completed at once unless an ARN has to be looked up.
     *
     * @return the body to carry out; the caller's own, unless that names a bound iterator
     * @throws ApiException {@code AccessDeniedException} when the caller may not do this; the future may fail with it too
     */
    public Future<Buffer> authorize(Caller caller, Operation operation, Buffer body) {
        if (!caller.isLimited()) {
            return Future.succeededFuture(body);
        }
        RequestShape shape = RequestShape.of(operation);
        if (shape == null
                || (caller.readOnly() && shape.access() != Access.READ)
                || (caller.isOfSomeTables() && shape.reach() != Reach.TABLES)) {
            throw denied(caller, operation);
        }
        Named named = named(caller, operation, shape, body);
        if (!caller.isOfSomeTables()) {
            return Future.succeededFuture(body);
        }
        if (operation == Operation.GET_RECORDS) {
            return Future.succeededFuture(iterators.unbind(caller, body));
        }
        if (named.isNothing() || named.hasForeignName) {
            throw denied(caller, operation);
        }
        return allowed(caller, named.arns)
                .compose(allowed ->
                        allowed ? Future.succeededFuture(body) : Future.failedFuture(denied(caller, operation)));
    }

    /** What goes back to a caller that was authorized: iterators that it is given are good for it alone. */
    public Buffer answered(Caller caller, Operation operation, Buffer answer) {
        boolean givesIterator = operation == Operation.GET_SHARD_ITERATOR || operation == Operation.GET_RECORDS;
        return givesIterator && caller.isOfSomeTables() ? iterators.bind(caller, answer) : answer;
    }

    private static Named named(Caller caller, Operation operation, RequestShape shape, Buffer body) {
        Named named = new Named(caller.tables());
        try {
            shape.readStrictly(body, named);
            return named;
        } catch (NotUnderstoodException e) {
            throw denied(caller, operation);
        }
    }

    /** Whether all tables may be used that are named by ARNs. */
    private Future<Boolean> allowed(Caller caller, List<TableArn> arns) {
        Future<Boolean> all = YES;
        for (TableArn arn : arns) {
            all = all.compose(before -> before ? allowed(caller, arn) : NO);
        }
        return all;
    }

    private Future<Boolean> allowed(Caller caller, TableArn arn) {
        if (caller.tables().matches(arn)) {
            return YES;
        }
        // Only then it is looked up: a caller can make the proxy describe no table but its own.
        return caller.tables().matches(arn.name()) ? tables.isOwn(arn) : NO;
    }

    private static ApiException denied(Caller caller, Operation operation) {
        return ApiException.framework(
                "AccessDeniedException",
                "User: " + caller.name() + " is not authorized to perform: dynamodb:" + operation.label());
    }

    /** What a request names; names are judged at once, and only ARNs are kept. */
    private static final class Named implements RequestShape.Names {

        private final TablePatterns patterns;
        private final List<TableArn> arns = new ArrayList<>(0);
        private boolean hasForeignName;
        private int count;

        Named(TablePatterns patterns) {
            this.patterns = patterns;
        }

        boolean isNothing() {
            return count == 0;
        }

        @Override
        public void table(String nameOrArn) throws NotUnderstoodException {
            if (TableNames.isPlain(nameOrArn)) {
                count();
                hasForeignName |= !patterns.matches(nameOrArn);
            } else {
                arn(nameOrArn, true);
            }
        }

        @Override
        public void arn(String arn) throws NotUnderstoodException {
            arn(arn, false);
        }

        private void arn(String text, boolean wholeTable) throws NotUnderstoodException {
            TableArn arn = TableArn.parse(text);
            if (arn == null || (wholeTable && !arn.isTable())) {
                throw new NotUnderstoodException("neither a name nor an ARN of a table");
            }
            count();
            arns.add(arn);
        }

        private void count() throws NotUnderstoodException {
            if (++count > MOST_TABLES) {
                throw new NotUnderstoodException("more tables than a request can be about");
            }
        }
    }
}
