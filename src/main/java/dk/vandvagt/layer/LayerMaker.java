package dk.vandvagt.layer;

/**
 * Makes one collection out of copies of the live state, for those that take longer than an encoding: it is called on one thread at a time,
 * off the path of any request, and gives back what it gave before where nothing that matters has changed.
 */
public interface LayerMaker {
    LayerInfo info();

    /** May take its time; may block. */
    Layer make(LiveState live, Stamp stamp);
}
