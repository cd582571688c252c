package dk.vandvagt.layer;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The temporal comparison functions of CQL2, as the Time Ontology in OWL defines them. (Where the standard's table of them links
 * T_STARTS to intervalStartedBy and the other way round, its abstract tests expect what the names say.)
 */
enum TemporalRelation {
    T_AFTER(false),
    T_BEFORE(false),
    T_CONTAINS(true),
    T_DISJOINT(false),
    T_DURING(true),
    T_EQUALS(false),
    T_FINISHEDBY(true),
    T_FINISHES(true),
    T_INTERSECTS(false),
    T_MEETS(true),
    T_METBY(true),
    T_OVERLAPPEDBY(true),
    T_OVERLAPS(true),
    T_STARTEDBY(true),
    T_STARTS(true);

    /** Asked of an instant it is a client's mistake. */
    final boolean ofIntervalsOnly;

    TemporalRelation(boolean ofIntervalsOnly) {
        this.ofIntervalsOnly = ofIntervalsOnly;
    }

    static @Nullable TemporalRelation named(String name) {
        for (TemporalRelation each : values()) {
            if (each.name().equals(name.toUpperCase(Locale.ROOT))) {
                return each;
            }
        }
        return null;
    }

    /** Of two spans [from, to] in one unit; an instant is as long as that unit, from equal to. */
    boolean holds(long from1, long to1, long from2, long to2) {
        return switch (this) {
            case T_AFTER -> from1 > to2;
            case T_BEFORE -> to1 < from2;
            case T_DISJOINT -> from1 > to2 || to1 < from2;
            case T_INTERSECTS -> from1 <= to2 && to1 >= from2;
            case T_EQUALS -> from1 == from2 && to1 == to2;
            case T_CONTAINS -> from1 < from2 && to1 > to2;
            case T_DURING -> from1 > from2 && to1 < to2;
            case T_FINISHEDBY -> from1 < from2 && to1 == to2;
            case T_FINISHES -> from1 > from2 && to1 == to2;
            case T_MEETS -> to1 == from2;
            case T_METBY -> from1 == to2;
            case T_OVERLAPS -> from1 < from2 && to1 > from2 && to1 < to2;
            case T_OVERLAPPEDBY -> from1 > from2 && from1 < to2 && to1 > to2;
            case T_STARTEDBY -> from1 == from2 && to1 > to2;
            case T_STARTS -> from1 == from2 && to1 < to2;
        };
    }
}
