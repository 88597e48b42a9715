/**
 * Loads, binds, validates, prints and documents configuration records; knows none of them.
 *
 * <p>On the way of a file into a record, {@code YamlReader} makes a {@code Tree} of texts with their lines,
 * {@code EnvironmentOverlay} lays variables over it, {@code Shape} says what the records allow, and {@code Binder} makes
 * {@code Bound} values, of which {@link io.nearside.config.EffectiveConfig} is the public face. Problems are collected all
 * the way and thrown once.
 *
 * <p>A service owns its records and shows with four tests that they are good: defaults (an empty file, or one with only
 * the required keys), a full mapping (every key set to something else than its default), each invalid value, and a snapshot
 * of {@link io.nearside.config.ConfigReference} against {@code config/reference/<service>.md}. Every file under
 * {@code config/examples} is loaded by the service it names.
 */
@NullMarked
package io.nearside.config;

import org.jspecify.annotations.NullMarked;
