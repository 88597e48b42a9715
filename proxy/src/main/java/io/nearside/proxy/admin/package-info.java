/** The admin port: metrics, health and console, apart from the data port and never public. */
@NullMarked
package io.nearside.proxy.admin;

import org.jspecify.annotations.NullMarked;
