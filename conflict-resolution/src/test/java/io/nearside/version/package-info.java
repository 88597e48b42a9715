@NullMarked
package io.nearside.version;

import org.jspecify.annotations.NullMarked;
