package dk.vandvagt.alert;

import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.composite;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Sensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every row of the three-valued tables, and long random lives, against an oracle that knows two values only. */
class KleeneTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST = 4;

    /** What a member can be: stands, is heard. */
    private enum Is {
        TRUE(true, true),
        TRUE_AND_SILENT(true, false),
        FALSE(false, true),
        UNKNOWN(false, false);

        final boolean stands;
        final boolean heard;

        Is(boolean stands, boolean heard) {
            this.stands = stands;
            this.heard = heard;
        }
    }

    /** True if it is so whatever the unknown ones are, false if it is so for none of that, else unknown. */
    private static Truth oracle(int atLeast, List<Is> members) {
        int unknown = (int) members.stream().filter(Is.UNKNOWN::equals).count();
        int certain = (int) members.stream().filter(each -> each.stands).count();
        boolean always = true;
        boolean never = true;
        for (int assignment = 0; assignment < 1 << unknown; assignment++) {
            boolean holds = certain + Integer.bitCount(assignment) >= atLeast;
            always &= holds;
            never &= !holds;
        }
        return always ? Truth.TRUE : never ? Truth.FALSE : Truth.UNKNOWN;
    }

    private static Edges edges(int members, int atLeast, long onDelayMs, long offDelayMs) {
        String[] named =
                IntStream.range(0, members).mapToObj(m -> "S" + m + "/high").toArray(String[]::new);
        Sensor[] sensors = IntStream.range(0, members)
                .mapToObj(m -> levelSensor("S" + m, level("high", 1, 1.0, 0, 0)))
                .toArray(Sensor[]::new);
        return new Edges(Catalogues.of(List.of(composite("C", 1, atLeast, onDelayMs, offDelayMs, named)), sensors));
    }

    private static List<Is> row(int number, int members) {
        List<Is> row = new ArrayList<>();
        for (int m = 0; m < members; m++) {
            row.add(Is.values()[number / (int) Math.pow(4, m) % 4]);
        }
        return row;
    }

    @Test
    void shouldRaiseByEachRowThatIsTrueAndByNoOther() {
        int rows = 0;
        for (int members = 1; members <= MOST; members++) {
            for (int atLeast = 1; atLeast <= members; atLeast++) {
                for (int number = 0; number < Math.pow(4, members); number++) {
                    List<Is> row = row(number, members);
                    Edges edges = edges(members, atLeast, 0, 0);
                    for (int m = 0; m < members; m++) {
                        if (row.get(m) != Is.UNKNOWN) {
                            edges.hear(1, "S" + m);
                        }
                        if (row.get(m).stands) {
                            edges.began(2, "S" + m + "/high");
                        }
                        if (row.get(m) == Is.TRUE_AND_SILENT) {
                            edges.stale(2, "S" + m);
                        }
                    }
                    boolean raised = edges.judge(2).found().stream().anyMatch(line -> line.startsWith("BEGAN"));
                    assertThat(raised)
                            .as("at least %d of %s", atLeast, row)
                            .isEqualTo(oracle(atLeast, row) == Truth.TRUE);
                    rows++;
                }
            }
        }
        assertThat(rows).isEqualTo(4 + 2 * 16 + 3 * 64 + 4 * 256);
    }

    @Test
    void shouldClearByEachRowThatIsFalseAndByNoOther() {
        for (int members = 1; members <= MOST; members++) {
            for (int atLeast = 1; atLeast <= members; atLeast++) {
                for (int number = 0; number < Math.pow(4, members); number++) {
                    List<Is> row = row(number, members);
                    Edges edges = edges(members, atLeast, 0, 0);
                    for (int m = 0; m < members; m++) {
                        edges.hear(1, "S" + m).began(2, "S" + m + "/high");
                    }
                    edges.judge(2).found();
                    for (int m = 0; m < members; m++) {
                        if (!row.get(m).stands) {
                            edges.ended(3, "S" + m + "/high");
                        }
                        if (!row.get(m).heard) {
                            edges.stale(3, "S" + m);
                        }
                    }
                    List<String> found = edges.judge(3).found();
                    assertThat(found.contains("ENDED C at 3"))
                            .as("at least %d of %s", atLeast, row)
                            .isEqualTo(oracle(atLeast, row) == Truth.FALSE);
                    boolean seenToHold = row.stream().filter(Is.TRUE::equals).count() >= atLeast;
                    assertThat(found.contains("STALE C at 3"))
                            .as("silent: at least %d of %s", atLeast, row)
                            .isEqualTo(oracle(atLeast, row) != Truth.FALSE && !seenToHold);
                }
            }
        }
    }

    /** One change a minute; from all minutes so far the oracle finds anew whether it must stand. */
    @Test
    void shouldEqualWhatAllMinutesSoFarSay() throws JsonProcessingException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("KleeneTest.shouldEqualWhatAllMinutesSoFarSay: -Dseed=" + seed);
        int raised = 0;
        for (int life = 0; life < 200; life++) {
            Random random = new Random(seed + life);
            int members = 1 + random.nextInt(MOST);
            int atLeast = 1 + random.nextInt(members);
            int onDelay = random.nextInt(4) * 2;
            int offDelay = random.nextInt(4) * 3;
            Edges edges = edges(members, atLeast, onDelay * MIN, offDelay * MIN);
            List<Is> now = new ArrayList<>();
            for (int m = 0; m < members; m++) {
                edges.hear(0, "S" + m);
                now.add(Is.FALSE);
            }
            List<Truth> held = new ArrayList<>();
            boolean stands = false;
            boolean seen = false;
            for (int minute = 1; minute <= 300; minute++) {
                if (random.nextInt(3) > 0) {
                    change(edges, now, random.nextInt(members), minute, random);
                }
                edges.judge(minute);
                boolean before = stands;
                // a delay that is over at the very instant of a change was complete
                if (!held.isEmpty()) {
                    held.add(held.getLast());
                    stands = stands(stands, held, seen, onDelay, offDelay);
                    held.removeLast();
                }
                held.add(oracle(atLeast, now));
                seen = now.stream().filter(Is.TRUE::equals).count() >= atLeast;
                stands = stands(stands, held, seen, onDelay, offDelay);
                raised += stands && !before ? 1 : 0;
                assertThat(edges.composites().save().standing().stream()
                                .anyMatch(each -> each.ruleId().equals("C")))
                        .as("seed %d life %d minute %d: at least %d of %s", seed, life, minute, atLeast, now)
                        .isEqualTo(stands);
                if (random.nextInt(20) == 0) {
                    String json = JSON.writeValueAsString(edges.composites().save());
                    edges.restart(JSON.readValue(json, Composites.State.class));
                }
            }
        }
        assertThat(raised).isGreaterThan(500);
    }

    private static void change(Edges edges, List<Is> now, int m, int minute, Random random) {
        Is is = now.get(m);
        String sensorId = "S" + m;
        boolean stands = is.stands;
        boolean heard = is.heard;
        if (random.nextInt(3) == 0) {
            heard = !heard;
            if (heard) {
                edges.back(minute, sensorId);
            } else {
                edges.stale(minute, sensorId);
            }
        } else {
            stands = !stands;
            if (stands) {
                edges.began(minute, sensorId + "/high");
            } else {
                edges.ended(minute, sensorId + "/high");
            }
        }
        for (Is each : Is.values()) {
            if (each.stands == stands && each.heard == heard) {
                now.set(m, each);
            }
        }
    }

    private static boolean stands(boolean before, List<Truth> held, boolean seen, int onDelay, int offDelay) {
        return before ? !hasEnded(held, offDelay) : hasBegun(held, seen, onDelay);
    }

    private static boolean hasBegun(List<Truth> held, boolean seen, int onDelay) {
        if (held.getLast() != Truth.TRUE) {
            return false;
        }
        int since = held.size() - 1;
        while (since > 0 && held.get(since - 1) == Truth.TRUE) {
            since--;
        }
        return !seen || held.size() - 1 - since >= onDelay;
    }

    /** False now, and false for long enough since it was last true: minutes of which nothing is known count for nothing. */
    private static boolean hasEnded(List<Truth> held, int offDelay) {
        if (held.getLast() != Truth.FALSE) {
            return false;
        }
        int minutes = 0;
        for (int m = held.size() - 2; m >= 0 && held.get(m) != Truth.TRUE; m--) {
            minutes += held.get(m) == Truth.FALSE ? 1 : 0;
        }
        return minutes >= offDelay;
    }
}
