package org.mailcaravan;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.server.MailboxSeeder;
import org.mailcaravan.server.PostgresServer;

/**
 * Makes the data of {@link EarlierData} with a program of an earlier version: {@code
 * src/test/resources/org/mailcaravan/earlier/README.md} says how. No test of the build: its name
 * does not end with Test.
 */
class MakeEarlierData {
  private static final Path PROGRAM = Path.of(System.getProperty("mailcaravan.earlier", ""));
  private static final Path RESULT = Path.of("src/test/resources/org/mailcaravan/earlier");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The batch of the large mailbox whose answer never arrives. */
  private static final int CUT_AT = 3;

  @TempDir Path home;

  private final AtomicInteger answers = new AtomicInteger(Integer.MIN_VALUE);
  private final CountDownLatch cut = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);

  @Test
  void withH2() throws Exception {
    make("h2", Map.of());
  }

  @Test
  void withPostgres() throws Exception {
    try (PostgresServer postgres = PostgresServer.start()) {
      String url = postgres.emptyDatabase();
      make("postgres", Map.of("database.url", url, "database.username", PostgresServer.USER));
      dump(url);
    }
  }

  private void make(String name, Map<String, String> database) throws Exception {
    try (TwoServers servers =
            new TwoServers(
                DovecotServer.builder().compress(false), DovecotServer.builder().compress(false));
        LineProxy proxy =
            new LineProxy(servers.destination.port(), line -> line, this::answerOrNever)) {
      Map<String, String> settings = new LinkedHashMap<>(database);
      settings.put("destination.host", "127.0.0.1");
      settings.put("destination.port", String.valueOf(proxy.port()));
      settings.put("destination.security", "none");
      settings.put("source.allowed-hosts", "127.0.0.1");
      settings.put("source.insecure-hosts", "127.0.0.1");
      settings.put("drop.folder", Files.createDirectory(home.resolve("drop")).toString());
      settings.put("drop.poll-millis", "50");
      for (String user : EarlierData.USERS) {
        servers.user(user);
        int messages = user.equals(EarlierData.LARGE) ? 30 : 4;
        new MailboxSeeder(user.hashCode())
            .messagesPerFolder(messages)
            .kinds(EarlierData.KINDS)
            .folders(List.of("INBOX", "Archive/2015"))
            .fill(servers.source.port(), user, TwoServers.oldPassword(user));
      }

      Process service = start(settings);
      drop("week-1.csv", EarlierData.firstRequest(servers));
      Awaitility.await().atMost(PATIENCE).until(() -> reports() == 1);
      stop(service);

      servers.deliverOne(EarlierData.USERS.get(0));
      servers.deleteOne(EarlierData.USERS.get(1));
      Process nightly = start(with(settings, "resync.cron", "* * * * * ?"));
      Awaitility.await()
          .atMost(PATIENCE)
          .until(
              () ->
                  servers
                      .atDestination(EarlierData.USERS.get(0))
                      .equals(servers.atSource(EarlierData.USERS.get(0))));
      stop(nightly);

      answers.set(0);
      Process killed =
          start(with(with(settings, "mailboxes.at-once", "1"), "copy.batch-messages", "5"));
      drop("week-2.csv", EarlierData.secondRequest(servers));
      cut.await();
      killed.destroyForcibly().waitFor();

      servers.source.kill();
      servers.destination.kill();
      archive(name, servers);
    } finally {
      never.countDown();
    }
  }

  /** The destination's answer to an APPEND of the last start, or none for ever. */
  private String answerOrNever(String line) {
    if (line.contains("APPENDUID") && answers.incrementAndGet() == CUT_AT) {
      cut.countDown();
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return line;
  }

  private static Map<String, String> with(Map<String, String> settings, String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(key, value);
    return more;
  }

  private Process start(Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>(List.of(PROGRAM + "/bin/mailcaravan", "run"));
    command.addAll(List.of("--data", home.resolve("data").toString()));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    Path log = home.resolve("service.log");
    Files.deleteIfExists(log);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> Files.readString(log).contains("watching") || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException(Files.readString(log));
    }
    return process;
  }

  private static void stop(Process service) throws InterruptedException {
    service.destroy();
    int exit = service.waitFor();
    if (exit != 0) {
      throw new IllegalStateException("exit code " + exit);
    }
  }

  private void drop(String name, String rows) throws IOException {
    Path part = Files.writeString(home.resolve(name), rows);
    Files.move(part, home.resolve("drop").resolve(name));
  }

  private long reports() throws IOException {
    Path folder = home.resolve("data/reports");
    if (Files.notExists(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("report.txt")).count();
    }
  }

  private void archive(String name, TwoServers servers) throws IOException {
    try (OutputStream file = Files.newOutputStream(RESULT.resolve(name + ".zip"));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      add(zip, home.resolve("data"), "data");
      for (String user : EarlierData.USERS) {
        add(zip, servers.source.mailFolder(user), "source/" + user);
        add(zip, servers.destination.mailFolder(user), "destination/" + user);
      }
    }
  }

  private static void add(ZipOutputStream zip, Path folder, String name) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted().toList()) {
        String below = file.equals(folder) ? name : name + "/" + folder.relativize(file);
        boolean isFolder = Files.isDirectory(file);
        ZipEntry entry = new ZipEntry(isFolder ? below + "/" : below);
        // In a maildir, the time of a file is the INTERNALDATE of its message.
        entry.setLastModifiedTime(Files.getLastModifiedTime(file));
        zip.putNextEntry(entry);
        if (!isFolder) {
          Files.copy(file, zip);
        }
        zip.closeEntry();
      }
    }
  }

  /**
   * What {@code pg_dump} says; lines for psql alone, which begin with a backslash, are left out.
   */
  private static void dump(String url) throws IOException, InterruptedException {
    Process dump =
        new ProcessBuilder(
                "pg_dump",
                "--inserts",
                "--no-owner",
                url.replace("jdbc:postgresql://", "postgresql://" + PostgresServer.USER + "@"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    StringBuilder sql = new StringBuilder();
    try (InputStream out = Objects.requireNonNull(dump.getInputStream())) {
      new String(out.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("\\"))
          .forEach(line -> sql.append(line).append('\n'));
    }
    if (dump.waitFor() != 0) {
      throw new IllegalStateException("pg_dump failed");
    }
    Files.writeString(RESULT.resolve("postgres.sql"), sql);
  }
}
