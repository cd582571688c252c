package dk.vandvagt.terrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.layer.DepthClass;
import dk.vandvagt.layer.FloodExtent;
import dk.vandvagt.layer.SeaLevels;
import dk.vandvagt.layer.Terrain;
import dk.vandvagt.station.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {
    @TempDir
    Path folder;

    private Path sea() throws IOException {
        return Models.box(folder.resolve("sea.geojson"), -100, -100, 8, 10_000);
    }

    private static double areaM2(FloodExtent extent, DepthClass depth) {
        return extent.parts().stream()
                .filter(part -> part.depth() == depth)
                .mapToDouble(FloodExtent.Part::areaM2)
                .sum();
    }

    @Test
    void shouldPrepareAModelAndOpenItAgain() throws IOException {
        Path model =
                Models.arcGrid(folder.resolve("model.asc"), 10, new double[] {-3, 1.0, -9999, 1.5, 9}, new double[] {
                    -3, 1.85, 9, 1.5, 9
                });
        Path barriers = Models.line(folder.resolve("walls.geojson"), "{\"crest\": 2.5}", 20, -50, 20, 50);
        TerrainOrder order = Models.with(Models.order("EPSG:25832", sea()), barriers, null);
        Preparation.Done done = Preparation.prepare(model, order, folder.resolve("terrain"), Models.NOBODY, 0);
        assertThat(done.nodataCells()).isEqualTo(1);
        assertThat(done.seaCells()).containsExactly(2);
        assertThat(done.cellAreaM2()).isEqualTo(100);
        Terrain terrain = TerrainFolder.open(folder.resolve("terrain"), order);
        assertThat(terrain.facts().crs()).isEqualTo("EPSG:25832");
        assertThat(terrain.facts().nodataShare()).isEqualTo(0.1);
        assertThat(terrain.hasDefences()).isTrue();
        FloodExtent extent = FloodExtent.at(terrain, SeaLevels.everywhere(terrain, 2, true));
        assertThat(areaM2(extent, DepthClass.UP_TO_20_CM)).isEqualTo(100);
        assertThat(areaM2(extent, DepthClass.OVER_1_M)).isEqualTo(300);
        assertThat(areaM2(extent, DepthClass.SHIELDED)).isEqualTo(200);
        assertThat(extent.parts().getFirst().area().getEnvelopeInternal().getMinX())
                .isEqualTo(560_010);
    }

    @Test
    void shouldTakeUnlikeCellSizesAndUnits() throws IOException {
        Path model = Files.writeString(
                folder.resolve("model.asc"),
                "NCOLS 3\nNROWS 1\nXLLCENTER 560005\nYLLCENTER 6120010\nDX 10\nDY 20\nNODATA_VALUE -1\n-300\n150 -1");
        TerrainOrder base = Models.order("EPSG:25832", sea());
        TerrainOrder order = new TerrainOrder(base.crs(), base.datum(), 0.01, 4, 5, null, null, "", "", base.coast());
        Preparation.Done done = Preparation.prepare(model, order, folder.resolve("terrain"), Models.NOBODY, 0);
        assertThat(done.nodataCells()).isEqualTo(1);
        Terrain terrain = TerrainFolder.open(folder.resolve("terrain"), order);
        FloodExtent extent = FloodExtent.at(terrain, SeaLevels.everywhere(terrain, 2, true));
        assertThat(areaM2(extent, DepthClass.UP_TO_1_M)).isEqualTo(200);
    }

    @Test
    void shouldFloodEachStretchFromItsOwnSea() throws IOException {
        // a ridge in the middle, nodata in its only gap; one sea in the west, one in the east
        Path model = Models.arcGrid(folder.resolve("model.asc"), 10, new double[] {-3, 1, 4, 1, -3});
        Path west = Models.box(folder.resolve("west.geojson"), 0, 0, 20, 10);
        Path east = Models.box(folder.resolve("east.geojson"), 20, 0, 50, 10);
        Path eastSea = Models.box(folder.resolve("eastsea.geojson"), 40, 0, 50, 10);
        TerrainOrder base = Models.order("EPSG:25832", sea());
        TerrainOrder order = new TerrainOrder(
                base.crs(),
                base.datum(),
                1,
                8,
                5,
                null,
                null,
                "",
                "",
                List.of(
                        new TerrainOrder.Coast(
                                "west", Text.NONE, base.coast().getFirst().sea(), west),
                        new TerrainOrder.Coast("east", Text.NONE, eastSea, east)));
        Preparation.prepare(model, order, folder.resolve("terrain"), Models.NOBODY, 0);
        Terrain terrain = TerrainFolder.open(folder.resolve("terrain"), order);
        FloodExtent extent = FloodExtent.at(terrain, new SeaLevels(new double[] {2.02, 1.41}, true));
        assertThat(extent.parts())
                .extracting(part -> part.stretch() + " " + part.depth() + " " + part.cells())
                .containsExactly("0 OVER_1_M 2", "1 UP_TO_50_CM 1", "1 OVER_1_M 1");
        TerrainOrder overlapping = new TerrainOrder(
                base.crs(),
                base.datum(),
                1,
                8,
                5,
                null,
                null,
                "",
                "",
                List.of(
                        new TerrainOrder.Coast(
                                "west", Text.NONE, base.coast().getFirst().sea(), west),
                        new TerrainOrder.Coast("east", Text.NONE, eastSea, west)));
        assertThatThrownBy(() -> Preparation.prepare(model, overlapping, folder.resolve("other"), Models.NOBODY, 0))
                .hasMessageContaining("the area of east overlaps another stretch's by 2 cells");
    }

    @Test
    void shouldAssumeNoCrs() throws IOException {
        Path model = Models.arcGrid(folder.resolve("model.asc"), 10, new double[] {-3, 1});
        assertThatThrownBy(() ->
                        Preparation.prepare(model, Models.order(null, sea()), folder.resolve("t"), Models.NOBODY, 0))
                .isInstanceOf(TerrainException.class)
                .hasMessageContaining("says no CRS that can be read, and none is assumed: say it in the settings");
        assertThatThrownBy(() -> Preparation.prepare(
                        model, Models.order("EPSG:3857", sea()), folder.resolve("t"), Models.NOBODY, 0))
                .hasMessageContaining("a square metre of its CRS EPSG:3857 is 0.");
    }

    @Test
    void shouldSayAllThatIsWrongWithWhatWasDrawn() throws IOException {
        Path model = Models.arcGrid(folder.resolve("model.asc"), 10, new double[] {-3, 1});
        Path walls = Models.line(folder.resolve("walls.geojson"), "{\"crest\": \"2.5\"}", 20, -50, 20, 50);
        Path pipes = Models.line(folder.resolve("pipes.geojson"), "{\"flap\": \"yes\"}", 0, 0, 20, 50);
        TerrainOrder order = Models.with(Models.order("EPSG:25832", folder.resolve("nowhere.geojson")), walls, pipes);
        assertThatThrownBy(() -> Preparation.prepare(model, order, folder.resolve("terrain"), Models.NOBODY, 0))
                .hasMessageContaining("nowhere.geojson: there is no such file")
                .hasMessageContaining("walls.geojson: feature 1: crest: found \"2.5\", should be metres")
                .hasMessageContaining("pipes.geojson: feature 1: invert: found nothing, should be metres")
                .hasMessageContaining("pipes.geojson: feature 1: flap: found \"yes\", should be true or false");
    }

    @Test
    void shouldRefuseASeaWhereTheModelHasNone() throws IOException {
        Path model = Models.arcGrid(folder.resolve("model.asc"), 10, new double[] {-3, 1});
        Path elsewhere = Models.box(folder.resolve("sea.geojson"), 500, 500, 600, 600);
        assertThatThrownBy(() -> Preparation.prepare(
                        model, Models.order("EPSG:25832", elsewhere), folder.resolve("t"), Models.NOBODY, 0))
                .hasMessageContaining("the sea of all has no cell of the model");
    }

    @Test
    void shouldRefuseWhatIsNotWholeOrOfOtherSettings() throws IOException {
        Path model = Models.arcGrid(folder.resolve("model.asc"), 10, new double[] {-3, 1});
        TerrainOrder order = Models.order("EPSG:25832", sea());
        Path terrain = folder.resolve("terrain");
        assertThatThrownBy(() -> TerrainFolder.open(terrain, order))
                .hasMessageContaining("no terrain model is prepared in")
                .hasMessageContaining("run: vandvagt terrain FILE --config SETTINGS");
        Preparation.prepare(model, order, terrain, Models.NOBODY, 0);
        assertThat(TerrainFolder.open(terrain, order).hasDefences()).isFalse();
        Models.box(folder.resolve("sea.geojson"), -100, -100, 9, 10_000);
        assertThatThrownBy(() -> TerrainFolder.open(terrain, order))
                .hasMessageContaining("was prepared with other settings of terrain or coast, or from other drawings");
        sea();
        byte[] head = Files.readAllBytes(terrain.resolve("head"));
        head[40] ^= 1;
        Files.write(terrain.resolve("head"), head);
        assertThatThrownBy(() -> TerrainFolder.open(terrain, order))
                .hasMessageContaining("is damaged: its checksum does not fit")
                .hasMessageContaining("run: vandvagt terrain");
        head[40] ^= 1;
        Files.write(terrain.resolve("head"), head);
        Files.write(terrain.resolve("ground"), new byte[100]);
        assertThatThrownBy(() -> TerrainFolder.open(terrain, order)).hasMessageContaining("ground: is not whole");
    }

    @Test
    void shouldSayWhereAModelEndsTooEarly() throws IOException {
        Path model = Files.writeString(
                folder.resolve("model.asc"),
                "ncols 3\nnrows 2\nxllcorner 560000\nyllcorner 6120000\ncellsize 10\n1 2 3 4");
        assertThatThrownBy(() -> Preparation.prepare(
                        model, Models.order("EPSG:25832", sea()), folder.resolve("t"), Models.NOBODY, 0))
                .hasMessageContaining("ends after 4 heights, should have 6: it was not copied whole");
    }

    /** Killed for good, twice, each time at the same place; then it is to be just as if nobody had. */
    @Test
    void shouldGoOnAfterAKill() throws IOException, InterruptedException {
        Path model = Models.arcGrid(folder.resolve("model.asc"), 1, Models.hills(300, 1_500, 1));
        TerrainOrder order = Models.order("EPSG:25832", sea());
        Preparation.prepare(model, order, folder.resolve("whole"), Models.NOBODY, 0);
        Path terrain = folder.resolve("terrain");
        assertThat(killedAt("GROUND 3", model, terrain)).isZero();
        assertThat(TerrainFolder.isPrepared(terrain)).isFalse();
        assertThat(killedAt("FLOOD 0", model, terrain)).isEqualTo(3);
        int[] resumedAt = {-1};
        Preparation.prepare(
                model,
                order,
                terrain,
                new Preparation.Watch() {
                    @Override
                    public void begins(Preparation.Step step, long of) {}

                    @Override
                    public void reached(long soFar) {}

                    @Override
                    public void found(Preparation.Model found) {
                        resumedAt[0] = found.resumedAtBand();
                    }
                },
                0);
        assertThat(resumedAt[0]).isEqualTo(6);
        for (String plane : List.of("head", "ground", "connected", "stretches")) {
            assertThat(Models.same(
                            terrain.resolve(plane), folder.resolve("whole").resolve(plane)))
                    .as(plane)
                    .isTrue();
        }
        assertThat(folder.resolve("terrain.unfinished")).doesNotExist();
        assertThat(Models.grid(terrain).cells()).isCloseTo(450_000, within(0L));
    }

    /** At which band it had gone on. */
    private int killedAt(String where, Path model, Path terrain) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        model.toString(),
                        folder.resolve("sea.geojson").toString(),
                        terrain.toString(),
                        where)
                .redirectErrorStream(true)
                .start();
        int resumedAt = -1;
        StringBuilder said = new StringBuilder();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.append(line).append('\n');
                if (line.startsWith("resumed at ")) {
                    resumedAt = Integer.parseInt(line.substring("resumed at ".length()));
                }
                if (line.equals("at " + where)) {
                    child.destroyForcibly();
                    assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
                    return resumedAt;
                }
            }
        }
        throw new AssertionError("came to its end: " + said);
    }

    /** Prepares a model, and stands still at one place until it is killed. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            Preparation.Watch watch = new Preparation.Watch() {
                private String step = "";

                @Override
                public void begins(Preparation.Step begun, long of) {
                    step = begun.name();
                    standStillAt(step + " " + 0);
                }

                @Override
                public void reached(long soFar) {
                    standStillAt(step + " " + soFar);
                }

                private void standStillAt(String here) {
                    if (here.equals(args[3])) {
                        System.out.println("at " + here);
                        while (true) {
                            LockSupport.park();
                        }
                    }
                }

                @Override
                public void found(Preparation.Model model) {
                    System.out.println("resumed at " + model.resumedAtBand());
                }
            };
            Preparation.prepare(
                    Path.of(args[0]), Models.order("EPSG:25832", Path.of(args[1])), Path.of(args[2]), watch, 0);
        }
    }
}
