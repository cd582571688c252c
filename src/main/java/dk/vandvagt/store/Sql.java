package dk.vandvagt.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One statement from {@code sql/<name>.sql}; its {@code :names} are bound by {@link Call}. */
final class Sql {
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*\\R?");
    private static final Pattern PARAMETER = Pattern.compile("(?<![:\\w]):([a-zA-Z]\\w*)");

    private final String text;
    private final List<String> names = new ArrayList<>();

    private Sql(String named) {
        Matcher matcher = PARAMETER.matcher(named);
        StringBuilder positional = new StringBuilder();
        while (matcher.find()) {
            names.add(matcher.group(1));
            matcher.appendReplacement(positional, "?");
        }
        text = matcher.appendTail(positional).toString();
    }

    static Sql named(String name) {
        String resource = "/sql/" + name + ".sql";
        try (InputStream in = Sql.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing in the jar: " + resource);
            }
            String file = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Sql(COMMENT.matcher(file).replaceAll("").strip());
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /** As sent, with a {@code ?} for each parameter. */
    String text() {
        return text;
    }

    Call on(Connection connection) throws SQLException {
        return new Call(connection, connection.prepareStatement(text));
    }

    /** A prepared statement whose parameters have names; a name that stands twice is set twice. */
    final class Call implements AutoCloseable {
        private final Connection connection;
        private final PreparedStatement statement;

        private Call(Connection connection, PreparedStatement statement) {
            this.connection = connection;
            this.statement = statement;
        }

        PreparedStatement statement() {
            return statement;
        }

        Call set(String name, String value) throws SQLException {
            return bind(name, value, Types.VARCHAR);
        }

        Call set(String name, long value) throws SQLException {
            return bind(name, value, Types.BIGINT);
        }

        Call set(String name, int value) throws SQLException {
            return bind(name, value, Types.INTEGER);
        }

        Call set(String name, double value) throws SQLException {
            return bind(name, value, Types.DOUBLE);
        }

        Call set(String name, boolean value) throws SQLException {
            return bind(name, value, Types.BOOLEAN);
        }

        Call setText(String name, @Nullable String value) throws SQLException {
            return bind(name, value, Types.VARCHAR);
        }

        Call setNumber(String name, @Nullable Double value) throws SQLException {
            return bind(name, value, Types.DOUBLE);
        }

        Call setWhole(String name, @Nullable Integer value) throws SQLException {
            return bind(name, value, Types.INTEGER);
        }

        Call setInstant(String name, @Nullable Long epochMs) throws SQLException {
            Object value =
                    epochMs == null ? null : Instant.ofEpochMilli(epochMs).atOffset(ZoneOffset.UTC);
            return bind(name, value, Types.TIMESTAMP_WITH_TIMEZONE);
        }

        /** As {@link #setInstant}, with 0 for none, as the records of other rooms have it. */
        Call setInstantOrNone(String name, long epochMs) throws SQLException {
            return setInstant(name, epochMs == 0 ? null : epochMs);
        }

        Call setArray(String name, String elementType, Object[] elements) throws SQLException {
            return bind(name, connection.createArrayOf(elementType, elements), Types.ARRAY);
        }

        Call setTexts(String name, @Nullable List<String> texts) throws SQLException {
            return bind(name, texts == null ? null : connection.createArrayOf("text", texts.toArray()), Types.ARRAY);
        }

        private Call bind(String name, @Nullable Object value, int type) throws SQLException {
            boolean found = false;
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i).equals(name)) {
                    statement.setObject(i + 1, value, type);
                    found = true;
                }
            }
            if (!found) {
                throw new IllegalArgumentException("no parameter :" + name + " in " + text);
            }
            return this;
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }
}
