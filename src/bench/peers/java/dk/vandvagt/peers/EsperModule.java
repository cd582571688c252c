package dk.vandvagt.peers;

import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.EventBean;
import com.espertech.esper.common.client.EventSender;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.common.client.hook.exception.ExceptionHandler;
import com.espertech.esper.common.client.hook.exception.ExceptionHandlerFactory;
import com.espertech.esper.common.client.hook.exception.ExceptionHandlerFactoryContext;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPDeployment;
import com.espertech.esper.runtime.client.EPEventService;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import com.espertech.esper.runtime.client.EPStatement;
import dk.vandvagt.shard.Spent;
import dk.vandvagt.shard.Storms;
import dk.vandvagt.shard.Storms.Told;
import dk.vandvagt.station.Threshold;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules as a module of Esper ({@code storms.epl}), on the calling thread: time from outside, no locks, no order kept
 * between threads, events of precompiled beans by {@link EventSender}.
 */
public final class EsperModule {
    private final List<Told> told = new ArrayList<>();
    private final Spent spent;

    EsperModule(Storms storms) throws Exception {
        Configuration settings = new Configuration();
        settings.getRuntime().getThreading().setInternalTimerEnabled(false);
        settings.getRuntime().getThreading().setListenerDispatchPreserveOrder(false);
        settings.getRuntime().getThreading().setInsertIntoDispatchPreserveOrder(false);
        settings.getRuntime().getExecution().setDisableLocking(true);
        settings.getRuntime().getExceptionHandling().addClass(Rethrow.class);
        settings.getCommon().addEventType("LevelReading", LevelReading.class);
        settings.getCommon().addEventType("RainReading", RainReading.class);
        settings.getCompiler().addPlugInAggregationFunctionForge("rise", RiseForge.class.getName());
        EPCompiled compiled = EPCompilerProvider.getCompiler().compile(module(), new CompilerArguments(settings));
        EPRuntime runtime = EPRuntimeProvider.getRuntime("storms", settings);
        try {
            runtime.initialize();
            EPEventService events = runtime.getEventService();
            events.advanceTime(Storms.T0_MS - Storms.MIN_MS);
            EPDeployment deployment = runtime.getDeploymentService().deploy(compiled);
            for (EPStatement statement : deployment.getStatements()) {
                if (statement.getName().startsWith("tell")) {
                    statement.addListener((newEvents, oldEvents, source, in) -> take(newEvents));
                }
            }
            spent = run(storms, events);
        } finally {
            runtime.destroy();
        }
    }

    /** Unless told to, Esper logs what a statement throws and goes on. */
    public static final class Rethrow implements ExceptionHandlerFactory {
        @Override
        public ExceptionHandler getHandler(ExceptionHandlerFactoryContext factoryContext) {
            return thrown -> {
                throw new IllegalStateException(thrown.getEpl(), thrown.getThrowable());
            };
        }
    }

    private static Spent run(Storms storms, EPEventService events) throws Exception {
        EventSender levels = events.getEventSender("LevelReading");
        EventSender rains = events.getEventSender("RainReading");
        Spent before = Spent.now();
        long nowMs = 0;
        for (int i = 0; i < storms.size(); i++) {
            long atMs = storms.observedAtMs(i);
            if (atMs != nowMs) {
                nowMs = atMs;
                events.advanceTime(atMs);
            }
            int sensor = storms.sensor(i);
            if (Storms.isRain(sensor)) {
                rains.sendEvent(new RainReading(sensor, atMs, storms.value(i)));
            } else {
                levels.sendEvent(new LevelReading(sensor, atMs, storms.value(i)));
            }
        }
        return Spent.now().since(before);
    }

    private void take(EventBean[] events) {
        for (EventBean event : events) {
            told.add(new Told(
                    (Integer) event.get("sensor"),
                    Threshold.Kind.valueOf((String) event.get("kind")),
                    (Boolean) event.get("began"),
                    (Long) event.get("sinceMs"),
                    (Long) event.get("atMs")));
        }
    }

    /** The text of the module, with the rules' figures put in. */
    private static String module() {
        try (InputStream in = EsperModule.class.getResourceAsStream("storms.epl")) {
            if (in == null) {
                throw new IllegalStateException("storms.epl is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${sensorMin}", figure(Storms.SENSOR_MIN_M))
                    .replace("${sensorMax}", figure(Storms.SENSOR_MAX_M))
                    .replace("${userMin}", figure(Storms.USER_MIN_M))
                    .replace("${userMax}", figure(Storms.USER_MAX_M))
                    .replace("${rainMax}", figure(Storms.RAIN_MAX_MM))
                    .replace("${levelRaise}", figure(Storms.LEVEL_RAISE_M))
                    .replace("${levelClear}", figure(Storms.LEVEL_CLEAR_M))
                    .replace("${onDelayMin}", Long.toString(Storms.LEVEL_ON_DELAY_MS / Storms.MIN_MS))
                    .replace("${riseRaise}", figure(Storms.RISE_RAISE_M_PER_HOUR))
                    .replace("${riseClear}", figure(Storms.RISE_CLEAR_M_PER_HOUR))
                    .replace("${pastRiseWindowMs}", Long.toString(Storms.RISE_WINDOW_MS + 1))
                    .replace("${rainRaise}", figure(Storms.RAIN_RAISE_MM))
                    .replace("${rainClear}", figure(Storms.RAIN_CLEAR_MM))
                    .replace("${rainWindowMs}", Long.toString(Storms.RAIN_WINDOW_MS))
                    .replace("${offDelayMs}", Long.toString(Storms.OFF_DELAY_MS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String figure(double value) {
        return Double.toString(value) + "d";
    }

    List<Told> told() {
        return told;
    }

    /** From the first reading sent to the last judged. */
    Spent spent() {
        return spent;
    }
}
