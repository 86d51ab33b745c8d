package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.status.RefusedRoutes;
import org.mailcaravan.report.StatusTable;
import org.mailcaravan.routes.RouteReload;
import org.mailcaravan.server.HostSession;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Messages;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Overview;
import org.slf4j.LoggerFactory;

/** Route files that change while the service runs. */
@Lengthy
@Timeout(600)
class RouteReloadTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Longer than two looks for passes that are due. */
  private static final Duration TWO_LOOKS = Duration.ofSeconds(5);

  private static final int MESSAGES = 2;
  private static final String LAST_STEP = "            id: report-if-last\n";

  /** A route that writes whose pass has ended. */
  private static final String NOTE =
      """
      - route:
          id: note
          from:
            uri: mailbox:afterPass
            steps:
              - setBody:
                  expression:
                    simple:
                      expression: "${body.mailbox.sourceAddress}"
              - to:
                  uri: file
                  parameters:
                    directoryName: "%s"
                    fileName: notes.txt
                    fileExist: Append
                    appendChars: '\\n'
      """;

  @TempDir private Path temp = Path.of("");
  private final ImapHost source = ImapHost.start();
  private final ImapHost destination = ImapHost.start();
  private final HttpClient http = HttpClient.newHttpClient();

  /** Each pass needs one before it gets a message. */
  private final Semaphore permits = new Semaphore(0);

  private Installation installation;
  private Path routes;

  @BeforeEach
  void install() throws IOException {
    installation =
        new Installation(temp)
            .set("destination.port", String.valueOf(destination.port()))
            .set("preflight.enabled", "false")
            .set("routes.reload", "true");
    routes = installation.ownRoutes();
    Files.createDirectories(installation.drop());
    Installation.edit(routes.resolve("run-mailbox.camel.yaml"), LAST_STEP, LAST_STEP + told(1));
    Set<String> begun = ConcurrentHashMap.newKeySet();
    source.behaves(
        (command, usual) -> {
          if (command.fetchesContent()
              && begun.add(Objects.requireNonNull(command.session().account()).user())) {
            permits.acquireUninterruptibly();
          }
          return usual.get();
        });
  }

  @AfterEach
  void stop() {
    permits.release(1000);
    source.close();
    destination.close();
  }

  /** Steps that write, at the end of a pass, with which change of the routes it ends. */
  private String told(int number) {
    return """
                    - setBody:
                        id: tell-routes
                        expression:
                          simple:
                            expression: "${variable.mailbox.sourceAddress} %d"
                    - to:
                        uri: file
                        id: write-routes
                        parameters:
                          directoryName: "%s"
                          fileName: ended.txt
                          fileExist: Append
                          appendChars: '\\n'
            """
        .formatted(number, temp);
  }

  /** A route of its own file that writes, again and again, which change it is of. */
  private void tick(int number) throws IOException {
    Files.writeString(
        routes.resolve("own.camel.yaml"),
        """
        - route:
            id: tick
            from:
              uri: quartz:tick
              parameters:
                cron: "* * * * * ?"
              steps:
                - setBody:
                    expression:
                      constant:
                        expression: "%d"
                - to:
                    uri: file
                    parameters:
                      directoryName: "%s"
                      fileName: tick.txt
        """
            .formatted(number, temp));
  }

  /** Changes what the passes and the route of its own say, and waits until that is in use. */
  private void change(int before, int number) throws IOException {
    Installation.edit(
        routes.resolve("run-mailbox.camel.yaml"),
        "sourceAddress} " + before + "\"",
        "sourceAddress} " + number + "\"");
    tick(number);
    awaitTick(number);
  }

  private void awaitTick(int number) {
    await().atMost(LIMIT).until(() -> read("tick.txt").equals(String.valueOf(number)));
  }

  private String read(String name) throws IOException {
    Path file = temp.resolve(name);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private List<String> ended() throws IOException {
    return read("ended.txt").lines().sorted().toList();
  }

  private void mailbox(String user) {
    Messages mail = new Messages(user.hashCode());
    for (int i = 0; i < MESSAGES; i++) {
      source.account(address(user), "old").folder("INBOX").put(mail.next(), Set.of(), mail.date());
    }
    destination.account(address(user), "new");
  }

  private static String address(String user) {
    return user + "@example.org";
  }

  private void request(String name, List<String> users) throws IOException {
    users.forEach(this::mailbox);
    String rows =
        users.stream()
            .map(user -> address(user) + ",old,127.0.0.1," + source.port() + ",none,new,,\n")
            .collect(Collectors.joining());
    Path whole = Files.writeString(temp.resolve(name + ".part"), TwoServers.HEADER + rows);
    Files.move(whole, installation.drop().resolve(name + ".csv"));
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = call(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private HttpResponse<String> call(String path) throws IOException, InterruptedException {
    String url =
        new ObjectMapper()
            .readTree(installation.data().resolve("service.json").toFile())
            .path("url")
            .asText();
    return http.send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header(
                "Authorization",
                "Bearer " + Files.readString(installation.data().resolve("api.token")).strip())
            .timeout(LIMIT)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String health() throws IOException, InterruptedException {
    for (JsonNode check : get("/health").path("checks")) {
      if (check.path("name").asText().equals("routes")) {
        return check.path("status").asText() + " " + check.path("detail").asText();
      }
    }
    return "not told";
  }

  @Test
  void aPassEndsOnTheRoutesThatItBeganWithWhileTheNextBeginsOnTheNewOnes() throws Exception {
    installation.set("mailboxes.at-once", "2");
    // No longer would Camel wait for a pass.
    installation.set("service.shutdown-timeout-seconds", "1");
    tick(1);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      request("first", List.of("ann"));
      await().atMost(LIMIT).until(() -> permits.hasQueuedThreads());

      change(1, 2);
      source.sparing(address("bea"));
      request("second", List.of("bea"));
      await().atMost(LIMIT).until(() -> ended().contains("bea@example.org 2"));
      assertThat(ended()).hasSize(1);
      await("longer than Camel waits")
          .during(TWO_LOOKS)
          .atMost(LIMIT)
          .until(RouteReloadTest::areFirstRoutesThere);
      permits.release();
      await().atMost(LIMIT).until(() -> ended().size() == 2);

      assertThat(ended()).containsExactly("ann@example.org 1", "bea@example.org 2");
      await("the routes before are stopped").atMost(LIMIT).until(() -> !areFirstRoutesThere());
      Files.delete(routes.resolve("own.camel.yaml"));
      await("no turn of the timer between two looks")
          .pollInterval(TWO_LOOKS)
          .atMost(LIMIT)
          .until(() -> !Files.deleteIfExists(temp.resolve("tick.txt")));
    }
  }

  /** By the scheduler of their Camel context. */
  private static boolean areFirstRoutesThere() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("DefaultQuartzScheduler-mailcaravan_"));
  }

  @Test
  void passesOfOlderRoutesCountAmongThoseThatMayRunAtOnce() throws Exception {
    installation.set("mailboxes.at-once", "1").set("host.mailboxes-at-once", "10");
    tick(1);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      request("both", List.of("ann", "bea"));
      await().atMost(LIMIT).until(() -> permits.hasQueuedThreads());

      change(1, 2);
      await()
          .during(TWO_LOOKS)
          .atMost(LIMIT)
          .until(() -> permits.getQueueLength() == 1 && connections() == 1);
      permits.release(2);

      await().atMost(LIMIT).until(() -> ended().size() == 2);
      assertThat(ended().stream().map(line -> line.substring(line.indexOf(' ') + 1)).sorted())
          .containsExactly("1", "2");
    }
  }

  /** How many users have logged in at the new server. */
  private long connections() {
    return destination.sessions().stream()
        .map(HostSession::account)
        .filter(Objects::nonNull)
        .distinct()
        .count();
  }

  @Test
  void aBrokenFileLeavesTheRoutesAsTheyWereAndIsToldUntilItIsFixed() throws Exception {
    permits.release(10);
    tick(1);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      assertThat(health()).startsWith("up ");
      assertThat(get("/api/v1/status").path("refused_routes").isNull()).isTrue();
      Path file = routes.resolve("run-mailbox.camel.yaml");
      Installation.edit(file, "uri: direct:migrate-mailbox", "uri: direct:migrate-malbox");

      await().atMost(LIMIT).until(() -> health().startsWith("down "));
      assertThat(health())
          .contains("run-mailbox.camel.yaml line ")
          .contains("there is no route from \"direct:migrate-malbox\"");
      JsonNode refused = get("/api/v1/status").path("refused_routes");
      assertThat(refused.path("mistakes").asInt()).isEqualTo(1);
      assertThat(refused.path("place").asText()).contains("run-mailbox.camel.yaml");
      request("first", List.of("ann"));
      await().atMost(LIMIT).until(() -> ended().contains("ann@example.org 1"));

      Installation.edit(file, "uri: direct:migrate-malbox", "uri: direct:migrate-mailbox");
      await().atMost(LIMIT).until(() -> health().startsWith("up "));
      assertThat(get("/api/v1/status").path("refused_routes").isNull()).isTrue();

      // Nobody can read it from its beginning, not even root.
      Path unreadable =
          Files.createSymbolicLink(routes.resolve("mine.camel.yaml"), Path.of("/proc/self/mem"));
      await().atMost(LIMIT).until(() -> health().startsWith("down "));
      assertThat(health()).contains("mine.camel.yaml").contains("it cannot be read (");
      Files.delete(unreadable);
      await().atMost(LIMIT).until(() -> health().startsWith("up "));

      change(1, 2);
      request("second", List.of("bea"));
      await().atMost(LIMIT).until(() -> ended().contains("bea@example.org 2"));
    }
  }

  /** A route that posts to a server after each pass, and which change of the files it is of. */
  private void after(int number, HttpServer server, int atOnce) throws IOException {
    Files.writeString(
        routes.resolve("after.camel.yaml"),
        """
        - route:
            id: after
            description: Posts whose pass has ended.
            errorHandler:
              noErrorHandler: {}
            from:
              uri: mailbox:afterPass
              parameters:
                concurrentConsumers: %d
              steps:
                - setBody:
                    expression:
                      simple:
                        expression: "${body.mailbox.sourceAddress} ${variable.event} %d"
                - to:
                    uri: http://127.0.0.1:%d/
        """
            .formatted(atOnce, number, server.getAddress().getPort()));
  }

  /** The server holds one call of each change of the routes; that of the second one fails. */
  @Test
  void eachStepAfterAPassRunsOnceWhileItsRouteChanges() throws Exception {
    permits.release(1000);
    installation.set("mailboxes.at-once", "4").set("service.shutdown-timeout-seconds", "1");
    Queue<String> called = new ConcurrentLinkedQueue<>();
    Semaphore held = new Semaphore(0);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext(
        "/",
        call -> {
          String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          called.add(body);
          if (body.startsWith("held")) {
            held.acquireUninterruptibly();
          }
          call.sendResponseHeaders(body.matches("held1@\\S+ \\d+ 1") ? 500 : 204, -1);
          call.close();
        });
    server.start();
    int changes = 3;
    List<String> expected = new ArrayList<>();
    try {
      after(0, server, changes + 2);
      tick(0);
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        for (int number = 0; number <= changes; number++) {
          if (number > 0) {
            after(number, server, changes + 2);
            tick(number);
            awaitTick(number);
          }
          List<String> users = new ArrayList<>(List.of("held" + number));
          for (int user = 0; user < 4; user++) {
            users.add("user" + number + user);
          }
          request("change" + number, users);
          for (String user : users) {
            expected.add(address(user) + " " + number);
          }
          await().atMost(LIMIT).until(() -> called.size() == expected.size());
        }
        assertThat(held.getQueueLength()).isEqualTo(changes + 1);
        held.release(changes + 1);
        await("the routes before have ended").atMost(LIMIT).until(() -> !areFirstRoutesThere());
      }

      assertThat(withoutEvents(called)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(steps("sent_at is not null and taken_by is null")).isEqualTo(expected.size() - 1);
      assertThat(steps("sent_at is null and taken_by is null and reason like '%500%'"))
          .as("the one that has failed waits to be tried again")
          .isEqualTo(1);

      // Until then a minute goes by.
      held.release();
      assertThat(steps("sent_at is null")).isEqualTo(makeDue());
      try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
        assertThat(running.dropFolder()).isEqualTo(installation.drop());
        await().atMost(LIMIT).until(() -> called.size() > expected.size());
      }
      expected.add(address("held1") + " " + changes);
      assertThat(withoutEvents(called)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(steps("sent_at is not null and taken_by is null")).isEqualTo(expected.size() - 1);
      assertThat(called.stream().filter(call -> call.startsWith("held1@")))
          .as("both with the number of the same event")
          .hasSize(2)
          .extracting(call -> call.split(" ", -1)[1])
          .satisfies(events -> assertThat(Set.copyOf(events)).hasSize(1));
    } finally {
      held.release(1000);
      server.stop(0);
      threads.shutdown();
    }
  }

  private static List<String> withoutEvents(Collection<String> called) {
    return called.stream().map(call -> call.replaceFirst(" \\d+ ", " ")).toList();
  }

  /** How many steps after passes are so. */
  private int steps(String condition) {
    try (Database database = Database.inFolder(installation.data())) {
      return database
          .jdbc()
          .sql("select count(*) from telling where receiver = 'route after' and " + condition)
          .query(Integer.class)
          .single();
    }
  }

  private int makeDue() {
    try (Database database = Database.inFolder(installation.data())) {
      return database
          .jdbc()
          .sql(
              "update telling set due_at = current_timestamp where receiver = 'route after'"
                  + " and sent_at is null")
          .update();
    }
  }

  /** What ended while it was away would be much, after weeks. */
  @Test
  void aRouteAfterPassesThatWasAwayBeginsAnew() throws Exception {
    permits.release(10);
    tick(1);
    Path note = routes.resolve("note.camel.yaml");
    Files.writeString(note, NOTE.formatted(temp));
    Path away = temp.resolve("note.camel.yaml");
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      request("first", List.of("ann"));
      await().atMost(LIMIT).until(() -> read("notes.txt").equals("ann@example.org\n"));

      Files.move(note, away);
      change(1, 2);
      request("second", List.of("bea"));
      await().atMost(LIMIT).until(() -> ended().contains("bea@example.org 2"));

      Files.move(away, note);
      change(2, 3);
      request("third", List.of("cid"));
      await().atMost(LIMIT).until(() -> read("notes.txt").contains("cid@example.org"));
      assertThat(read("notes.txt")).isEqualTo("ann@example.org\ncid@example.org\n");
    }
  }

  @Test
  void theLogSaysWhichComponentToAdd() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(RouteReload.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      Files.writeString(
          routes.resolve("own.camel.yaml"),
          """
          - route:
              id: fetch
              from:
                uri: kafka:mails
                steps:
                  - log:
                      message: here
          """);
      await().atMost(LIMIT).until(() -> health().startsWith("down "));
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("own.camel.yaml line 4: there is no component \"kafka\"")
                    .endsWith(
                        "To be fixed by us: Run \"bin/mailcaravan ext add"
                            + " org.apache.camel:camel-kafka\", and start again."));
  }

  @Test
  void theStatusTellsMistakesOfChangedFiles() {
    Instant since = Instant.parse("2026-11-30T10:00:00Z");
    try (Database database = Database.forThisRun()) {
      String told =
          StatusTable.of(
              new Overview(database, LIMIT)
                  .status(List.of(), 10)
                  .withRoutes(
                      new RefusedRoutes(
                          since, 2, "route file /routes/a.camel.yaml line 7", "no \u001b[31m bean"),
                      List.of()),
              200,
              since);

      assertThat(told)
          .contains("Changed route files are not used, and the routes run on as they were:\n")
          .contains("2 mistakes, the first one: route file /routes/a.camel.yaml line 7: no ")
          .contains("To be fixed by us: Fix the route files")
          .doesNotContain("\u001b");
    }
  }

  /** Two of the changes are broken; callers of the API notice nothing. */
  @Test
  void twoHundredMailboxesArriveOnceWhileTheRoutesChangeTenTimes() throws Exception {
    int mailboxes = 200;
    int changes = 10;
    installation.set("mailboxes.at-once", "4");
    tick(0);
    Installation.edit(
        routes.resolve("run-mailbox.camel.yaml"), "sourceAddress} 1\"", "sourceAddress} 0\"");
    List<String> users = IntStream.range(0, mailboxes).mapToObj("user%03d"::formatted).toList();
    AtomicBoolean ends = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      Thread caller =
          new Thread(
              () -> {
                while (!ends.get()) {
                  try {
                    (call("/api/v1/nodes").statusCode() == 200 ? answered : refused)
                        .incrementAndGet();
                  } catch (IOException | InterruptedException e) {
                    refused.incrementAndGet();
                  }
                }
              });
      caller.start();
      request("all", users);
      int before = 0;
      for (int number = 1; number <= changes; number++) {
        await().atMost(LIMIT).until(() -> permits.hasQueuedThreads());
        if (number == 4 || number == 8) {
          Path broken = Files.writeString(routes.resolve("broken.camel.yaml"), "- route:\n  id");
          await().atMost(LIMIT).until(() -> health().startsWith("down "));
          Files.delete(broken);
          await().atMost(LIMIT).until(() -> health().startsWith("up "));
        } else {
          change(before, number);
          before = number;
        }
        permits.release(mailboxes / changes - 1);
      }
      permits.release(mailboxes);
      await().atMost(LIMIT).until(() -> !installation.ended().isEmpty());
      ends.set(true);
      caller.join();
    }

    assertThat(installation.ended()).hasSize(1);
    assertThat(installation.ended().get(0).mailboxes())
        .hasSize(mailboxes)
        .allMatch(result -> result.state() == MailboxState.COPIED);
    assertThat(ended().stream().map(line -> line.substring(0, line.indexOf(' '))))
        .as("one pass each")
        .containsExactlyElementsOf(users.stream().map(RouteReloadTest::address).toList());
    assertThat(ended().stream().map(line -> line.substring(line.indexOf(' ') + 1)).distinct())
        .as("on the routes of all changes that are not broken")
        .hasSize(changes - 2 + 1);
    for (String user : users) {
      assertThat(destination.account(address(user), "new").folder("INBOX").count())
          .as(user)
          .isEqualTo(MESSAGES);
    }
    assertThat(answered.get()).isPositive();
    assertThat(refused).hasValue(0);
  }
}
