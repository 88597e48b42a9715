/** What is asked: requests over a key space, drawn from a distribution. */
@NullMarked
package io.nearside.load.workload;

import org.jspecify.annotations.NullMarked;
