package dk.vandvagt.terrain;

import dk.vandvagt.layer.Grid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.geotools.api.referencing.crs.CoordinateReferenceSystem;
import org.jspecify.annotations.Nullable;

/** A terrain model's file, read from its first row to its last. */
interface GroundFile extends Closeable {
    /**
     * @throws TerrainException it is none that can be read
     */
    static GroundFile open(Path file) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".tif") || name.endsWith(".tiff")) {
            return GeoTiffFile.open(file);
        }
        if (name.endsWith(".asc") || name.endsWith(".asc.gz")) {
            return ArcGridFile.open(file);
        }
        throw new TerrainException(file
                + ": found neither a GeoTIFF (.tif, .tiff) nor an ArcGrid (.asc, .asc.gz); gdal_translate -of GTiff makes a GeoTIFF "
                + "of most others, gdalbuildvrt and gdal_translate one of many");
    }

    Grid grid();

    /** As the file has it, x first; null where it says none. */
    @Nullable
    CoordinateReferenceSystem crs();

    /**
     * The next rows, after those read or passed over before.
     *
     * @return row by row, in the file's own unit; NaN for nodata
     */
    float[] rows(int count) throws IOException;

    void passOver(int rows) throws IOException;
}
