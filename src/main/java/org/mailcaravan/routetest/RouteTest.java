package org.mailcaravan.routetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mock.MockEndpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.TestedRoutes;
import org.mailcaravan.demo.DemoServer;
import org.mailcaravan.demo.DemoServers;
import org.mailcaravan.demo.GeneratedMail.Letter;
import org.mailcaravan.model.MigrationResult;

/**
 * A test of the route files, between two mail servers in memory. Each test has a configuration of
 * its own, with the default of every property that it does not set, an empty database and empty
 * servers. The order in a test is: mailboxes, properties, changes of routes, {@link #migrate}, what
 * has come of it. For one thread at a time.
 */
public abstract class RouteTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final LocalDate RECEIVED = LocalDate.of(2024, 3, 1);

  private final Map<String, String> properties = new TreeMap<>();
  private final Map<String, String> columns = new LinkedHashMap<>();
  private final List<String> notDone = new ArrayList<>();
  private int messages;
  private @Nullable DemoServer source;
  private @Nullable DemoServer destination;
  private @Nullable TestedRoutes routes;

  @TempDir private @Nullable Path folder;

  @BeforeEach
  final void startServers() throws IOException {
    DemoServers servers = DemoServers.installed();
    source = servers.start();
    destination = servers.start();
    Path in = folder();
    Files.createDirectories(in.resolve("config"));
    Files.createFile(in.resolve("config/application.properties"));
    RouteFolder.properties().forEach(this::set);
    set("routes.folder", RouteFolder.get().toString());
    set("data.folder", in.resolve("data").toString());
    set("drop.folder", in.resolve("drop").toString());
    set("destination.host", destination.address().host());
    set("destination.port", String.valueOf(destination.address().port()));
    set("destination.security", "none");
    set("source.allowed-hosts", source.address().host());
    set("source.insecure-hosts", source.address().host());
    set("source.discovery", "off");
    set("retry.attempts", "1");
    set("retry.delay-millis", "10");
  }

  @AfterEach
  final void stopAll() {
    if (routes != null) {
      routes.close();
    }
    if (source != null) {
      source.close();
    }
    if (destination != null) {
      destination.close();
    }
  }

  private Path folder() {
    return Objects.requireNonNull(folder);
  }

  private DemoServer source() {
    return Objects.requireNonNull(source);
  }

  private DemoServer destination() {
    return Objects.requireNonNull(destination);
  }

  /** Sets a property, such as {@code copy.leave-out} or {@code route.webhook-url}. */
  protected final void set(String property, String value) {
    if (routes != null) {
      throw new IllegalStateException(
          "the routes are built already; set " + property + " before context() and migrate()");
    }
    properties.put(property, value);
  }

  /** Fills in a column of the request, such as {@code label}, for all mailboxes. */
  protected final void column(String name, String value) {
    columns.put(name, value);
  }

  /**
   * A mailbox on both sides, with mail at the old provider: 3 messages in INBOX, 2 in Sent and 2 in
   * Projects.2020. A dot separates the levels of folders on both servers.
   */
  protected final void mailbox(String address) {
    emptyMailbox(address);
    mail(address, "INBOX", 3, 200);
    mail(address, "Sent", 2, 200);
    mail(address, "Projects.2020", 2, 200);
  }

  /** A mailbox on both sides without mail. */
  protected final void emptyMailbox(String address) {
    source().addMailbox(address, "old-password");
    destination().addMailbox(address, "new-password");
  }

  /**
   * More mail at the old provider, in a folder that is created where it is missing.
   *
   * @param octets how large each message is, about
   */
  protected final void mail(String address, String folder, int count, int octets) {
    mail(address, folder, count, octets, RECEIVED);
  }

  /**
   * The same with a day on which it arrived at the old provider.
   *
   * @param received in UTC
   */
  protected final void mail(
      String address, String folder, int count, int octets, LocalDate received) {
    List<Letter> letters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages++;
      letters.add(
          new Letter(
              text(octets),
              Set.of(),
              received.atTime(8, 0).toInstant(ZoneOffset.UTC).plusSeconds(60L * i)));
    }
    source().fill(address, folder, letters);
  }

  private String text(int octets) {
    String line = "x".repeat(70) + "\r\n";
    return "From: sender@example.net\r\nSubject: number %d\r\nMessage-ID: <%d@example.net>\r\n\r\n"
            .formatted(messages, messages)
        + line.repeat(1 + octets / line.length());
  }

  /**
   * Camel with the routes as they are in the files, not running yet: for {@code
   * AdviceWith.adviceWith(context(), "run-mailbox", ...)}, and for routes of the test.
   */
  protected final CamelContext context() {
    TestedRoutes built = routes;
    if (built == null) {
      built = new TestedRoutes(folder().resolve("config"), properties);
      routes = built;
    }
    return built.context();
  }

  /** What was sent to {@code mock:NAME}. */
  protected final MockEndpoint mock(String name) {
    return context().getEndpoint("mock:" + name, MockEndpoint.class);
  }

  /** Migrates mailboxes, with the routes of the files; returns when all has ended. */
  protected final MigrationResult migrate(String... addresses)
      throws IOException, InterruptedException {
    StringBuilder request =
        new StringBuilder(
            "source_email,source_password,source_imap_server,source_port,source_security,"
                + "destination_password");
    columns.keySet().forEach(name -> request.append(',').append(name));
    for (String address : addresses) {
      request.append(
          "\n%s,old-password,%s,%d,none,new-password"
              .formatted(address, source().address().host(), source().address().port()));
      columns
          .values()
          .forEach(value -> request.append(",\"").append(value.replace("\"", "\"\"")).append('"'));
    }
    Path file = Files.writeString(folder().resolve("mailboxes.csv"), request.append('\n'));
    CamelContext unused = context();
    TestedRoutes.Ended ended = Objects.requireNonNull(routes).migrate(file, PATIENCE);
    notDone.clear();
    notDone.addAll(ended.notDone());
    return ended.result();
  }

  /** What routes that come after passes and migrations failed to do, in words. */
  protected final List<String> notDone() {
    return List.copyOf(notDone);
  }

  /** How many messages a mailbox has at the new server, by folder; empty folders are left out. */
  protected final Map<String, Integer> arrived(String address) {
    return counts(destination(), address);
  }

  /** The same of the old provider. */
  protected final Map<String, Integer> atOldProvider(String address) {
    return counts(source(), address);
  }

  private static Map<String, Integer> counts(DemoServer server, String address) {
    Map<String, Integer> counts = new TreeMap<>();
    server.contents(address).forEach((name, held) -> counts.put(name, held.size()));
    return counts;
  }
}
