package io.nearside.proxy.auth;

import java.util.Objects;

/**
 * A caller that the proxy knows by a shared secret.
 *
 * @param id the access key id that requests name
 * @param secret the secret access key; masked when printed
 * @param caller the rights that go with the key
 */
public record AccessKey(String id, String secret, Caller caller) {

    public AccessKey {
        Objects.requireNonNull(caller, "caller");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id: must not be empty");
        }
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("secret: must not be empty");
        }
    }

    @Override
    public String toString() {
        return "AccessKey[id=" + id + "]";
    }
}
