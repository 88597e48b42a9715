/** The consoles of both services, seen by a real browser. */
@NullMarked
package io.nearside.console;

import org.jspecify.annotations.NullMarked;
