/**
 * The alert book: what was raised, escalated, acknowledged and cleared, per rule and place. It decides what people are
 * told and never sends anything.
 */
@NullMarked
package dk.vandvagt.alert;

import org.jspecify.annotations.NullMarked;
