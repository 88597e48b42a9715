package io.nearside.replicator.config;

import io.nearside.config.Setting;
import java.util.Optional;

/** Which items of the other regions a region takes in. All of what is given must hold. */
public record FilterConfig(
        @Setting("What the partition key, a string, begins with.")
        Optional<String> keyPrefix,

        @Setting("An attribute that the item has, at its top level.")
        Optional<String> attribute,

        @Setting("What that attribute is: a string, a number, `true` or `false`. By default anything.")
        Optional<String> value) {

    public FilterConfig {
        if (keyPrefix.isEmpty() && attribute.isEmpty()) {
            throw new IllegalArgumentException("filter: needs key-prefix, attribute, or both");
        }
        if (keyPrefix.filter(String::isEmpty).isPresent()) {
            throw new IllegalArgumentException("key-prefix: must not be empty; leave it out to take in every key");
        }
        if (attribute.filter(String::isEmpty).isPresent()) {
            throw new IllegalArgumentException("attribute: must not be empty");
        }
        if (value.isPresent() && attribute.isEmpty()) {
            throw new IllegalArgumentException("value: says what an attribute is, so attribute must be given too");
        }
    }
}
