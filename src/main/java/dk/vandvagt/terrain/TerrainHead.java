package dk.vandvagt.terrain;

import dk.vandvagt.layer.Grid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What stands in a prepared terrain's file {@code head}: written last, so that where it is, the rest is whole.
 *
 * @param orderDigest of the order it was prepared by
 * @param model the model's file, as people know it
 * @param undefended whether there is a second plane of levels, without defences
 * @param lowestOfTile lowest ground of each tile that belongs to a stretch, infinite for none
 */
record TerrainHead(
        Grid grid,
        String crs,
        String orderDigest,
        String model,
        long preparedAtMs,
        long nodataCells,
        long seaCells,
        boolean undefended,
        float[] lowestOfTile) {
    private static final long MAGIC = 0x56_41_4E_44_54_45_52_52L; // VANDTERR
    private static final int VERSION = 1;

    void write(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(MAGIC);
            out.writeInt(VERSION);
            // the planes are as the machine has them
            out.writeBoolean(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN);
            out.writeInt(grid.columns());
            out.writeInt(grid.rows());
            out.writeDouble(grid.x0());
            out.writeDouble(grid.y0());
            out.writeDouble(grid.dx());
            out.writeDouble(grid.dy());
            out.writeUTF(crs);
            out.writeUTF(orderDigest);
            out.writeUTF(model);
            out.writeLong(preparedAtMs);
            out.writeLong(nodataCells);
            out.writeLong(seaCells);
            out.writeBoolean(undefended);
            for (float lowest : lowestOfTile) {
                out.writeFloat(lowest);
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes.toByteArray());
        ByteBuffer whole = ByteBuffer.allocate(bytes.size() + Integer.BYTES)
                .put(bytes.toByteArray())
                .putInt((int) crc.getValue());
        Files.write(file, whole.array());
    }

    /**
     * @throws TerrainException it is damaged, or of another version
     */
    static TerrainHead read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int length = bytes.length - Integer.BYTES;
        if (length < Long.BYTES + Integer.BYTES || ByteBuffer.wrap(bytes).getLong() != MAGIC) {
            throw new TerrainException(file + ": is no prepared terrain");
        }
        int version = ByteBuffer.wrap(bytes).getInt(Long.BYTES);
        if (version != VERSION) {
            throw new TerrainException(file + ": prepared by another version of Vandvagt (found " + version
                    + ", this one reads " + VERSION + ")");
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        if (ByteBuffer.wrap(bytes).getInt(length) != (int) crc.getValue()) {
            throw new TerrainException(file + ": is damaged: its checksum does not fit");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length))) {
            in.skipNBytes(Long.BYTES + Integer.BYTES);
            if (in.readBoolean() != (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN)) {
                throw new TerrainException(file + ": was prepared on a machine of the other byte order");
            }
            Grid grid = new Grid(
                    in.readInt(), in.readInt(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
            String crs = in.readUTF();
            String orderDigest = in.readUTF();
            String model = in.readUTF();
            long preparedAtMs = in.readLong();
            long nodataCells = in.readLong();
            long seaCells = in.readLong();
            boolean undefended = in.readBoolean();
            float[] lowest = new float[grid.tiles()];
            for (int i = 0; i < lowest.length; i++) {
                lowest[i] = in.readFloat();
            }
            return new TerrainHead(
                    grid, crs, orderDigest, model, preparedAtMs, nodataCells, seaCells, undefended, lowest);
        }
    }
}
