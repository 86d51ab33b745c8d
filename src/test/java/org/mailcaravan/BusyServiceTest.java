package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.Valve;

/**
 * A service with much to do: what waits for whom, and who stops it.
 *
 * <p>{@code -Dservice.mailboxes} says how many mailboxes wait.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class BusyServiceTest {
  private static final int MAILBOXES = Integer.getInteger("service.mailboxes", 24);
  private static final Duration PATIENCE = Duration.ofSeconds(60L + MAILBOXES);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final int AT_ONCE = 4;
  private static final int SILENT = 4;
  private static final int MESSAGES = 2;

  /** Octets of about half of the mail. */
  private static final long HALF = 20_000L * MAILBOXES;

  @TempDir private Path temp = Path.of("");

  private final Valve fromSource = new Valve();
  private final TwoServers servers =
      new TwoServers(
          DovecotServer.builder().compress(false), DovecotServer.builder().compress(false));
  private final Proxy source = new Proxy(servers.source.port(), Proxy.OPEN, fromSource);
  private NodeProcess service;
  private final List<String> users =
      IntStream.range(0, MAILBOXES).mapToObj("user%03d@example.org"::formatted).toList();

  @BeforeEach
  void install() throws IOException {
    users.forEach(user -> servers.userWithMail(user, MESSAGES, "INBOX"));
    service =
        new NodeProcess(
            Files.createDirectory(temp.resolve("home")),
            "",
            null,
            Map.of(
                "destination.port", String.valueOf(servers.destination.port()),
                "mailboxes.at-once", String.valueOf(AT_ONCE),
                "copy.batch-messages", "1",
                "connection.connect-timeout-seconds", "300",
                "service.shutdown-timeout-seconds", String.valueOf(STOP.toSeconds())));
  }

  @AfterEach
  void end() throws Exception {
    service.close();
    source.close();
    servers.close();
  }

  @Test
  @Timeout(1800)
  void aSilentHostHoldsNobodyUpAndAStopEndsInTimeHoweverManyWait() throws Exception {
    List<String> silentUsers =
        IntStream.range(0, SILENT).mapToObj("silent%d@example.org"::formatted).toList();
    silentUsers.forEach(user -> servers.userWithMail(user, MESSAGES, "INBOX"));
    Valve fromSilent = new Valve();
    fromSilent.closeAfter(0);
    try (Proxy silent = new Proxy(servers.source.port(), Proxy.OPEN, fromSilent)) {
      StringBuilder rows = new StringBuilder(TwoServers.HEADER);
      silentUsers.forEach(user -> rows.append(row(user, silent.port())));
      users.forEach(user -> rows.append(row(user, source.port())));
      service.start();
      fromSource.closeAfter(HALF);
      service.submit("customers.csv", rows.toString());

      await(() -> fromSource.holding() && fromSilent.holding());
      List<JsonNode> ended = ends(service.events());
      assertThat(ended)
          .as("the others went on")
          .hasSizeBetween(AT_ONCE + 1, MAILBOXES - AT_ONCE)
          .allMatch(end -> is(end, "state", "COPIED"));
      service.tellToStop();
      fromSource.open();
      service.awaitStopped(STOP);
      assertThat(service.reports()).isEmpty();

      fromSilent.open();
      service.start();
      await(() -> service.reports().size() == 1);
      List<JsonNode> events = service.events();
      assertThat(ends(events))
          .as("each once")
          .hasSize(MAILBOXES + SILENT)
          .allMatch(end -> is(end, "state", "COPIED"));
      assertThat(events)
          .as("the stop was no fault of the server")
          .noneMatch(event -> is(event, "kind", "host"));
      JsonNode report = report(0);
      assertThat(report.at("/allArrived").asBoolean()).as(report.toString()).isTrue();
      assertThat(report.at("/totals/arrived").asInt()).isEqualTo(MAILBOXES + SILENT);
      assertArrived(users);
      assertArrived(silentUsers);
    }
  }

  @Test
  @Timeout(1800)
  void aCorrectedPasswordRunsOneMailboxAgainAndASmallRequestDoesNotWaitForALargeOne()
      throws Exception {
    String wrong = users.get(0);
    String small = "small@example.org";
    servers.userWithMail(small, MESSAGES, "INBOX");
    StringBuilder rows = new StringBuilder(TwoServers.HEADER);
    for (String user : users) {
      // Past the valve, which would hold the trial of the right password.
      rows.append(
          user.equals(wrong) ? servers.row(user, "mistyped", ",") : row(user, source.port()));
    }
    service.start();
    fromSource.closeAfter(HALF);
    service.submit("large.csv", rows.toString());
    await(fromSource::holding);

    Process command = service.program().start("exec bin/mailcaravan password " + wrong, "password");
    try (OutputStream in = command.getOutputStream()) {
      in.write((TwoServers.oldPassword(wrong) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    InstalledProgram.Run run = service.program().ended(command, "password");
    assertThat(run.exit()).as(run.toString()).isZero();
    service.submit("small.csv", TwoServers.HEADER + row(small, source.port()));
    await(
        () -> service.events().stream().filter(event -> is(event, "state", "OPENED")).count() == 2);
    assertThat(service.reports()).isEmpty();
    fromSource.open();
    await(() -> service.reports().size() == 2);

    List<JsonNode> events = service.events();
    assertThat(begins(events))
        .as("a pass for each; none began with the wrong password, which the look before it found")
        .hasSize(MAILBOXES + 1)
        .doesNotHaveDuplicates();
    assertThat(ends(events)).allSatisfy(end -> assertThat(is(end, "state", "COPIED")).isTrue());
    // Its pass cannot begin before the look at it, which waits for a place at the host.
    List<JsonNode> sinceSmallOne =
        events.stream()
            .dropWhile(event -> !(is(event, "kind", "preflight") && is(event, "source", small)))
            .toList();
    assertThat(sinceSmallOne).isNotEmpty();
    assertThat(begins(sinceSmallOne).stream().takeWhile(begin -> !begin.contains("small")))
        .as(sinceSmallOne.toString())
        .hasSizeLessThanOrEqualTo(AT_ONCE);
    for (int report = 0; report < 2; report++) {
      assertThat(report(report).at("/allArrived").asBoolean()).isTrue();
    }
    assertArrived(users);
    assertArrived(List.of(small));
  }

  private String row(String user, int port) {
    return servers.rowThrough(port, user);
  }

  /** The passes that begin, with the name of their migration. */
  private static List<String> begins(List<JsonNode> events) {
    return events.stream()
        .filter(event -> is(event, "state", "COPYING") && !is(event, "kind", "migration"))
        .map(event -> event.path("migration").asText() + " pass " + event.path("pass").asText())
        .toList();
  }

  /** The ends of passes. */
  private static List<JsonNode> ends(List<JsonNode> events) {
    return events.stream()
        .filter(event -> is(event, "kind", "pass") && !is(event, "state", "QUEUED"))
        .toList();
  }

  private static boolean is(JsonNode event, String field, String value) {
    return event.path(field).asText().equals(value);
  }

  private JsonNode report(int index) throws IOException {
    return new ObjectMapper().readTree(Files.readString(service.reports().get(index)));
  }

  private void assertArrived(List<String> mailboxes) {
    for (String user : mailboxes) {
      assertThat(servers.atDestination(user).differencesFrom(servers.atSource(user)))
          .as(user)
          .isEmpty();
    }
  }

  private void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(condition.call()).as(() -> service.log()).isTrue());
  }
}
