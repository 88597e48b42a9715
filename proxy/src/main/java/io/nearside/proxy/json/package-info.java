/** JSON read where it lies: cursors over a request's or an answer's own bytes, with no object tree. */
@NullMarked
package io.nearside.proxy.json;

import org.jspecify.annotations.NullMarked;
