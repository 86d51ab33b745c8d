package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.MailboxSeeder;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.store.Database;

/** Mailboxes that are missing at the new server, and an HTTP API of ours that creates them. */
@Lengthy
@EnabledIfInstalled("dovecot")
class CreateMailboxTest {
  private static final String ANNA = "anna@example.org";
  private static final String BEN = "ben@example.org";
  private static final String CORA = "cora@example.org";
  private static final String TOKEN = "Token-of-our-mail-system-71";
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final TwoServers servers = new TwoServers();
  private final Installation installation;
  private final HttpServer api;

  /** What was asked for, in order: the values of each request. */
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();

  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final Map<String, AtomicInteger> atOnce = new ConcurrentHashMap<>();
  private final AtomicInteger mostAtOnce = new AtomicInteger();

  CreateMailboxTest(@TempDir Path folder) throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.setExecutor(Executors.newCachedThreadPool());
    api.createContext("/mailboxes", this::answer);
    api.start();
    installation =
        servers
            .configure(new Installation(folder))
            .set("mailbox.missing-retry-seconds", "1")
            .set("mailbox.missing-retry-maximum-seconds", "1")
            .set("create-mailbox.enabled", "true")
            .set(
                "create-mailbox.url",
                "http://127.0.0.1:" + api.getAddress().getPort() + "/mailboxes")
            .set("create-mailbox.token", TOKEN);
    UsedPasswords.add(TOKEN);
  }

  @AfterEach
  void stop() {
    api.stop(0);
    servers.close();
  }

  /** Fails once, creates Anna then; knows Ben; fails for Cora with an endless answer. */
  private void answer(HttpExchange call) throws IOException {
    JsonNode wanted = new ObjectMapper().readTree(call.getRequestBody());
    String address = wanted.path("address").asText();
    AtomicInteger running = atOnce.computeIfAbsent(address, any -> new AtomicInteger());
    mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
    try (call) {
      boolean isFirst =
          asked.stream().noneMatch(one -> one.path("address").asText().equals(address));
      asked.add(wanted);
      authorizations.add(String.valueOf(call.getRequestHeaders().getFirst("Authorization")));
      if (address.equals(BEN)) {
        call.sendResponseHeaders(409, -1);
      } else if (address.equals(CORA)) {
        call.sendResponseHeaders(507, 0);
        byte[] words =
            ("no room for " + TOKEN + "\u001b[31m ").repeat(2000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 1000; i++) {
          call.getResponseBody().write(words);
        }
      } else if (isFirst) {
        call.sendResponseHeaders(500, -1);
      } else {
        servers.destination.addUser(ANNA, TwoServers.newPassword(ANNA));
        call.sendResponseHeaders(201, -1);
      }
    } finally {
      running.decrementAndGet();
    }
  }

  @Test
  void aMissingMailboxIsCreatedAndEveryFailureIsOurs() throws IOException {
    atSource(ANNA);
    servers.userWithMail(BEN, 1, "INBOX");
    servers.source.addUser(CORA, TwoServers.oldPassword(CORA));
    servers.destination.addUser(BEN, "another password of ben");
    Path request =
        installation.request(
            "r.csv", TwoServers.HEADER + servers.row(ANNA) + servers.row(BEN) + servers.row(CORA));
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      drop(request);
      await().atMost(LIMIT).until(() -> asked.stream().filter(this::isOfCora).count() > 2);
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(servers.atDestination(ANNA)).isEqualTo(servers.atSource(ANNA)));
    }

    assertThat(asked.get(0).size()).as("the address alone").isEqualTo(1);
    assertThat(authorizations).containsOnly("Bearer " + TOKEN);
    assertThat(mostAtOnce).hasValue(1);
    assertThat(asked.stream().filter(one -> one.path("address").asText().equals(ANNA)).count())
        .as("not any more once it is there")
        .isEqualTo(2);
    assertThat(reason(BEN)).startsWith("create-mailbox.url says that it exists");
    assertThat(reason(CORA))
        .startsWith("create-mailbox.url: it answers with HTTP status 507: no room for ********")
        .contains("To be fixed by us", "login at 127.0.0.1")
        .doesNotContain(TOKEN, "\u001b")
        .hasSizeLessThan(1500);
  }

  @Test
  void thePasswordIsSentWhereThatIsWantedOnly() throws IOException {
    atSource(ANNA);
    installation.set("create-mailbox.send-password", "true");
    Path request = installation.request("r.csv", TwoServers.HEADER + servers.row(ANNA));
    try (Launcher.Running running = installation.start(Launcher.Mode.SERVICE)) {
      assertThat(running.dropFolder()).isEqualTo(installation.drop());
      drop(request);
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(servers.atDestination(ANNA)).isEqualTo(servers.atSource(ANNA)));
    }
    assertThat(asked)
        .extracting(one -> one.path("password").asText())
        .containsOnly(TwoServers.newPassword(ANNA));
  }

  /** A user with mail who is only at the old provider. */
  private void atSource(String user) {
    servers.source.addUser(user, TwoServers.oldPassword(user));
    new MailboxSeeder(7)
        .messagesPerFolder(2)
        .folders(List.of("INBOX"))
        .fill(servers.source.port(), user, TwoServers.oldPassword(user));
  }

  private void drop(Path request) throws IOException {
    Files.createDirectories(installation.drop());
    Files.move(request, installation.drop().resolve("r.csv"));
  }

  private boolean isOfCora(JsonNode wanted) {
    return wanted.path("address").asText().equals(CORA);
  }

  /** Why the pass of a mailbox went back to wait, the first time that the API had an answer. */
  private String reason(String address) {
    try (Database database = Database.inFolder(installation.data())) {
      return database
          .jdbc()
          .sql(
              "select reason from event where reason like 'create-mailbox%' and mailbox_id ="
                  + " (select id from mailbox where source_address = ?) order by number limit 1")
          .param(address)
          .query(String.class)
          .single();
    }
  }
}
