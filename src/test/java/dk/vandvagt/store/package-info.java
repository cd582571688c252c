/**
 * The store against real servers: the same tests on PostgreSQL alone and on TimescaleDB. They look into the tables, never into
 * the drain.
 */
@NullMarked
package dk.vandvagt.store;

import org.jspecify.annotations.NullMarked;
