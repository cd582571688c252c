/**
 * The settings file becomes typed settings and a catalogue, or a list of all its faults with their lines. It starts
 * nothing.
 */
@NullMarked
package dk.vandvagt.config;

import org.jspecify.annotations.NullMarked;
