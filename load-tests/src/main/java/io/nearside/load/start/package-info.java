/** How long a proxy takes to be ready, and what it takes while nobody asks anything of it. */
@NullMarked
package io.nearside.load.start;

import org.jspecify.annotations.NullMarked;
