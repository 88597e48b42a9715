package io.nearside.replicator;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Who may use whom inside the replicator. Each rule says how to mend a breach. */
@AnalyzeClasses(packages = "io.nearside.replicator", importOptions = DoNotIncludeTests.class)
final class PackageRulesTest {

    @ArchTest
    static final ArchRule APPLY_SEES_RECORDS = noClasses()
            .that()
            .resideInAPackage("io.nearside.replicator.apply..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "software.amazon..", "io.nearside.replicator.publish..", "io.nearside.replicator.admin..")
            .because("the applier runs in a simulator without DynamoDB; what it needs of a table belongs into"
                    + " VersionedTable or Tombstones");

    @ArchTest
    static final ArchRule TABLES_KNOW_NO_FEED = noClasses()
            .that()
            .resideInAPackage("io.nearside.replicator.table..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.nearside.replicator.apply..",
                    "io.nearside.replicator.capture..",
                    "io.nearside.replicator.publish..",
                    "io.nearside.replicator.admin..")
            .because("capture and apply stand on tables, and tables on neither; pass a listener in");

    @ArchTest
    static final ArchRule CAPTURE_AND_APPLY_MEET_IN_THE_LOG = noClasses()
            .that()
            .resideInAPackage("io.nearside.replicator.capture..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nearside.replicator.apply..", "org.apache.kafka..")
            .because("capture writes to ChangeLog and knows neither Kafka nor who reads");

    @ArchTest
    static final ArchRule CONFIG_KNOWS_NO_ENGINE = noClasses()
            .that()
            .resideInAPackage("io.nearside.replicator.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "software.amazon..", "org.apache.kafka..", "io.nearside.replicator.(apply|capture|publish)..")
            .because("configuration records only say what is wanted; Replication makes things of them");

    @ArchTest
    static final ArchRule ROOT_IS_USED_BY_NOBODY = classes()
            .that()
            .resideInAPackage("io.nearside.replicator")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAPackage("io.nearside.replicator")
            .because("the composition root wires the parts, and no part may reach back; pass in what it needs");

    @ArchTest
    static final ArchRule SERVICES_ARE_STRANGERS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nearside.proxy..", "io.nearside.local..")
            .because("the proxy and the replicator meet on the wire only");
}
