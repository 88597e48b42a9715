package io.nearside.proxy;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Who may use whom inside the proxy. Each rule says how to mend a breach. */
@AnalyzeClasses(packages = "io.nearside.proxy", importOptions = DoNotIncludeTests.class)
class PackageRulesTest {

    @ArchTest
    static final ArchRule CACHE_KNOWS_NO_NETWORK = noClasses()
            .that()
            .resideInAPackage("io.nearside.proxy.cache..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "software.amazon..", "org.apache.kafka..")
            .because("the cache is tested in virtual time without a network; hand it bytes, and keep futures in"
                    + " .operation");

    /** Hazard C29. */
    @ArchTest
    static final ArchRule PROXY_KNOWS_NO_SEQUENCE_NUMBERS = noClasses()
            .that()
            .resideInAPackage("io.nearside.proxy..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.nearside.change.StreamPosition")
            .because("sequence numbers of different shards say nothing of which write came first; compare versions");

    @ArchTest
    static final ArchRule EDGE_KNOWS_NO_CACHE = noClasses()
            .that()
            .resideInAPackage("io.nearside.proxy.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.nearside.proxy.cache..", "io.nearside.proxy.coherence..", "io.nearside.proxy.admin..")
            .because("the edge sees Operations only; let the outcome of the cache travel in Answer");

    @ArchTest
    static final ArchRule UPSTREAM_KNOWS_NO_CALLER = noClasses()
            .that()
            .resideInAPackage("io.nearside.proxy.upstream..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.nearside.proxy.http..",
                    "io.nearside.proxy.cache..",
                    "io.nearside.proxy.auth..",
                    "io.nearside.proxy.metrics..",
                    "io.nearside.proxy.config..")
            .because("calls to DynamoDB are the same whoever makes them; report through UpstreamObserver");

    @ArchTest
    static final ArchRule AUTH_STANDS_ALONE = noClasses()
            .that()
            .resideInAPackage("io.nearside.proxy.auth..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.nearside.proxy.cache..",
                    "io.nearside.proxy.http..",
                    "io.nearside.proxy.upstream..",
                    "io.nearside.proxy.config..")
            .because("who may do what is decided before anything else is looked at; convert configuration in"
                    + " ProxyServer");

    @ArchTest
    static final ArchRule CONFIG_KNOWS_NO_ENGINE = noClasses()
            .that()
            .resideInAPackage("io.nearside.proxy.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vertx..", "software.amazon..", "io.nearside.proxy.(http|cache|auth|upstream|operation)..")
            .because("configuration records only say what is wanted; ProxyServer makes things of them");

    @ArchTest
    static final ArchRule ROOT_IS_USED_BY_NOBODY = classes()
            .that()
            .resideInAPackage("io.nearside.proxy")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAPackage("io.nearside.proxy")
            .because("the composition root wires the parts, and no part may reach back; pass in what it needs");

    @ArchTest
    static final ArchRule SERVICES_ARE_STRANGERS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nearside.replicator..", "io.nearside.local..")
            .because("the proxy and the replicator meet on the wire only");
}
