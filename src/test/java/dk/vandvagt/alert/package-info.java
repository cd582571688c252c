/** The alert book by hand: edges and operators' calls in, transitions out. */
@NullMarked
package dk.vandvagt.alert;

import org.jspecify.annotations.NullMarked;
