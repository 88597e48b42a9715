@NullMarked
package io.nearside.conflict;

import org.jspecify.annotations.NullMarked;
