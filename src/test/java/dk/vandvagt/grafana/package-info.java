/** Dashboards and alert rules: what they ask is asked of real servers that a storm has filled, what they are is held against Grafana's own schema. */
@NullMarked
package dk.vandvagt.grafana;

import org.jspecify.annotations.NullMarked;
