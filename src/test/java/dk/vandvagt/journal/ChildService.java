package dk.vandvagt.journal;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.station.Catalogue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process of its own that journals readings numbered by their value and says which were acknowledged, until it is killed. */
final class ChildService {
    private ChildService() {}

    static Process start(Path folder, long firstNumber) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        classPath,
                        ChildService.class.getName(),
                        folder.toString(),
                        Long.toString(firstNumber)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Catalogue catalogue = Places.of("HAVN", "BAAGOE", "FAABORG");
        SegmentLog journal = SegmentLog.open(
                Path.of(args[0]),
                new SegmentLog.Settings(20_000, Long.MAX_VALUE),
                System::currentTimeMillis,
                System.err::println);
        Sequencer sequencer = new Sequencer(
                Sequencer.Settings.USUAL,
                journal,
                ServiceClock.wall(WallClock.Settings.USUAL, 0, 0),
                journal.lastSequence(),
                catalogue,
                batch -> {},
                System::currentTimeMillis);
        sequencer.start();
        for (long number = Long.parseLong(args[1]); ; number++) {
            long mine = number;
            Arrival arrival = new Arrival(
                    refusal -> System.out.println("ack " + mine + "."),
                    null,
                    new int[] {(int) (number % 3)},
                    new long[] {number},
                    new double[] {number},
                    number);
            while (!sequencer.offer(arrival)) {
                Thread.onSpinWait();
            }
        }
    }
}
