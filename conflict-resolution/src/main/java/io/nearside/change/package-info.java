/** Change records and invalidations, and their binary form. */
@NullMarked
package io.nearside.change;

import org.jspecify.annotations.NullMarked;
