package dk.vandvagt.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One run of a plan: each message goes to the publisher when it is due, and in the end it is said how it went. */
final class Transmission {
    private static final Duration PATIENCE_AFTER_STOP = Duration.ofSeconds(3);
    private static final long LONGEST_WAIT_MS = 1000;

    private final Plan plan;
    private final double speed;
    private final Publisher publisher;
    private final InstantSource clock;
    private final Stop stop;
    private volatile long eventTimeMs;
    private long acknowledgedBefore;

    Transmission(Plan plan, double speed, Publisher publisher, InstantSource clock, Stop stop) {
        this.plan = plan;
        this.speed = speed;
        this.publisher = publisher;
        this.clock = clock;
        this.stop = stop;
    }

    /** Asked once a second: how far it is, how fast it goes, and how long the broker takes. */
    String progress() {
        Publisher.Tally tally = publisher.tally();
        long before = acknowledgedBefore;
        acknowledgedBefore = tally.acknowledged();
        return String.format(
                Locale.ROOT,
                "event time %s, sent %d, acknowledged %d, %d messages/s, p99 %.1f ms",
                eventTimeMs == 0 ? "not begun" : Instant.ofEpochMilli(eventTimeMs),
                tally.sent(),
                tally.acknowledged(),
                (tally.acknowledged() - before) * 1000 / Progress.INTERVAL_MS,
                tally.latencyUs().getValueAtPercentile(99) / 1e3);
    }

    Summary run() {
        String fault = null;
        long startedNanos = System.nanoTime();
        try {
            if (publisher.connect(stop)) {
                startedNanos = System.nanoTime();
                boolean all = true;
                for (int i = 0; all && i < plan.repeats(); i++) {
                    all = sendEvent();
                }
                if (all && plan.afterwards().hasNext()) {
                    Message first = plan.afterwards().next();
                    send(first, plan.afterwards(), paceFrom(startOfAfterwards(first)));
                }
                publisher.awaitAcknowledged(stop);
            }
            publisher.awaitAcknowledged(PATIENCE_AFTER_STOP);
        } catch (PublishFault e) {
            fault = e.getMessage();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            fault = "interrupted";
        }
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        publisher.close();
        Publisher.Tally tally = publisher.tally();
        return new Summary(plan, tally, seconds, eventTimeMs, fault == null ? incomplete(tally) : fault);
    }

    private boolean sendEvent() throws PublishFault, InterruptedException {
        List<Message> event = plan.event();
        if (event.isEmpty()) {
            return true;
        }
        return send(
                event.getFirst(),
                event.subList(1, event.size()).iterator(),
                paceFrom(event.getFirst().sentAtMs()));
    }

    /** The calm goes on where the event ended, at the event's pace. */
    private long startOfAfterwards(Message first) {
        return plan.event().isEmpty()
                ? first.sentAtMs()
                : plan.event().getLast().sentAtMs();
    }

    private Pace paceFrom(long eventStartMs) {
        return new Pace(speed, eventStartMs, clock.millis());
    }

    private boolean send(Message first, Iterator<Message> others, Pace pace) throws PublishFault, InterruptedException {
        Message message = first;
        while (true) {
            for (long now = clock.millis(); now < pace.dueAtMs(message.sentAtMs()); now = clock.millis()) {
                // in steps, since the wall clock may be set while we wait
                if (stop.await(Math.min(pace.dueAtMs(message.sentAtMs()) - now, LONGEST_WAIT_MS))) {
                    return false;
                }
            }
            if (!publisher.publish(message, stop)) {
                return false;
            }
            eventTimeMs = message.sentAtMs();
            if (!others.hasNext()) {
                return true;
            }
            message = others.next();
        }
    }

    private @Nullable String incomplete(Publisher.Tally tally) {
        if (tally.acknowledged() < plan.eventMessages()) {
            return "stopped (" + stop.reason() + ") when " + tally.acknowledged() + " of " + plan.eventMessages()
                    + " messages were acknowledged";
        }
        if (tally.acknowledged() < tally.sent()) {
            return "stopped (" + stop.reason() + ") with " + (tally.sent() - tally.acknowledged())
                    + " messages sent but not acknowledged";
        }
        return null;
    }
}
