package dk.vandvagt.terrain;

import dk.vandvagt.layer.Grid;
import java.awt.Rectangle;
import java.awt.geom.AffineTransform;
import java.awt.image.RenderedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.media.jai.PlanarImage;
import org.geotools.api.referencing.crs.CoordinateReferenceSystem;
import org.geotools.api.referencing.datum.PixelInCell;
import org.geotools.api.referencing.operation.MathTransform;
import org.geotools.coverage.grid.GridCoverage2D;
import org.geotools.coverage.util.CoverageUtilities;
import org.geotools.gce.geotiff.GeoTiffReader;
import org.geotools.referencing.crs.DefaultEngineeringCRS;
import org.jspecify.annotations.Nullable;

/** GeoTIFF, BigTIFF too, by GeoTools: tiles or strips are decoded as they are asked for. */
final class GeoTiffFile implements GroundFile {
    private final GeoTiffReader reader;
    private final GridCoverage2D coverage;
    private final RenderedImage image;
    private final Grid grid;
    private final double nodata;
    private int nextRow;

    private GeoTiffFile(GeoTiffReader reader, GridCoverage2D coverage, Grid grid) {
        this.reader = reader;
        this.coverage = coverage;
        this.image = coverage.getRenderedImage();
        this.grid = grid;
        var told = CoverageUtilities.getNoDataProperty(coverage);
        nodata = told == null ? Double.NaN : told.getAsSingleValue();
    }

    static GeoTiffFile open(Path file) throws IOException {
        GeoTiffReader reader = null;
        try {
            reader = new GeoTiffReader(file.toFile());
            MathTransform toWorld = reader.getOriginalGridToWorld(PixelInCell.CELL_CORNER);
            if (!(toWorld instanceof AffineTransform affine) || affine.getShearX() != 0 || affine.getShearY() != 0) {
                throw new TerrainException(
                        file + ": its rows are turned against its CRS: set it upright with gdalwarp first");
            }
            GridCoverage2D coverage = reader.read(null);
            if (coverage.getNumSampleDimensions() != 1) {
                throw new TerrainException(file + ": found " + coverage.getNumSampleDimensions()
                        + " bands, should be one of heights: gdal_translate -b 1 takes the first");
            }
            RenderedImage image = coverage.getRenderedImage();
            return new GeoTiffFile(
                    reader,
                    coverage,
                    new Grid(
                            image.getWidth(),
                            image.getHeight(),
                            affine.getTranslateX(),
                            affine.getTranslateY(),
                            affine.getScaleX(),
                            affine.getScaleY()));
        } catch (IOException | RuntimeException failed) {
            if (reader != null) {
                reader.dispose();
            }
            throw failed instanceof TerrainException told
                    ? told
                    : new TerrainException(file + ": cannot be read as a GeoTIFF: " + failed.getMessage());
        }
    }

    @Override
    public Grid grid() {
        return grid;
    }

    @Override
    public @Nullable CoordinateReferenceSystem crs() {
        CoordinateReferenceSystem crs = reader.getCoordinateReferenceSystem();
        // what GeoTools takes where the file says nothing
        return crs instanceof DefaultEngineeringCRS ? null : crs;
    }

    @Override
    public float[] rows(int count) {
        float[] rows = new float[Math.multiplyExact(count, grid.columns())];
        Rectangle window = new Rectangle(image.getMinX(), image.getMinY() + nextRow, grid.columns(), count);
        image.getData(window).getSamples(window.x, window.y, window.width, count, 0, rows);
        nextRow += count;
        float none = (float) nodata;
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] == none || Float.isInfinite(rows[i])) {
                rows[i] = Float.NaN;
            }
        }
        return rows;
    }

    @Override
    public void passOver(int rows) {
        nextRow += rows;
    }

    @Override
    public void close() {
        if (image instanceof PlanarImage planar) {
            planar.dispose();
        }
        coverage.dispose(true);
        reader.dispose();
    }
}
