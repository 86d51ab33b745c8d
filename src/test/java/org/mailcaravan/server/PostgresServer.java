package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.mailcaravan.model.Secret;
import org.mailcaravan.store.Database;

/**
 * A private PostgreSQL on a free loopback port. It refuses to be run by root; root then runs it as
 * the user {@code postgres} of Debian's package.
 */
public final class PostgresServer implements AutoCloseable {
  public static final String USER = "mailcaravan";
  private static final String SYSTEM_USER = "postgres";

  private final Path folder;
  private final int port = ServerProcess.freePort();
  private final Path data;
  private final boolean root;
  private final List<String> settings;
  private ServerProcess process;
  private final AtomicInteger databases = new AtomicInteger();
  private final List<String> made = new CopyOnWriteArrayList<>();
  private boolean isShared;
  private String withTables = "";

  private PostgresServer(List<String> settings) throws IOException {
    this.settings = settings;
    folder = TestFolders.create("mailcaravan-postgres");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    data = Files.createDirectory(folder.resolve("data"));
    root = Files.getAttribute(folder, "unix:uid").equals(0);
    if (root) {
      Files.setOwner(
          data,
          folder
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName(SYSTEM_USER));
    }
    initialize(command(root, "initdb", "-D", data.toString(), "-U", USER, "-A", "trust", "-N"));
    process = startProcess();
    awaitReady();
  }

  private ServerProcess startProcess() {
    List<String> arguments =
        new ArrayList<>(List.of("-D", data.toString(), "-p", String.valueOf(port)));
    Stream.concat(
            Stream.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                // Data of a test need not survive a power cut.
                "fsync=off"),
            settings.stream())
        .forEach(setting -> arguments.addAll(List.of("-c", setting)));
    return ServerProcess.start(
        command(root, "postgres", arguments.toArray(String[]::new)),
        folder,
        folder.resolve("postgres.log"),
        port);
  }

  private void awaitReady() {
    // It listens a moment before it lets anybody in.
    Awaitility.await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(
            () -> {
              connect().close();
              return true;
            });
  }

  /**
   * Starts it.
   *
   * @param settings what it is to be told beside the usual, such as {@code max_connections=200}
   */
  public static PostgresServer start(String... settings) {
    try {
      return new PostgresServer(List.of(settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The one that all classes of this run use which neither stop nor kill it: it is started once,
   * and its tables are made once. {@link #close} then drops the databases that were made.
   */
  public static PostgresServer shared() {
    return Shared.SERVER;
  }

  private static final class Shared {
    static final PostgresServer SERVER = start();

    static {
      SERVER.isShared = true;
      Runtime.getRuntime().addShutdownHook(new Thread(SERVER::end));
    }
  }

  private static List<String> command(boolean root, String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (root) {
      command.addAll(
          List.of(
              Programs.require("setpriv"),
              "--reuid=" + SYSTEM_USER,
              "--regid=" + SYSTEM_USER,
              "--clear-groups"));
    }
    command.add(Programs.require(program));
    command.addAll(List.of(arguments));
    return command;
  }

  private void initialize(List<String> command) throws IOException {
    Path log = folder.resolve("initdb.log");
    Process initdb =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (initdb.waitFor() != 0) {
        throw new IllegalStateException("initdb failed: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url(SYSTEM_USER), USER, "");
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Makes an empty database; its JDBC URL, for {@link #USER} with no password. */
  public String emptyDatabase() {
    return make("");
  }

  /** Makes a database whose tables are up to date; its JDBC URL, as above. */
  public synchronized String newDatabase() {
    if (withTables.isEmpty()) {
      String made = emptyDatabase();
      Database.open(made, USER, Secret.of("")).close();
      withTables = made.substring(made.lastIndexOf('/') + 1);
      this.made.remove(withTables);
    }
    return make(" template " + withTables);
  }

  private String make(String from) {
    String name = "test" + databases.incrementAndGet();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name + from);
      made.add(name);
      return url(name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends it at once, as a power cut would; its databases stay. */
  public void kill() {
    process.kill();
  }

  /** Starts it once more after {@link #kill}. */
  public void startAgain() {
    process = startProcess();
    awaitReady();
  }

  /** Lets it stand still: it takes connections, and answers nothing, until {@link #thaw}. */
  public void freeze() {
    process.signal("STOP");
  }

  public void thaw() {
    process.signal("CONT");
  }

  /** Where its files are. */
  public Path folder() {
    return folder;
  }

  private void dropAll() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String name : made) {
        statement.execute("drop database " + name + " with (force)");
      }
      made.clear();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (isShared) {
      dropAll();
    } else {
      end();
    }
  }

  private void end() {
    process.kill();
    ServerProcess.deleteTree(folder);
  }
}
