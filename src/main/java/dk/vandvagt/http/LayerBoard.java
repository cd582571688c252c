package dk.vandvagt.http;

import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.LayerMaker;
import dk.vandvagt.layer.LayerSource;
import dk.vandvagt.layer.Layers;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Stamp;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the layers at hand: pulls a copy of the live state once a second, encodes it off the event loop when it changed, and
 * keeps what was made of it for queries until the next. Where encoding thousands of sensors takes long, it is done less often: judging
 * needs the processors more. One event loop uses it.
 */
final class LayerBoard {
    private static final Logger LOG = LoggerFactory.getLogger(LayerBoard.class);
    static final long PULL_EVERY_MS = 1000;

    /** After an encoding, this many times as long as it took without another. */
    private static final long REST = 4;

    /** Answers kept per copy; beyond, an answer is made anew each time. */
    private static final int MOST_READY = 256;

    /** Of those, together. */
    private static final long MOST_READY_BYTES = 128 << 20;

    /** Layers at a level of the sea that are kept per copy. */
    private static final int MOST_LEVELS_READY = 16;

    /** Levels of the sea that are asked for and not computed yet. */
    private static final int MOST_LEVELS = 8;

    /** Layers of the past that are kept. */
    private static final int MOST_PAST = 16;

    /** Instants of the past that are asked for and not there yet. */
    private static final int MOST_PAST_WAITING = 4;

    /** What was known at an instant of the past, kept for so many instants. */
    private static final int MOST_PAST_STATES = 4;

    private final Context context;
    private final LayerSource source;
    private final InstantSource wallClock;
    private final Listener listener;
    private final List<LayerMaker> makers;
    private final Map<Object, Future<?>> ready = new HashMap<>();
    private final Map<String, Change> changes = new HashMap<>();
    private final Map<String, Layer> slower = new LinkedHashMap<>();
    private final Map<AsOf, Future<Layer>> pastLayers = newest(MOST_PAST);
    private final Map<AsOf, Future<LiveState>> pastStates = newest(MOST_PAST_STATES);
    /** Ends when the last level that was asked for is computed. */
    private Future<?> levelTurn = Future.succeededFuture();

    private int levelsWaiting;
    private int levelsReady;
    /** Ends when the last instant of the past that was asked for is there. */
    private Future<?> pastTurn = Future.succeededFuture();

    private int pastWaiting;
    private long readyBytes;
    private boolean making;
    private boolean makeAgain;
    private @Nullable Layers current;
    private long copiedAtMs;
    private long builtAtMs;
    private long restUntilNanos = System.nanoTime();
    private boolean pulling;
    private boolean failing;

    private record Built(Layers layers, long tookNanos) {}

    private record AsOf(String id, long asOfMs, String catalogueRevision) {}

    /** When a layer began to say what it says, wall clock. */
    private record Change(String version, long atMs) {}

    /** Told on the event loop. */
    interface Listener {
        /** @param before null for the first */
        void changed(@Nullable Layers before, Layers now);
    }

    /** @param makers of the layers that take longer; each is called by one thread at a time */
    LayerBoard(
            Context context, LayerSource source, InstantSource wallClock, List<LayerMaker> makers, Listener listener) {
        this.makers = List.copyOf(makers);
        this.context = context;
        this.source = source;
        this.wallClock = wallClock;
        this.listener = listener;
    }

    private static <K, V> Map<K, V> newest(int most) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** A pull that is still on its way is left alone. */
    void pull() {
        if (pulling || System.nanoTime() - restUntilNanos < 0) {
            return;
        }
        pulling = true;
        source.copy()
                .whenComplete((live, failure) -> context.runOnContext(v -> {
                    if (failure != null) {
                        failed(failure);
                    } else {
                        took(live);
                    }
                }));
    }

    /** @throws Problem while the service has none yet */
    Layers layers() {
        Layers layers = current;
        if (layers == null) {
            throw Problem.away("the live state is not there yet");
        }
        return layers;
    }

    @Nullable
    Layers layersOrNull() {
        return current;
    }

    /** When the live state was last seen, wall clock; 0 for never. */
    long copiedAtMs() {
        return copiedAtMs;
    }

    /** When the layers were made, wall clock. */
    long builtAtMs() {
        return builtAtMs;
    }

    /** Since when the layer says what it says, the stamp aside; wall clock, 0 for unknown. */
    long changedAtMs(Layer layer) {
        Change change = changes.get(layer.id());
        return change == null || !change.version.equals(layer.version()) ? 0 : change.atMs;
    }

    long wallMs() {
        return wallClock.millis();
    }

    InstantSource wallClock() {
        return wallClock;
    }

    /** The service's clock as far as the layers know it; before the first reading the wall's. */
    long nowMs() {
        Layers layers = current;
        return layers == null || layers.stamp().asOfMs() == 0
                ? wallClock.millis()
                : layers.stamp().asOfMs();
    }

    Context context() {
        return context;
    }

    <T> Future<T> offLoop(Callable<T> work) {
        return context.executeBlocking(work, false).map(Objects::requireNonNull);
    }

    /** A copy as new as the source has it, past the layers; for what must not miss the last second. */
    Future<LiveState> fresh() {
        return Future.fromCompletionStage(source.copy(), context);
    }

    /** The maker that can be asked for a level; null for any other collection. */
    LayerMaker.@Nullable AtLevel atLevel(String id) {
        for (LayerMaker maker : makers) {
            if (maker instanceof LayerMaker.AtLevel its && maker.info().id().equals(id)) {
                return its;
            }
        }
        return null;
    }

    private record Level(String id, double levelM) {}

    /**
     * One layer with the sea at a level: one at a time, so that whoever asks for many delays nobody but those who ask.
     *
     * @throws Problem while too many wait
     */
    @SuppressWarnings("unchecked") // such keys are only used here
    Future<Layer> layerAtLevel(LayerMaker.AtLevel maker, double levelM) {
        Level key = new Level(maker.info().id(), levelM);
        Future<?> known = ready.get(key);
        if (known != null) {
            return (Future<Layer>) known;
        }
        if (levelsWaiting >= MOST_LEVELS) {
            throw Problem.away(levelsWaiting + " other levels are being computed");
        }
        levelsWaiting++;
        Stamp stamp = layers().stamp();
        Future<Layer> made = levelTurn.transform(before -> offLoop(() -> maker.at(levelM, stamp)));
        levelTurn = made.onComplete(done -> levelsWaiting--);
        if (levelsReady < MOST_LEVELS_READY) {
            levelsReady++;
            ready.put(key, made);
        }
        return made;
    }

    /**
     * One layer as it was known then.
     *
     * @param past where it is asked
     */
    Future<Layer> layerAsOf(String id, long asOfMs, Past past) {
        LiveState now = layers().live();
        AsOf key = new AsOf(id, asOfMs, now.catalogue().revision());
        Future<Layer> known = pastLayers.get(key);
        if (known != null && !known.failed()) {
            return known;
        }
        Future<Layer> asked = knownAt(asOfMs, past)
                // in turn with what is made for the present, since makers are called by one at a time
                .compose(then -> context.executeBlocking(() -> layer(id, then), true));
        pastLayers.put(key, asked);
        return asked;
    }

    /**
     * What was known then; whoever looks at an instant asks for several things of it. One instant at a time: each is some hundred thousand
     * readings, in the process that judges.
     *
     * @throws Problem while too many wait
     */
    Future<LiveState> knownAt(long asOfMs, Past past) {
        AsOf key = new AsOf("", asOfMs, layers().live().catalogue().revision());
        Future<LiveState> known = pastStates.get(key);
        if (known == null || known.failed()) {
            if (pastWaiting >= MOST_PAST_WAITING) {
                throw Problem.away(pastWaiting + " other instants of the past are being looked up");
            }
            pastWaiting++;
            known = pastTurn.transform(before -> Future.fromCompletionStage(past.knownAt(asOfMs), context));
            pastTurn = known.onComplete(done -> pastWaiting--);
            pastStates.put(key, known);
        }
        return known;
    }

    private Layer layer(String id, LiveState live) {
        Layer layer = Layers.of(live).layer(id);
        if (layer != null) {
            return layer;
        }
        for (LayerMaker maker : makers) {
            if (maker.info().id().equals(id)) {
                return maker.make(live, Stamp.of(live));
            }
        }
        throw new IllegalArgumentException(id);
    }

    /** What was made for this key out of the present layers, or makes it now, off the event loop. */
    @SuppressWarnings("unchecked") // a key is only ever used with one kind of answer
    <T> Future<T> ready(Object key, Callable<T> make) {
        Future<?> made = ready.get(key);
        if (made == null) {
            boolean keeps = ready.size() < MOST_READY && readyBytes < MOST_READY_BYTES;
            made = offLoop(() -> {
                T answer = make.call();
                if (keeps && answer instanceof ReadyAnswer its) {
                    its.keptOutsideTheHeap();
                }
                return answer;
            });
            if (keeps) {
                ready.put(key, made);
                made.onSuccess(answer -> weigh(answer instanceof ReadyAnswer its ? its.bytes() : 0));
            }
        }
        return (Future<T>) made;
    }

    /** So many more bytes are kept for the present copy. */
    void weigh(long bytes) {
        readyBytes += bytes;
    }

    private void took(LiveState live) {
        long nowMs = wallClock.millis();
        Layers before = current;
        if (before != null && isSame(before.live(), live)) {
            copiedAtMs = nowMs;
            settled();
            return;
        }
        offLoop(() -> {
                    long begunNanos = System.nanoTime();
                    Layers layers = Layers.of(live);
                    return new Built(layers, System.nanoTime() - begunNanos);
                })
                .onComplete(built -> {
                    if (built.failed()) {
                        failed(built.cause());
                        return;
                    }
                    copiedAtMs = nowMs;
                    builtAtMs = nowMs;
                    restUntilNanos = System.nanoTime() + REST * built.result().tookNanos();
                    show(built.result().layers());
                    settled();
                    listener.changed(before, built.result().layers());
                    makeSlower(live);
                });
    }

    private void show(Layers layers) {
        Layers all = layers.with(List.copyOf(slower.values()));
        current = all;
        ready.clear();
        readyBytes = 0;
        levelsReady = 0;
        for (Layer layer : all.all()) {
            Change before = changes.get(layer.id());
            if (before == null || !before.version.equals(layer.version())) {
                changes.put(layer.id(), new Change(layer.version(), wallClock.millis()));
            }
        }
    }

    /** What slower layers are made of beside the live state has changed. */
    void remake() {
        Layers layers = current;
        if (layers != null) {
            makeAgain |= making;
            makeSlower(layers.live());
        }
    }

    /** One after the other, beside the encoding of the live state; a copy that comes meanwhile is passed over. */
    private void makeSlower(LiveState live) {
        if (making || makers.isEmpty()) {
            return;
        }
        making = true;
        context.<Map<String, Layer>>executeBlocking(
                        () -> {
                            Map<String, Layer> made = new LinkedHashMap<>();
                            for (LayerMaker maker : makers) {
                                try {
                                    made.put(maker.info().id(), maker.make(live, Stamp.of(live)));
                                } catch (RuntimeException fault) {
                                    LOG.error(
                                            "The layer {} could not be made: it stays as it was",
                                            maker.info().id(),
                                            fault);
                                }
                            }
                            return made;
                        },
                        true)
                .onComplete(made -> {
                    making = false;
                    Layers layers = current;
                    if (made.succeeded() && layers != null) {
                        slower.putAll(made.result());
                        show(layers);
                    }
                    if (makeAgain) {
                        makeAgain = false;
                        remake();
                    }
                });
    }

    /** Alerts are compared too: the alert book may be a step behind the readings of the same sequence. */
    private static boolean isSame(LiveState a, LiveState b) {
        return a.sequence() == b.sequence()
                && a.clockMs() == b.clockMs()
                && a.runId().equals(b.runId())
                && a.catalogue().revision().equals(b.catalogue().revision())
                && a.alerts().equals(b.alerts())
                && a.shelvings().equals(b.shelvings())
                && a.outOfService().equals(b.outOfService());
    }

    private void settled() {
        pulling = false;
        failing = false;
    }

    private void failed(Throwable failure) {
        pulling = false;
        if (!failing) {
            LOG.warn("No copy of the live state: the layers stay as they are and grow old", failure);
        }
        failing = true;
    }
}
