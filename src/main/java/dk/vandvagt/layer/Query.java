package dk.vandvagt.layer;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which features of a layer, in which order.
 *
 * @param where null for everywhere
 * @param fromMs {@link Long#MIN_VALUE} for an open beginning
 * @param toMs inclusive; {@link Long#MAX_VALUE} for an open end
 * @param condition null for all
 * @param order empty for the layer's own
 * @param after place the walk has reached, from {@link Layer.Selection#nextAfter}; null for the beginning
 */
public record Query(
        @Nullable Where where,
        long fromMs,
        long toMs,
        @Nullable Predicate<FeatureView> condition,
        List<Order> order,
        @Nullable String after,
        int limit) {
    public static final Query ALL =
            new Query(null, Long.MIN_VALUE, Long.MAX_VALUE, null, List.of(), null, Integer.MAX_VALUE);

    /** Features without a value come last, whichever way. Text is ordered by its characters' numbers. */
    public record Order(int property, boolean descending) {}

    /** Whether it leaves nothing out, its limit aside. */
    public boolean isForAll() {
        return where == null && fromMs == Long.MIN_VALUE && toMs == Long.MAX_VALUE && condition == null;
    }
}
