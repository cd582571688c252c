package dk.vandvagt.store;

import org.jspecify.annotations.Nullable;

/**
 * Which letters that arrived or were given up.
 *
 * @param subscriber number; null for all
 * @param alertId of which a step is in it; null for any
 * @param fromMs settled then or later; null for any
 * @param toMs settled before; null for any
 */
public record DeliveryFilter(
        String runId,
        @Nullable Integer subscriber,
        @Nullable String alertId,
        @Nullable Long fromMs,
        @Nullable Long toMs,
        int limit) {}
