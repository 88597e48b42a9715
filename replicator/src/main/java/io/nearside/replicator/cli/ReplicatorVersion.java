package io.nearside.replicator.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
public final class ReplicatorVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"Nearside replicator " + number()};
    }

    /** The version alone. */
    public static String number() {
        String version = ReplicatorVersion.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }
}
