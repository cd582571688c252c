package dk.vandvagt.layer;

/**
 * Makes one collection out of copies of the live state, for those that take longer than an encoding: it is called on one thread at a time,
 * off the path of any request, and gives back what it gave before where nothing that matters has changed.
 */
public interface LayerMaker {
    LayerInfo info();

    /** May take its time; may block. */
    Layer make(LiveState live, Stamp stamp);

    /** One that can be asked what if: the sea at a level. */
    interface AtLevel extends LayerMaker {
        /** Above it nothing can be told. */
        double highestLevelM();

        /**
         * May take its time; several threads may ask.
         *
         * @param levelM in the datum of the layer
         * @throws IllegalArgumentException above {@link #highestLevelM}
         */
        Layer at(double levelM, Stamp stamp);
    }
}
