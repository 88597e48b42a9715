package io.nearside.replicator.config;

import io.nearside.config.Secret;
import io.nearside.config.Setting;
import java.util.Optional;

/** What calls to DynamoDB are signed with. */
public record CredentialsConfig(
        @Setting(
                value = "`default` looks where every AWS SDK looks (environment, profile, web identity, instance);"
                        + " `static` uses the two keys below.",
                byDefault = "default")
        Provider provider,

        @Setting("The access key id for `static`.") Optional<String> accessKeyId,

        @Setting("The secret access key for `static`.") Optional<Secret> secretAccessKey) {

    /** Where credentials come from. */
    public enum Provider {
        /** The AWS SDK's default chain. */
        DEFAULT,
        /** This file, or its environment variables. */
        STATIC
    }

    public CredentialsConfig {
        if (provider == Provider.STATIC && (accessKeyId.isEmpty() || secretAccessKey.isEmpty())) {
            throw new IllegalArgumentException("provider: static needs access-key-id and secret-access-key");
        }
    }
}
