package io.nearside.config;

import java.util.regex.Pattern;

/** The names that AWS gives to its regions. */
public final class AwsRegion {
    /** By the area that a name begins with, so that a region which is younger than this version has its endpoints, too. */
    private static final Pattern NAME =
            Pattern.compile("(us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov|us-iso[a-z]?|eu-isoe|eusc-de)-[a-z]+-[0-9]+");

    private AwsRegion() {}

    /**
     * Refuses a region that AWS cannot have, for which there is no endpoint unless one is configured.
     *
     * @param endpoint the key that says where the region's DynamoDB is
     */
    public static void require(String region, String endpoint) {
        if (!NAME.matcher(region).matches()) {
            throw new IllegalArgumentException("region: AWS has no region " + region + "; correct it, or say in "
                    + endpoint + " where its DynamoDB is");
        }
    }
}
