/**
 * Thresholds, trend, accumulation and staleness over arrays by sensor index. Time is an argument, nothing is allocated
 * after start, and what is found leaves through a handler.
 */
@NullMarked
package dk.vandvagt.analysis;

import org.jspecify.annotations.NullMarked;
