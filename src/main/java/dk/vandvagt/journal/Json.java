package dk.vandvagt.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Records whose members may yet grow: a member that an old frame lacks is read as 0 or null, one it has too many is passed over.
 * NaN stands as text.
 */
final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a plain record: " + value, e);
        }
    }

    static <T> T read(ByteBuffer from, Class<T> type) throws IOException {
        return MAPPER.readValue(Bytes.bytes(from), type);
    }

    static <T> List<T> readList(ByteBuffer from, Class<T> member) throws IOException {
        JavaType list = MAPPER.getTypeFactory().constructCollectionType(List.class, member);
        return MAPPER.readValue(Bytes.bytes(from), list);
    }
}
