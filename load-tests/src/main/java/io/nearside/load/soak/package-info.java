/** Hours of mixed load with faults, and whether anything grew meanwhile. */
@NullMarked
package io.nearside.load.soak;

import org.jspecify.annotations.NullMarked;
