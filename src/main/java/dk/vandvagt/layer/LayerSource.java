package dk.vandvagt.layer;

import java.util.concurrent.CompletionStage;

/** Where layers get their copies of the live state. */
public interface LayerSource {
    /** Completes on a thread of the source, within the next duty cycle; fails only when the service stops. */
    CompletionStage<LiveState> copy();
}
