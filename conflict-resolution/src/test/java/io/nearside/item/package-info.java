@NullMarked
package io.nearside.item;

import org.jspecify.annotations.NullMarked;
