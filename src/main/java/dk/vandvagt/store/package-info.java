/**
 * The database, through JDBC. It drains verdicts in batches that may be repeated without harm, and answers queries about
 * the past; judging never waits for it.
 */
@NullMarked
package dk.vandvagt.store;

import org.jspecify.annotations.NullMarked;
