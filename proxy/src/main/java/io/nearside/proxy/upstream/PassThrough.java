package io.nearside.proxy.upstream;

import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.ApiRequest;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.Operations;
import io.vertx.core.Future;

/** Asks DynamoDB every time: what the proxy does without a cache. */
public final class PassThrough implements Operations {

    private final Upstream upstream;

    public PassThrough(Upstream upstream) {
        this.upstream = upstream;
    }

    @Override
    public Future<Answer> handle(ApiRequest request) {
        return upstream.send(request).map(answer -> answer.toAnswer(CacheOutcome.BYPASS));
    }
}
