package dk.vandvagt.app;

import dk.vandvagt.layer.BuildingReader;
import dk.vandvagt.layer.Footprints;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKBReader;
import org.locationtech.jts.io.WKBWriter;

/**
 * The uploaded buildings in one file: the head, when they were put, how many, then each as its length and its WKB in CRS84, longitude first;
 * at the end the CRC-32 of all before.
 */
final class BuildingFile {
    private static final long HEAD = 0x5656_4255_494c_4401L;
    private static final int LONGEST_BYTES = 1 << 20;

    private final Path file;

    BuildingFile(Path file) {
        this.file = file;
    }

    /** @throws IOException where the file is there and cannot be read */
    Footprints read() throws IOException {
        if (!Files.exists(file)) {
            return Footprints.NONE;
        }
        try (CheckedInputStream checked =
                        new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), new CRC32());
                DataInputStream in = new DataInputStream(checked)) {
            if (in.readLong() != HEAD) {
                throw new IOException("another head");
            }
            long changedAtMs = in.readLong();
            int count = in.readInt();
            if (count < 0 || count > BuildingReader.MOST_BUILDINGS) {
                throw new IOException(count + " buildings");
            }
            WKBReader wkb = new WKBReader();
            List<Geometry> outlines = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int length = in.readInt();
                if (length < 0 || length > LONGEST_BYTES) {
                    throw new IOException("an outline of " + length + " bytes");
                }
                outlines.add(wkb.read(in.readNBytes(length)));
            }
            long crc = checked.getChecksum().getValue();
            if (in.readLong() != crc) {
                throw new IOException("another checksum");
            }
            return new Footprints(outlines, changedAtMs);
        } catch (IOException | ParseException | RuntimeException unreadable) {
            throw new IOException(file + " holds no buildings: move it away to go on without them", unreadable);
        }
    }

    void write(Footprints buildings) throws IOException {
        OwnFile.replace(file, stream -> {
            CheckedOutputStream checked = new CheckedOutputStream(stream, new CRC32());
            DataOutputStream out = new DataOutputStream(checked);
            out.writeLong(HEAD);
            out.writeLong(buildings.changedAtMs());
            out.writeInt(buildings.outlines().size());
            WKBWriter wkb = new WKBWriter();
            for (Geometry outline : buildings.outlines()) {
                byte[] bytes = wkb.write(outline);
                out.writeInt(bytes.length);
                out.write(bytes);
            }
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
        });
    }
}
