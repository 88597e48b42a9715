/** What is asked of: this proxy, its backend, and what a user would pick instead. */
@NullMarked
package io.nearside.load.peer;

import org.jspecify.annotations.NullMarked;
