/** How requests name tables and what belongs to them: the rules for names and ARNs, checked before anything else is done. */
@NullMarked
package io.nearside.proxy.name;

import org.jspecify.annotations.NullMarked;
