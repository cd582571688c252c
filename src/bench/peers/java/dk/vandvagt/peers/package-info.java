/**
 * The core's rules again, as a job of Apache Flink (Apache-2.0) and as a module of Esper (GPL-2.0), to be measured on the same
 * readings. For measuring only: built by the profile {@code peers}, part of nothing that is packaged or handed on.
 */
@NullMarked
package dk.vandvagt.peers;

import org.jspecify.annotations.NullMarked;
