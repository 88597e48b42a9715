@NullMarked
package io.nearside.change;

import org.jspecify.annotations.NullMarked;
