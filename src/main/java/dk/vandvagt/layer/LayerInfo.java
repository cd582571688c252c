package dk.vandvagt.layer;

import dk.vandvagt.station.Text;

/**
 * What a collection is, for people and programs, before it holds anything.
 *
 * @param id as in {@code /collections/{id}}
 * @param description says what it shows and what it does not
 */
public record LayerInfo(String id, Text title, Text description, Schema schema) {}
