package dk.vandvagt.tally;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Each count is read from its supplier when asked for; suppliers are called from any thread and must not block. */
public final class Tally implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();

    /** The registry holds what it counts weakly; these must live as long as it does. */
    private final List<LongSupplier> counted = new CopyOnWriteArrayList<>();

    public Tally() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    /** For instruments that bring their own names. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    public void received(LongSupplier readings) {
        counter(
                "vandvagt.readings.received",
                "readings that came in a message, journalled or not",
                Tags.empty(),
                readings);
    }

    public void judged(LongSupplier readings) {
        counter("vandvagt.readings.judged", "readings that were judged", Tags.empty(), readings);
    }

    public void stored(LongSupplier readings) {
        counter("vandvagt.readings.stored", "readings that the database has committed", Tags.empty(), readings);
    }

    /** @param reason tag of a refusal, such as {@code far_future} */
    public void refused(String reason, LongSupplier messages) {
        counter("vandvagt.readings.refused", "messages refused, by reason", Tags.of("reason", reason), messages);
    }

    /** @param inbox whose, such as {@code journal} or {@code shard-0} */
    public void inboxDepth(String inbox, LongSupplier waiting) {
        gauge("vandvagt.inbox.depth", "what waits in an inbox", Tags.of("inbox", inbox), waiting::getAsLong);
    }

    /** How far judgement is behind observation, by the service's clock. */
    public void judgedLagSeconds(DoubleSupplier seconds) {
        gauge("vandvagt.lag.seconds", "from observation to here", Tags.of("to", "judged"), seconds);
    }

    /** How far the database is behind observation, by the service's clock. */
    public void committedLagSeconds(DoubleSupplier seconds) {
        gauge("vandvagt.lag.seconds", "from observation to here", Tags.of("to", "committed"), seconds);
    }

    /** @param state such as {@code active} */
    public void alerts(String state, LongSupplier alerts) {
        gauge("vandvagt.alerts", "alerts by state", Tags.of("state", state), alerts::getAsLong);
    }

    /** For counts only one room has. */
    public void counter(String name, String description, Tags tags, LongSupplier count) {
        counted.add(count);
        FunctionCounter.builder(name, count, LongSupplier::getAsLong)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /** For figures only one room has; NaN where there is none. */
    public void gauge(String name, String description, Tags tags, DoubleSupplier figure) {
        Gauge.builder(name, figure, DoubleSupplier::getAsDouble)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
