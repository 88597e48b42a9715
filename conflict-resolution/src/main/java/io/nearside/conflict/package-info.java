/** Which of two versions of an item wins, and why. */
@NullMarked
package io.nearside.conflict;

import org.jspecify.annotations.NullMarked;
