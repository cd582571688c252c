package dk.vandvagt.peers;

/** A reading as Flink likes it: public fields, so that its POJO serialiser writes three numbers and Kryo is not asked. */
public final class Reading {
    public int sensor;
    public long observedAtMs;
    public double value;
}
