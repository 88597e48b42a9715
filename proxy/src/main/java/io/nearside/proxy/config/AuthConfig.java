package io.nearside.proxy.config;

import io.nearside.config.Secret;
import io.nearside.config.Setting;
import java.util.List;

/** Who may use the data port. */
public record AuthConfig(
        @Setting(
                value = "`none` lets anybody in and is accepted on loopback only; `sigv4` verifies the signature"
                        + " that every AWS SDK sends, against `credentials`.",
                byDefault = "none")
        AuthMode mode,

        @Setting(
                value = "Allows `mode: none` on an address that others can reach. Whoever reaches the port then has"
                        + " the proxy's own rights in DynamoDB.",
                byDefault = "false")
        boolean allowUnauthenticated,

        @Setting(value = "The access keys that `mode: sigv4` knows.", byDefault = "[]")
        List<KeyConfig> credentials) {

    public AuthConfig {
        credentials = List.copyOf(credentials);
        if (mode == AuthMode.SIGV4 && credentials.isEmpty()) {
            throw new IllegalArgumentException("credentials: mode sigv4 needs at least one access key");
        }
    }

    /** How callers are identified. */
    public enum AuthMode {
        /** Not at all. */
        NONE,
        /** By AWS Signature Version 4. */
        SIGV4
    }

    /** One access key and its rights. */
    public record KeyConfig(
            @Setting("The access key id, as applications configure it.")
            String accessKeyId,

            @Setting("The secret access key.") Secret secretAccessKey,

            @Setting(value = "Allows reads and describing calls only.", byDefault = "false")
            boolean readOnly,

            @Setting(
                    value = "Names of the tables that the key may use; `*` stands for any run of characters, and a"
                            + " pattern that begins with `arn:` for tables that are named by such an ARN in other"
                            + " accounts. A key with less than `*` may do only what stays within its tables: no"
                            + " PartiQL, no lists, no sharing, exports or restores, and nothing that the proxy does"
                            + " not know.",
                    byDefault = "[\"*\"]")
            List<String> tables) {

        public KeyConfig {
            tables = List.copyOf(tables);
        }
    }
}
