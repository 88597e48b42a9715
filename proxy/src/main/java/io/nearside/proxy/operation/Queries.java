package io.nearside.proxy.operation;

import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.proxy.cache.CachedPage;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.PageFill;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.TableDescription.Index;
import io.nearside.proxy.query.KeyInterval;
import io.nearside.proxy.query.PageRequest;
import io.nearside.proxy.query.QueryRequest;
import io.nearside.proxy.upstream.Upstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers Query: page by page from memory where that is right, else from DynamoDB, remembering what it said. */
final class Queries {

    private final Upstream upstream;
    private final TableDirectory directory;
    private final ItemCache items;
    private final PageCache pages;
    private final ServingRule rule;
    private final VersionInAnswers versions;
    private final PageAnswers answers = new PageAnswers();
    private final OtherReads otherReads;
    private final CacheFaults faults;

    Queries(
            Upstream upstream,
            TableDirectory directory,
            ItemCache items,
            PageCache pages,
            ServingRule rule,
            VersionInAnswers versions,
            CacheFaults faults) {
        this.upstream = upstream;
        this.directory = directory;
        this.items = items;
        this.pages = pages;
        this.rule = rule;
        this.versions = versions;
        this.otherReads = new OtherReads(directory, items);
        this.faults = faults;
    }

    /** A request for one page that is fully understood. */
    private record Wanted(
            TableDescription table,
            String index,
            boolean global,
            ItemKey partition,
            PageRequest page,
            boolean consistent,
            Capacity capacity) {}

    Future<Answer> handle(ApiRequest request) {
        QueryRequest query;
        try {
            query = QueryRequest.read(QueryRequest.Kind.QUERY, Bodies.slice(request.body()));
        } catch (NotUnderstoodException e) {
            return pass(request);
        }
        TableDescription table = directory.known(query.table());
        return table == null
                ? directory
                        .describe(query.table())
                        .transform(described ->
                                described.succeeded() ? handle(request, query, described.result()) : pass(request))
                : handle(request, query, table);
    }

    private Future<Answer> handle(ApiRequest request, QueryRequest query, TableDescription table) {
        if (!table.table().policy().cached()) {
            return pass(request);
        }
        Wanted wanted;
        try {
            wanted = wanted(query, table);
        } catch (NotUnderstoodException e) {
            return pass(request);
        }
        if (wanted == null) {
            return pass(request);
        }
        if (wanted.consistent) {
            return fetch(request, wanted, CacheOutcome.BYPASS);
        }
        CachedPage page = pages.get(table.table(), wanted.index, wanted.partition, wanted.page.key());
        long age = page == null ? 0 : page.ageMillis(items.nowNanos());
        boolean acceptable = request.cacheControl().accepts(age);
        if (page != null && acceptable && rule.mayServe(age)) {
            return Future.succeededFuture(answers.toAnswer(page, query.table(), wanted.capacity, age));
        }
        CacheOutcome outcome =
                !acceptable ? CacheOutcome.REFRESH : rule.mayServe(0) ? CacheOutcome.MISS : CacheOutcome.BYPASS;
        return fetch(request, wanted, outcome);
    }

    private static @Nullable Wanted wanted(QueryRequest query, TableDescription table) throws NotUnderstoodException {
        String name = query.index();
        Index index = name == null
                ? null
                : table.indexes().stream()
                        .filter(i -> i.name().equals(name))
                        .findFirst()
                        .orElse(null);
        KeySchema indexKey = index == null ? null : index.key();
        if (name != null && indexKey == null) {
            return null;
        }
        boolean global = index != null && index.global();
        PageRequest page = query.page(table.key(), indexKey);
        ItemKey partition = page.partition();
        if (partition == null || (global && query.consistent())) {
            return null;
        }
        return new Wanted(
                table,
                name == null ? "" : name,
                global,
                partition,
                page,
                query.consistent(),
                Capacity.valueOf(query.returnConsumedCapacity()));
    }

    private Future<Answer> fetch(ApiRequest request, Wanted wanted, CacheOutcome outcome) {
        PageFill fill = pages.beginFill(wanted.table.table(), wanted.index, wanted.global, wanted.partition);
        Buffer body =
                fill.mustReadStrongly() && !wanted.consistent ? OtherReads.strongly(request.body()) : request.body();
        return upstream.send(request.withBody(body)).map(answer -> {
            UpstreamAnswer shown = versions.hide(answer);
            remember(fill, wanted, shown);
            return shown.toAnswer(outcome);
        });
    }

    private void remember(PageFill fill, Wanted wanted, UpstreamAnswer answer) {
        if (!answer.ok()) {
            if (UpstreamErrors.isResourceNotFound(answer)) {
                items.tables().forget(wanted.table.table().name());
            }
            return;
        }
        try {
            JsonSlice body = Bodies.slice(answer.body());
            Optional<KeyInterval> covered = wanted.page.covered(body);
            if (covered.isPresent()) {
                CachedPage page = new CachedPage(answers.withoutCapacity(body), items.nowNanos());
                pages.install(fill, wanted.page.key(), covered.get(), page);
            }
        } catch (NotUnderstoodException e) {
            // Not what a Query answers: passed on, not kept.
        } catch (RuntimeException e) {
            faults.met(e);
        }
    }

    private Future<Answer> pass(ApiRequest request) {
        Buffer body = otherReads.body(request);
        return upstream.send(request.withBody(body))
                .map(answer -> versions.hide(answer).toAnswer(CacheOutcome.BYPASS));
    }
}
