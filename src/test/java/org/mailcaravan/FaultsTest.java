package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.dav.ScriptedDavServer;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Progress;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Messages;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** Errors of Java in the middle of the work, such as no memory: told, and nobody waits for ever. */
@Lengthy
class FaultsTest {
  private static final String ANN = "ann@example.org";
  private static final String BOB = "bob@example.org";

  @TempDir Path folder;

  /** Throws once, at one point, where Ann's mailbox is concerned. */
  private static final class Faulty implements Progress {
    private final String point;
    private final AtomicBoolean thrown = new AtomicBoolean();

    Faulty(String point) {
      this.point = point;
    }

    private void at(String here, String mailbox) {
      if (here.equals(point) && mailbox.contains("ann") && !thrown.getAndSet(true)) {
        throw new OutOfMemoryError("made up by a test");
      }
    }

    @Override
    public void migrationOpened(Migration migration) {
      at("batch opened", "ann");
    }

    @Override
    public void mailboxPlanned(Mailbox mailbox, int folders, long messages, long bytes) {
      at("mailbox planned", mailbox.sourceAddress());
    }

    @Override
    public void messagesDone(Mailbox mailbox, long messages, long bytes) {
      at("messages done", mailbox.sourceAddress());
    }

    @Override
    public void mailboxFinished(MailboxResult result) {
      at("mailbox finished", result.mailbox().sourceAddress());
    }

    @Override
    public void migrationFinished(MigrationResult result) {
      at("batch finished", "ann");
    }
  }

  private static void fill(HostAccount account) {
    Messages mail = new Messages(3);
    for (String name : new String[] {"INBOX", "Work", "Sent"}) {
      for (int i = 0; i < 20; i++) {
        account.folder(name).put(mail.next(), Set.of(), mail.date());
      }
    }
  }

  private static String row(String user, ImapHost source) {
    return user + ",secret,127.0.0.1," + source.port() + ",none,secret\n";
  }

  private MigrationResult migrated(ImapHost source, ImapHost destination, Progress watcher)
      throws Exception {
    for (String user : new String[] {ANN, BOB}) {
      fill(source.account(user, "secret"));
      destination.account(user, "secret");
    }
    Installation installation =
        new Installation(folder).set("destination.port", String.valueOf(destination.port()));
    Path file =
        installation.request(
            "two.csv",
            "source_email,source_password,source_imap_server,source_port,source_security,"
                + "destination_password\n"
                + row(ANN, source)
                + row(BOB, source));
    try (Launcher.Running running = installation.start(Launcher.Mode.MIGRATE, watcher)) {
      return CompletableFuture.supplyAsync(() -> running.migrate(file)).get(60, TimeUnit.SECONDS);
    }
  }

  /** Edits of run-mailbox that nobody wants, and that no check can know to be wrong. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("routesThatEndNoPass")
  void aRouteThatDoesNotEndItsPassIsToldAndNobodyWaits(
      String edit, String text, String replacement, String password, String cause)
      throws Exception {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start()) {
      fill(source.account(ANN, "secret"));
      destination.account(ANN, "secret");
      Installation installation =
          new Installation(folder).set("destination.port", String.valueOf(destination.port()));
      Installation.edit(
          installation.ownRoutes().resolve("run-mailbox.camel.yaml"), text, replacement);
      Path file =
          installation.request(
              "one.csv",
              "source_email,source_password,source_imap_server,source_port,source_security,"
                  + "destination_password\n"
                  + row(ANN, source).replaceFirst("secret", password));
      try (Launcher.Running running = installation.start(Launcher.Mode.MIGRATE)) {
        CompletableFuture<MigrationResult> migrated =
            CompletableFuture.supplyAsync(() -> running.migrate(file));

        assertThat(migrated)
            .failsWithin(60, TimeUnit.SECONDS)
            .withThrowableOfType(ExecutionException.class)
            .havingRootCause()
            .withMessageContaining(cause);
      }
    }
  }

  static Stream<Arguments> routesThatEndNoPass() {
    String record = "                  - bean:\n                      id: record-failed-pass";
    return Stream.of(
        arguments(
            "a failure path that fails",
            record,
            """
                              - throwException:
                                  id: fail-again
                                  exceptionType: java.lang.IllegalStateException
                                  message: broken on purpose
            """
                + record,
            "wrong",
            "broken on purpose"),
        arguments("end-pass left out", step("end"), leftOut("end"), "secret", "did not end it"),
        arguments(
            "begin-pass left out", step("begin"), leftOut("begin"), "secret", "no pass was begun"));
  }

  /** The step in a filter that nothing passes. */
  private static String leftOut(String what) {
    return """
            - filter:
                expression:
                  constant:
                    expression: "false"
                steps:
    """
        + step(what).indent(8);
  }

  private static String step(String what) {
    return """
            - bean:
                id: %s-pass
                ref: passes
                method: %s(${variable.mailbox})
    """
        .formatted(what, what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mailbox planned", "messages done"})
  void anErrorInAMailboxIsItsProblemAndNotItsNeighbours(String point) throws Exception {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start()) {
      MigrationResult result = migrated(source, destination, new Faulty(point));

      MailboxResult ann = result.mailboxes().get(0);
      assertThat(ann.state()).isEqualTo(MailboxState.FAULT);
      assertThat(ann.problems())
          .anySatisfy(
              problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.FAULT);
                assertThat(problem.cause()).isEqualTo("the program ran out of memory");
              });
      assertThat(result.mailboxes().get(1).state()).isEqualTo(MailboxState.COPIED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch opened", "mailbox finished", "batch finished"})
  void anErrorOutsideOfMailboxesEndsTheCommand(String point) throws Exception {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start()) {
      Assertions.assertThatThrownBy(() -> migrated(source, destination, new Faulty(point)))
          .isInstanceOf(ExecutionException.class)
          .hasStackTraceContaining("made up by a test");
    }
  }

  @Test
  void whatAnErrorBrokeOffIsCopiedByTheNextRun() throws Exception {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start()) {
      migrated(source, destination, new Faulty("messages done"));
      MigrationResult again = migratedAgain(destination);
      assertThat(again.allArrived()).isTrue();
      assertThat(
              destination
                  .account(ANN, "secret")
                  .snapshot()
                  .differencesFrom(source.account(ANN, "secret").snapshot()))
          .isEmpty();
    }
  }

  /** Throws in the threads that speak HTTP, wherever their library asks whether to log. */
  private static final class FaultyHttp extends TurboFilter {
    private final Error error;
    private final int at;
    private final AtomicInteger asked = new AtomicInteger();

    FaultyHttp(Error error, int at) {
      this.error = error;
      this.at = at;
    }

    @Override
    public FilterReply decide(
        @Nullable Marker marker,
        Logger logger,
        Level level,
        @Nullable String format,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      if (Thread.currentThread().getName().equals("http")
          && logger.getName().startsWith("org.apache.hc.")
          && asked.incrementAndGet() == at) {
        throw error;
      }
      return FilterReply.NEUTRAL;
    }
  }

  static Stream<Arguments> errorsOfHttp() {
    List<Error> errors =
        List.of(
            new StackOverflowError(),
            new OutOfMemoryError("made up by a test"),
            new AssertionError("made up by a test"));
    // At the first request and in the middle of a later one.
    return errors.stream()
        .flatMap(error -> Stream.of(arguments(error, 1, "dav"), arguments(error, 40, "ann.vcf")));
  }

  @ParameterizedTest
  @MethodSource("errorsOfHttp")
  void anErrorInAThreadOfTheHttpClientEndsTheImportWithAProblemAndNothingElse(
      Error error, int at, String contacts) throws Exception {
    LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
    FaultyHttp faulty = new FaultyHttp(error, at);
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start();
        ScriptedDavServer dav = ScriptedDavServer.start(FaultsTest::addressBook)) {
      for (String user : new String[] {ANN, BOB}) {
        fill(source.account(user, "secret"));
        destination.account(user, "secret");
      }
      Files.writeString(folder.resolve("ann.vcf"), card("1") + card("2"));
      String groupware =
          "," + contacts + "," + (contacts.equals("dav") ? dav.uri("/old/") : "") + "\n";
      Installation installation =
          new Installation(folder)
              .set("destination.port", String.valueOf(destination.port()))
              .set("mailboxes.at-once", "1")
              .set("destination.carddav-url", dav.uri("/") + "{email}/contacts/");
      Path file =
          installation.request(
              "one.csv",
              "source_email,source_password,source_imap_server,source_port,source_security,"
                  + "destination_password,contacts,source_dav_url\n"
                  + row(ANN, source).strip()
                  + groupware
                  + row(BOB, source).strip()
                  + groupware);
      List<MailboxResult> results;
      try (Launcher.Running running =
          installation.start(Launcher.Mode.MIGRATE, new Progress() {})) {
        logs.addTurboFilter(faulty);
        results =
            CompletableFuture.supplyAsync(() -> running.migrate(file))
                .get(60, TimeUnit.SECONDS)
                .mailboxes();
      } finally {
        logs.getTurboFilterList().remove(faulty);
      }

      assertThat(faulty.asked).as("the error was thrown").hasValueGreaterThanOrEqualTo(at);
      MailboxResult ann = results.get(0);
      assertThat(ann.state()).isEqualTo(MailboxState.FAULT);
      assertThat(ann.problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.FAULT);
                if (error instanceof OutOfMemoryError) {
                  assertThat(problem.cause()).isEqualTo("the program ran out of memory");
                }
              });
      assertThat(
              destination
                  .account(ANN, "secret")
                  .snapshot()
                  .differencesFrom(source.account(ANN, "secret").snapshot()))
          .isEmpty();
      MailboxResult bob = results.get(1);
      assertThat(bob.state()).as("the next mailbox").isEqualTo(MailboxState.COPIED);
      assertThat(bob.contacts()).singleElement().matches(all -> all.imported() == 2);
    }
  }

  private static String card(String uid) {
    return "BEGIN:VCARD\nVERSION:3.0\nUID:%1$s\nFN:%1$s\nN:%1$s;;;;\nEND:VCARD\n".formatted(uid);
  }

  /** An address book of two cards, which takes all others. */
  private static ScriptedDavServer.Answer addressBook(ScriptedDavServer.Request request) {
    String response =
        "<response><href>%s</href><propstat><prop>%s</prop><status>HTTP/1.1 200 OK</status>"
            + "</propstat></response>";
    return switch (request.method()) {
      case "PROPFIND" ->
          ScriptedDavServer.Answer.of(
              207,
              "<multistatus xmlns='DAV:' xmlns:c='urn:ietf:params:xml:ns:carddav'>"
                  + response.formatted(
                      request.path(), "<resourcetype><collection/><c:addressbook/></resourcetype>")
                  + (request.path().startsWith("/old/")
                      ? response.formatted("/old/1.vcf", "<getetag>\"1\"</getetag>")
                          + response.formatted("/old/2.vcf", "<getetag>\"2\"</getetag>")
                      : "")
                  + "</multistatus>");
      case "GET" -> ScriptedDavServer.Answer.of(200, card(request.path().substring(5, 6)));
      case "PUT" -> ScriptedDavServer.Answer.of(201);
      default -> ScriptedDavServer.Answer.of(405);
    };
  }

  private MigrationResult migratedAgain(ImapHost destination) {
    Installation installation =
        new Installation(folder).set("destination.port", String.valueOf(destination.port()));
    return installation.migrate(folder.resolve("two.csv"));
  }
}
