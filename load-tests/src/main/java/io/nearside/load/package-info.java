/** Workloads, peers, microbenchmarks, soak and fault runs, reports. */
@NullMarked
package io.nearside.load;

import org.jspecify.annotations.NullMarked;
