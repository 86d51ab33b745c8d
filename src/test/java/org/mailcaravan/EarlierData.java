package org.mailcaravan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.Messages;

/**
 * What a program of an earlier version left in its data folder and its database when it was killed,
 * with the mail of both servers as it was then; {@code
 * src/test/resources/org/mailcaravan/earlier/README.md} says what happened before.
 */
final class EarlierData {
  static final String ANNA = "anna@example.org";
  static final String BEN = "ben@example.org";
  static final String CARLA = "carla@example.org";
  static final String DORA = "dora@example.org";
  static final String EMIL = "emil@example.org";
  static final List<String> USERS = List.of(ANNA, BEN, CARLA, DORA, EMIL);

  /** The one that was being copied. */
  static final String LARGE = DORA;

  static final List<Messages.Kind> KINDS = List.of(Messages.Kind.PLAIN);

  /** What the request had as Carla's password at the old provider. */
  static final String WRONG = "wrong secret of carla";

  private EarlierData() {}

  /** One row has a wrong password, and one cannot be read. */
  static String firstRequest(TwoServers servers) {
    return TwoServers.HEADER
        + servers.row(ANNA)
        + servers.row(BEN)
        + servers.row(CARLA, WRONG, ",")
        + "not-an-address,\"secret of nobody\",127.0.0.1,,,,,\n";
  }

  /** One mailbox is in both requests. */
  static String secondRequest(TwoServers servers) {
    return TwoServers.HEADER + servers.row(DORA) + servers.row(EMIL) + servers.row(BEN);
  }

  /**
   * Puts the data folder where it is told to, and the mail into two servers.
   *
   * @param name "h2" or "postgres"
   */
  static TwoServers restore(String name, Path data) {
    TwoServers servers = new TwoServers();
    try (InputStream file = resource(name + ".zip");
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path path = Path.of(entry.getName());
        boolean isMail = !path.startsWith("data");
        Path place =
            switch (path.getName(0).toString()) {
              case "data" -> data.resolve(Path.of("data").relativize(path));
              case "source" -> mail(servers.source, path);
              case "destination" -> mail(servers.destination, path);
              default -> throw new IllegalStateException(entry.getName());
            };
        if (entry.isDirectory()) {
          Files.createDirectories(place);
        } else {
          Files.copy(zip, place);
          Files.setLastModifiedTime(place, entry.getLastModifiedTime());
        }
        // Dovecot's processes may be another user than the test.
        Files.setPosixFilePermissions(
            place,
            PosixFilePermissions.fromString(
                (isMail ? "rwxrwxrwx" : "rwx------")
                    .replace('x', entry.isDirectory() ? 'x' : '-')));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    USERS.forEach(servers::user);
    return servers;
  }

  private static Path mail(DovecotServer server, Path path) {
    Path folder = server.mailFolder(path.getName(1).toString());
    return folder.resolve(path.subpath(0, 2).relativize(path));
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(EarlierData.class.getResourceAsStream("earlier/" + name), name);
  }

  /** Puts the rows of the PostgreSQL into an empty one. */
  static void restoreTables(String url, String user) throws SQLException, IOException {
    try (InputStream file = resource("postgres.sql");
        Connection connection = DriverManager.getConnection(url, user, "");
        Statement statement = connection.createStatement()) {
      statement.execute(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The old provider listens elsewhere than then. */
  static void moveSource(String url, String user, int port) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, "");
        Statement statement = connection.createStatement()) {
      int unused = statement.executeUpdate("update mailbox set source_port = " + port);
    }
  }

  /**
   * How many messages each folder of an account ever held: unchanged where nothing was stored
   * meanwhile, not even for a moment.
   */
  static Map<Path, Long> everStored(Path mail) {
    try (Stream<Path> files = Files.walk(mail)) {
      return files
          .filter(file -> file.endsWith("dovecot-uidlist"))
          .collect(Collectors.toMap(mail::relativize, EarlierData::highestUid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of an index whose first line is such as {@code 3 V1795940377 N13 G2f}, then one per UID. */
  private static long highestUid(Path index) {
    try {
      List<String> lines = Files.readAllLines(index, StandardCharsets.ISO_8859_1);
      long next = Long.parseLong(lines.get(0).split("\\s", 4)[2].substring(1));
      return lines.stream()
          .skip(1)
          .mapToLong(line -> Long.parseLong(line.split(" ", 2)[0]))
          .reduce(next - 1, Math::max);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
