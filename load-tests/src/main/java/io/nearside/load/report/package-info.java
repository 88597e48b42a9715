/** What a run found, as a table on the terminal, a JSON file and a page with plots. */
@NullMarked
package io.nearside.load.report;

import org.jspecify.annotations.NullMarked;
