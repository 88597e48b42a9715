package io.nearside.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the root record of one service's configuration file. The file must then say {@code service: <name>} at its top
 * level; the record has no component for it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ServiceConfig {
    /** The required value of the {@code service} key, for example {@code proxy}. */
    String value();
}
