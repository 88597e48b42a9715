/** The process that makes load: connections, pacing, framing, and what it measured. */
@NullMarked
package io.nearside.load.generator;

import org.jspecify.annotations.NullMarked;
