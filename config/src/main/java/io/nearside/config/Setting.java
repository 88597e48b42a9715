package io.nearside.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares one component of a configuration record: the one place that feeds binding, validation, the effective-config
 * print-out and the generated reference.
 *
 * <p>The key in YAML is the component's name in kebab-case ({@code maxWeight} is {@code max-weight}). A component without
 * a default is required, unless it is an {@code Optional}, is marked {@code @Nullable}, or is a record (an absent section
 * is a section in which nothing was set).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** What the setting does, in a sentence or two for an operator; Markdown. */
    String value();

    /** The default as it would be written in YAML ({@code 3s}, {@code 64MiB}, {@code []}); empty for none. */
    String byDefault() default "";

    /** The smallest accepted value as it would be written in YAML, for numbers, durations and sizes; empty for none. */
    String min() default "";

    /** The largest accepted value as it would be written in YAML, for numbers, durations and sizes; empty for none. */
    String max() default "";

    /** The unit of a plain number, for the reference ({@code requests}, {@code connections}); empty for none. */
    String unit() default "";

    /** Earlier names of the key. Using one is a problem that names the present key. */
    String[] formerly() default {};
}
