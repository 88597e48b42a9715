/** Child processes, pinned to a core, and the processor time they use. */
@NullMarked
package io.nearside.load.process;

import org.jspecify.annotations.NullMarked;
