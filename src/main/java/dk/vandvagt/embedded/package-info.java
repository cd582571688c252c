/**
 * Starts, guards and stops the two servers that come along for a machine that has none: an MQTT broker and a PostgreSQL,
 * both keeping their data on file and surviving {@code kill -9}. It knows accounts, ports and folders; it never looks
 * into a message or a table, and the service talks to both as it would to servers elsewhere.
 */
@NullMarked
package dk.vandvagt.embedded;

import org.jspecify.annotations.NullMarked;
