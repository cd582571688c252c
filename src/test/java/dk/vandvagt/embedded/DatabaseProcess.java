package dk.vandvagt.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The database's owner in a JVM of its own, so that it can be killed. Every line it reads is SQL to run. */
public final class DatabaseProcess {

    private DatabaseProcess() {}

    public static void main(String[] args) throws IOException, SQLException {
        EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(args[0]), 0);
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                statement.execute(line);
                System.out.println("done");
            }
        }
        Runtime.getRuntime().halt(0);
    }
}
