package io.nearside.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a key that a configuration record once had, so that a file which still uses it is told what to do instead. */
@Documented
@Repeatable(RemovedSetting.List.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RemovedSetting {
    /** The key as it was written, in kebab-case. */
    String key();

    /** What to do instead, completing the sentence "was removed: ". */
    String instead();

    /** Several removed keys of one record. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface List {
        /** The removed keys. */
        RemovedSetting[] value();
    }
}
