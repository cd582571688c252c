package dk.vandvagt.simulator;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between water and broker. Each fault draws from a stream of its own, by its kind, its place among those of its kind, the
 * sensor and the instant: adding one changes no other's draws, and the same seed gives the same faults.
 */
final class Faults {
    /** Seconds of centuries lie below. */
    private static final int MILLIS_APART = 40;

    private record Armed(Fault fault, int place) {}

    private final long seed;
    private final List<Armed> armed = new ArrayList<>();
    private final Map<String, Noise> streams = new HashMap<>();
    private final Map<String, Long> peaksMs = new HashMap<>();
    private long startMs;
    /** By fault and sensor: what a stuck one shows, and what a counter showed last before its reset. */
    private final Map<String, String> shown = new HashMap<>();

    private final Map<String, Integer> spikesLeft = new HashMap<>();

    Faults(long seed, List<Fault> faults) {
        this.seed = seed;
        Map<Fault.Kind, Integer> places = new HashMap<>();
        for (Fault fault : faults) {
            armed.add(new Armed(fault, places.merge(fault.kind(), 1, Integer::sum)));
        }
    }

    static Faults none() {
        return new Faults(0, List.of());
    }

    boolean isEmpty() {
        return armed.isEmpty();
    }

    /** What has no end and no peak begins here. */
    void beginAt(long atMs) {
        startMs = atMs;
    }

    /** Notes where the event begins and where each sensor peaks. */
    void learn(List<Reading> event) {
        Map<String, Double> highest = new HashMap<>();
        for (Reading reading : event) {
            double value = Double.parseDouble(reading.value());
            Double so = highest.get(reading.sensorId());
            if (so == null || value > so) {
                highest.put(reading.sensorId(), value);
                peaksMs.put(reading.sensorId(), reading.observedAtMs());
            }
        }
        startMs = event.isEmpty() ? 0 : event.getFirst().observedAtMs();
    }

    /** What the device makes of a measurement; null where it makes none. Each sensor's readings come in time order. */
    @Nullable
    Reading measured(Reading reading) {
        Reading made = reading;
        for (Armed each : armed) {
            Fault fault = each.fault;
            boolean on = holds(fault, reading);
            switch (fault.kind()) {
                case DEAD -> {
                    if (on) {
                        return null;
                    }
                }
                case STUCK -> made = on ? made.saying(shown(each, made)) : made;
                case DRIFT ->
                    made = on
                            ? moved(
                                    made,
                                    fault.size() * (reading.observedAtMs() - fromMs(fault, reading)) / 86_400_000.0)
                            : made;
                case NOISE ->
                    made = on ? moved(made, fault.size() * stream(each, reading).bell(tick(reading))) : made;
                case SPIKE -> made = on ? spiked(each, made, reading) : made;
                case RESET -> made = reset(each, made, on);
                case CLOCK -> made = on ? made.at(made.observedAtMs() + Math.round(fault.size())) : made;
                case DROP, DUPLICATE, REORDER, DELAY, OUTAGE, MALFORMED -> {
                    // of messages, not of measurements
                }
            }
        }
        return made;
    }

    /** When what was measured at {@code reading} gets away, by delay and disorder. */
    long sentAtMs(Reading reading) {
        double laterMs = 0;
        for (Armed each : armed) {
            Fault fault = each.fault;
            if (fault.kind() == Fault.Kind.DELAY && holds(fault, reading)) {
                laterMs += fault.size();
            } else if (fault.kind() == Fault.Kind.REORDER && meets(each, reading)) {
                laterMs += stream(each, reading).between(~tick(reading), 0, fault.size());
            }
        }
        // to the second, as devices keep time
        return reading.observedAtMs() + Math.round(laterMs / 1000) * 1000;
    }

    /** The end of the outage that a reading falls into, or {@code Long.MIN_VALUE}. */
    long heldUntilMs(Reading reading) {
        long untilMs = Long.MIN_VALUE;
        for (Armed each : armed) {
            if (each.fault.kind() == Fault.Kind.OUTAGE && holds(each.fault, reading)) {
                untilMs = Math.max(untilMs, fromMs(each.fault, reading) + each.fault.lastsMs());
            }
        }
        return untilMs;
    }

    /** What arrives of a message that was to be sent, in order: nothing, it, it again, something that nobody can read. */
    List<Message> arriving(Message message, Reading of) {
        List<Message> arriving = new ArrayList<>(List.of(message));
        for (Armed each : armed) {
            Fault fault = each.fault;
            switch (fault.kind()) {
                case DROP -> {
                    if (meets(each, of)) {
                        arriving.clear();
                    }
                }
                case MALFORMED -> {
                    if (meets(each, of)) {
                        Noise noise = stream(each, of);
                        arriving.replaceAll(sound -> sound.with(spoiled(sound.payload(), noise, ~tick(of))));
                    }
                }
                case DUPLICATE -> {
                    if (meets(each, of)) {
                        arriving.addAll(List.copyOf(arriving));
                    }
                }
                default -> {
                    // met before
                }
            }
        }
        return arriving;
    }

    private boolean meets(Armed each, Reading reading) {
        return holds(each.fault, reading) && stream(each, reading).uniform(tick(reading)) < each.fault.share();
    }

    private boolean holds(Fault fault, Reading reading) {
        if (!fault.sensors().isEmpty() && !fault.sensors().contains(reading.sensorId())) {
            return false;
        }
        long sinceMs = reading.observedAtMs() - fromMs(fault, reading);
        return sinceMs >= 0 && sinceMs < fault.lastsMs();
    }

    private long fromMs(Fault fault, Reading reading) {
        return fault.from().atMs(startMs, peaksMs.getOrDefault(reading.sensorId(), Long.MAX_VALUE / 2));
    }

    /** Counted from the event's beginning, so that a seed's faults are the same whenever it is placed. */
    private long tick(Reading reading) {
        long sinceMs = reading.observedAtMs() - startMs;
        return sinceMs / 1000 + (sinceMs % 1000 << MILLIS_APART);
    }

    private Noise stream(Armed each, Reading reading) {
        return streams.computeIfAbsent(key(each, reading), name -> new Noise(seed, "fault " + name));
    }

    private static String key(Armed each, Reading reading) {
        return each.fault.kind().tag() + ' ' + each.place + " at " + reading.sensorId();
    }

    private String shown(Armed each, Reading now) {
        return shown.computeIfAbsent(key(each, now), _ -> now.value());
    }

    private Reading spiked(Armed each, Reading made, Reading truly) {
        String key = key(each, truly);
        Fault fault = each.fault;
        Noise noise = stream(each, truly);
        int left = spikesLeft.getOrDefault(key, 0);
        if (left == 0 && noise.uniform(tick(truly)) < fault.share()) {
            left = fault.readings();
        }
        if (left == 0) {
            return made;
        }
        spikesLeft.put(key, left - 1);
        return Double.isNaN(fault.to())
                ? moved(made, fault.size())
                : moved(made, fault.to() - Double.parseDouble(made.value()));
    }

    /** A counter that was begun anew counts from what it last showed before. */
    private Reading reset(Armed each, Reading made, boolean on) {
        if (!each.fault.sensors().isEmpty() && !each.fault.sensors().contains(made.sensorId())) {
            return made;
        }
        if (!on) {
            shown.put(key(each, made), made.value());
            return made;
        }
        BigDecimal before = new BigDecimal(shown.getOrDefault(key(each, made), "0"));
        return made.saying(new BigDecimal(made.value()).subtract(before).toPlainString());
    }

    /** To as many places as the gauge shows. */
    private static Reading moved(Reading reading, double by) {
        BigDecimal value = new BigDecimal(reading.value());
        return reading.saying(value.add(BigDecimal.valueOf(by))
                .setScale(value.scale(), RoundingMode.HALF_EVEN)
                .toPlainString());
    }

    /** Cut short, or with a few bytes changed. */
    private static byte[] spoiled(byte[] payload, Noise noise, long tick) {
        if (payload.length == 0) {
            return payload;
        }
        if (noise.uniform(3 * tick) < 0.5) {
            byte[] cut = new byte[(int) noise.between(3 * tick + 1, 0, payload.length)];
            System.arraycopy(payload, 0, cut, 0, cut.length);
            return cut;
        }
        byte[] changed = payload.clone();
        for (int i = 0; i < 3; i++) {
            // never a byte that could pass for another good one: 0xFF stands in no UTF-8
            changed[(int) noise.between(3 * tick + 2 + 31L * i, 0, payload.length)] = (byte) 0xFF;
        }
        return changed;
    }
}
