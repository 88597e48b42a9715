/** How far behind another region is, and how much it can keep up with: two regions started as a user starts them. */
@NullMarked
package io.nearside.load.replication;

import org.jspecify.annotations.NullMarked;
