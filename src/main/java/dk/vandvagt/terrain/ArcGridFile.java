package dk.vandvagt.terrain;

import dk.vandvagt.layer.Grid;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.geotools.api.referencing.FactoryException;
import org.geotools.api.referencing.crs.CoordinateReferenceSystem;
import org.geotools.referencing.CRS;
import org.jspecify.annotations.Nullable;

/**
 * ArcGrid: a head of names and numbers, then the heights as text, the northernmost row first; its CRS in a {@code .prj} beside it.
 * Read as a stream: GeoTools holds the whole file, eight bytes a cell.
 */
final class ArcGridFile implements GroundFile {
    private static final int LONGEST_NUMBER = 64;

    private final Path file;
    private final InputStream in;
    private final Grid grid;
    private final double nodata;
    private final @Nullable CoordinateReferenceSystem crs;
    private final byte[] token = new byte[LONGEST_NUMBER];
    private int tokenLength;
    private long heightsRead;

    private ArcGridFile(Path file, InputStream in, Grid grid, double nodata, @Nullable CoordinateReferenceSystem crs) {
        this.file = file;
        this.in = in;
        this.grid = grid;
        this.nodata = nodata;
        this.crs = crs;
    }

    static ArcGridFile open(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        try {
            InputStream in = new BufferedInputStream(
                    file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw, 1 << 16);
            Map<String, Double> head = head(file, in);
            int columns = (int) need(file, head, "ncols");
            int rows = (int) need(file, head, "nrows");
            double dx = head.containsKey("dx") ? need(file, head, "dx") : need(file, head, "cellsize");
            double dy = head.containsKey("dy") ? need(file, head, "dy") : need(file, head, "cellsize");
            double x0 = head.containsKey("xllcenter")
                    ? need(file, head, "xllcenter") - dx / 2
                    : need(file, head, "xllcorner");
            double south = head.containsKey("yllcenter")
                    ? need(file, head, "yllcenter") - dy / 2
                    : need(file, head, "yllcorner");
            if (columns < 1 || rows < 1 || !(dx > 0) || !(dy > 0)) {
                throw new TerrainException(file + ": found no cells: ncols " + columns + ", nrows " + rows);
            }
            return new ArcGridFile(
                    file,
                    in,
                    new Grid(columns, rows, x0, south + rows * dy, dx, -dy),
                    head.getOrDefault("nodata_value", -9999.0),
                    crsBeside(file));
        } catch (IOException | RuntimeException failed) {
            raw.close();
            throw failed;
        }
    }

    /** Names and numbers, up to the line that begins with a number; that is not consumed. */
    private static Map<String, Double> head(Path file, InputStream in) throws IOException {
        Map<String, Double> head = new HashMap<>();
        while (true) {
            in.mark(256);
            byte[] line = new byte[256];
            int length = 0;
            int c = in.read();
            while (c >= 0 && c != '\n' && c != '\r' && length < 200) {
                line[length++] = (byte) c;
                c = in.read();
            }
            String[] words = new String(line, 0, length, StandardCharsets.ISO_8859_1)
                    .strip()
                    .split("\\s+");
            if (words[0].isEmpty() && c >= 0) {
                continue;
            }
            if (words.length != 2 || !Character.isLetter(words[0].charAt(0))) {
                in.reset();
                return head;
            }
            try {
                head.put(words[0].toLowerCase(Locale.ROOT), Double.valueOf(words[1]));
            } catch (NumberFormatException notANumber) {
                throw new TerrainException(
                        file + ": found " + words[0] + " " + words[1] + ", should be a number with a point");
            }
        }
    }

    private static double need(Path file, Map<String, Double> head, String name) throws TerrainException {
        Double value = head.get(name);
        if (value == null) {
            throw new TerrainException(file + ": " + name + " is missing in its head; found " + head.keySet());
        }
        return value;
    }

    private static @Nullable CoordinateReferenceSystem crsBeside(Path file) throws IOException {
        String name = file.getFileName().toString().replaceFirst("\\.asc(\\.gz)?$", ".prj");
        Path prj = file.resolveSibling(name);
        if (!Files.exists(prj)) {
            return null;
        }
        try {
            return CRS.parseWKT(Files.readString(prj, StandardCharsets.ISO_8859_1));
        } catch (FactoryException notWkt) {
            return null; // an old one in words; asked for as if there were none
        }
    }

    @Override
    public Grid grid() {
        return grid;
    }

    @Override
    public @Nullable CoordinateReferenceSystem crs() {
        return crs;
    }

    @Override
    public float[] rows(int count) throws IOException {
        float[] rows = new float[Math.multiplyExact(count, grid.columns())];
        for (int i = 0; i < rows.length; i++) {
            nextToken();
            float height = height();
            rows[i] = height == (float) nodata || !Float.isFinite(height) ? Float.NaN : height;
        }
        return rows;
    }

    private float height() throws TerrainException {
        try {
            return Float.parseFloat(new String(token, 0, tokenLength, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException notANumber) {
            throw new TerrainException(
                    file + ": found '" + new String(token, 0, tokenLength, StandardCharsets.ISO_8859_1) + "' as height "
                            + heightsRead + ", should be a number with a point");
        }
    }

    @Override
    public void passOver(int rows) throws IOException {
        for (long i = (long) rows * grid.columns(); i > 0; i--) {
            nextToken();
        }
    }

    private void nextToken() throws IOException {
        int c = in.read();
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            c = in.read();
        }
        if (c < 0) {
            throw new EOFException(file + ": ends after " + heightsRead + " heights, should have " + grid.cells()
                    + ": it was not copied whole");
        }
        tokenLength = 0;
        while (c > ' ') {
            if (tokenLength == LONGEST_NUMBER) {
                throw new TerrainException(
                        file + ": found something else than numbers after " + heightsRead + " heights");
            }
            token[tokenLength++] = (byte) c;
            c = in.read();
        }
        heightsRead++;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
