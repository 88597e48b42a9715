package io.nearside.proxy.config;

import io.nearside.config.Secret;
import io.nearside.config.Setting;
import java.util.Optional;

/** AWS credentials. */
public record CredentialsConfig(
        @Setting(
                value = "`default` is the AWS SDK's chain: environment, system properties, profile, web identity,"
                        + " container, instance; `static` is the pair given here.",
                byDefault = "default")
        Provider provider,

        @Setting("The access key id of `provider: static`.") Optional<String> accessKeyId,

        @Setting("The secret access key of `provider: static`.")
        Optional<Secret> secretAccessKey) {

    public CredentialsConfig {
        if (provider == Provider.STATIC && (accessKeyId.isEmpty() || secretAccessKey.isEmpty())) {
            throw new IllegalArgumentException("provider: static needs access-key-id and secret-access-key");
        }
        if (provider == Provider.DEFAULT && (accessKeyId.isPresent() || secretAccessKey.isPresent())) {
            throw new IllegalArgumentException(
                    "provider: default takes neither access-key-id nor secret-access-key; write provider: static");
        }
    }

    /** Where credentials come from. */
    public enum Provider {
        /** The AWS SDK's default chain. */
        DEFAULT,
        /** The configuration itself. */
        STATIC
    }
}
