/** The admin port: metrics, health, status, and the operator's actions. */
@NullMarked
package io.nearside.replicator.admin;

import org.jspecify.annotations.NullMarked;
