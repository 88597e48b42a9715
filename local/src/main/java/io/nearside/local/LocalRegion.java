package io.nearside.local;

import io.nearside.proxy.ProxyServer;
import io.nearside.replicator.Replicator;
import java.net.URI;

/**
 * One running region.
 *
 * @param dynamoDb where its DynamoDB Local answers, without a cache
 */
record LocalRegion(String name, URI dynamoDb, ProxyServer proxy, Replicator replicator) {
    /** Where applications connect. */
    URI endpoint() {
        return loopback(proxy.dataPort());
    }

    URI proxyAdmin() {
        return loopback(proxy.adminPort());
    }

    URI replicatorAdmin() {
        return loopback(replicator.adminPort());
    }

    private static URI loopback(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
