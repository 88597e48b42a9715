/** Checks of the Helm chart, the alert rules and the dashboards, on rendered objects and with Prometheus' own tool. */
@NullMarked
package io.nearside.helm;

import org.jspecify.annotations.NullMarked;
