/** Spans by OpenTelemetry. Nothing of it is loaded unless {@code tracing.endpoint} is set. */
@NullMarked
package io.nearside.proxy.tracing;

import org.jspecify.annotations.NullMarked;
