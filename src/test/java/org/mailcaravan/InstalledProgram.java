package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.server.RawImap;

/**
 * The program as it is installed, made of what the build compiled, with an old provider and a new
 * home that hold two mailboxes, and a request for them in {@code customers.csv}.
 */
final class InstalledProgram implements AutoCloseable {
  static final Set<String> MAILBOXES = Set.of("anna@example.org", "ben@example.org");
  static final String OTHER_FOLDER = "Old junk";
  private static final int MESSAGES = 3;
  private static final String OLD_PASSWORD = "old, secret";
  private static final String NEW_PASSWORD = "new-secret";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a command came to. */
  record Run(int exit, String out, String err) {}

  private final Path home;
  private final GreenMail source = server();
  private final GreenMail destination = server();
  private @Nullable Process service;

  InstalledProgram(Path home) throws IOException {
    this.home = home;
    copy(Path.of("bin"));
    copy(Path.of("routes"));
    copy(Path.of("config"));
    libraries(Files.createDirectory(home.resolve("lib")).resolve("all.jar"));
    set(
        Map.of(
            "destination.host", "127.0.0.1",
            "destination.port", String.valueOf(destination.getImap().getPort()),
            "destination.security", "none",
            "source.allowed-hosts", "127.0.0.1",
            "source.insecure-hosts", "127.0.0.1",
            "drop.poll-millis", "50"));
    Files.createDirectory(home.resolve("drop"));
    for (String mailbox : MAILBOXES) {
      source.setUser(mailbox, mailbox, OLD_PASSWORD);
      destination.setUser(mailbox, mailbox, NEW_PASSWORD);
      fill(mailbox);
    }
    Files.writeString(
        home.resolve("customers.csv"),
        "source_email,source_password,source_imap_server,source_port,source_security,destination_password\n"
            + rows("", ""));
  }

  private static GreenMail server() {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
    server.start();
    return server;
  }

  private void copy(Path folder) throws IOException {
    Files.createDirectory(home.resolve(folder));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, home.resolve(file));
      }
    }
  }

  /** A jar that holds nothing but refers to everything on the class path, save the tests. */
  private static void libraries(Path jar) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    String urls =
        Arrays.stream(classPath.split(File.pathSeparator, -1))
            .filter(entry -> !entry.endsWith("test-classes") && !entry.isEmpty())
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" "));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, urls);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream written = new JarOutputStream(out, manifest)) {
      written.finish();
    }
  }

  private void fill(String mailbox) {
    try (RawImap imap = RawImap.login(source.getImap().getPort(), mailbox, OLD_PASSWORD)) {
      imap.create(OTHER_FOLDER);
      for (String folder : Set.of("INBOX", OTHER_FOLDER)) {
        for (int i = 0; i < MESSAGES; i++) {
          String text =
              "From: a@example.org\r\nSubject: %s %d\r\n\r\n%s\r\n".formatted(folder, i, mailbox);
          imap.append(
              folder,
              Set.of("\\Seen"),
              OffsetDateTime.parse("2020-01-02T03:04:05Z"),
              text.getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  /**
   * A row for each mailbox.
   *
   * @param before what stands between source_security and destination_password
   * @param after what stands behind it
   */
  String rows(String before, String after) {
    return MAILBOXES.stream()
        .sorted()
        .map(
            mailbox ->
                "%s,\"%s\",127.0.0.1,%d,none,%s%s%s%n"
                    .formatted(
                        mailbox,
                        OLD_PASSWORD,
                        source.getImap().getPort(),
                        before,
                        NEW_PASSWORD,
                        after))
        .collect(Collectors.joining());
  }

  Path home() {
    return home;
  }

  /** Sets properties in the configuration; those that it does not have are added. */
  void set(Map<String, String> properties) throws IOException {
    Path file = home.resolve("config/application.properties");
    String text = Files.readString(file);
    for (Map.Entry<String, String> property : properties.entrySet()) {
      String line = property.getKey() + "=" + property.getValue();
      String replaced = text.replaceFirst("(?m)^#?" + property.getKey() + "=.*$", line);
      text = replaced.contains(line) ? replaced : text + "\n" + line + "\n";
    }
    Files.writeString(file, text);
  }

  /** Replaces text in a route file. */
  void changeRoute(String file, String pattern, String replacement) throws IOException {
    Path path = home.resolve("routes").resolve(file);
    String text = Files.readString(path);
    String changed = text.replaceFirst(pattern, replacement);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(path, changed);
  }

  private ProcessBuilder shell(String command, String name) {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .directory(home.toFile())
            .redirectOutput(home.resolve(name + ".out").toFile())
            .redirectError(home.resolve(name + ".err").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  /** Runs a command in the folder of the installation, as a person would. */
  Run run(String command) throws Exception {
    Process process = shell(command, "run").start();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(command + " did not end");
    }
    return new Run(process.exitValue(), read("run.out"), read("run.err"));
  }

  /** Starts the service, and returns when it watches. */
  void startService(String command) throws IOException {
    Process process = shell("exec " + command, "service").start();
    service = process;
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> read("service.out").contains("watching") || !process.isAlive());
    assertThat(process.isAlive()).as(read("service.out") + read("service.err")).isTrue();
  }

  /** Tells the service to stop, if it runs, and sees it end well. */
  void stopService() throws Exception {
    Process process = service;
    if (process != null) {
      process.destroy();
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(read("service.out") + read("service.err")).isZero();
      service = null;
    }
  }

  private String read(String name) {
    try {
      return Files.readString(home.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many messages a folder of each mailbox holds at the new home; 0 when there is none. */
  Map<String, Integer> arrived(String folder) {
    return MAILBOXES.stream()
        .collect(Collectors.toMap(mailbox -> mailbox, mailbox -> arrived(mailbox, folder)));
  }

  private int arrived(String mailbox, String folder) {
    try (RawImap imap = RawImap.login(destination.getImap().getPort(), mailbox, NEW_PASSWORD)) {
      if (imap.list().stream().noneMatch(listed -> listed.name().equals(folder))) {
        return 0;
      }
      imap.examine(folder);
      return imap.fetchAll().size();
    }
  }

  /** Every message is at the new home, and once. */
  void assertAllArrivedOnce() {
    for (String folder : Set.of("INBOX", OTHER_FOLDER)) {
      assertThat(arrived(folder).values()).as(folder).containsOnly(MESSAGES);
    }
  }

  @Override
  public void close() {
    Process process = service;
    if (process != null) {
      process.destroyForcibly();
    }
    source.stop();
    destination.stop();
  }
}
