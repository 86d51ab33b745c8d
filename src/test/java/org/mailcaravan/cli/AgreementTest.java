package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.fetching;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.login;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.refusing;
import static org.mailcaravan.server.Behaviours.storing;
import static org.mailcaravan.server.Behaviours.telling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.Installation;
import org.mailcaravan.TwoServers;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.VerifyResult;
import org.mailcaravan.report.ResultTable;
import org.mailcaravan.report.VerifyTable;
import org.mailcaravan.report.WrittenText;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;

/**
 * Whatever happens to a mailbox: the exit code, the JSON, the table, the report and both forms of
 * the certificate of a command say the same of it. All mailboxes of the table are rows of one
 * request, which goes through the real commands and routes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgreementTest {
  private static final String PASSWORD = "secret";
  private static final int MESSAGES = 6;
  private static final Pattern MARK = Pattern.compile("mark-(\\d+)\\.");

  @TempDir static Path folder;

  private final Map<String, Situation> situations = new LinkedHashMap<>();
  private final Map<String, Run> runs = new HashMap<>();
  private final ImapHost destination = ImapHost.startAt("127.30.1.1");
  private final Map<String, Behaviour> atDestination = new HashMap<>();
  private final StringWriter out = new StringWriter();

  /** A mailbox, what is done to it, and what the commands must say of it in short. */
  private static final class Situation {
    final ImapHost source;
    final HostAccount from;
    final HostAccount to;
    final String user;
    final List<String> expected = new ArrayList<>();
    Runnable between = () -> {};
    boolean onlyVerified;

    Situation(int number, String user, ImapHost destination) {
      this.user = user;
      this.source = ImapHost.startAt("127.30.2." + number);
      this.from = source.account(user, PASSWORD);
      this.to = destination.account(user, PASSWORD);
      for (int i = 1; i <= MESSAGES; i++) {
        put(from.folder("INBOX"), i);
        put(from.folder("Archive"), 100 + i);
      }
    }

    Set<Integer> missing() {
      Set<Integer> missing = marks(from);
      missing.removeAll(marks(to));
      return missing;
    }
  }

  /** What a command did. */
  private record Run(int exit, JsonNode json, String table, Path certificates) {
    JsonNode mailbox(String user) {
      return StreamSupport.stream(json.get("mailboxes").spliterator(), false)
          .filter(each -> each.at("/source/address").asText().equals(user))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void put(HostFolder filled, int number) {
    filled.put(
        "From: ann@example.org\r\nDate: Mon, 4 Mar 2019 05:06:07 +0100\r\nMessage-ID: <"
            + number
            + "@example.org>\r\n\r\nmark-"
            + number
            + ".\r\n"
            + "x".repeat(number % 40)
            + "\r\n",
        Set.of(),
        OffsetDateTime.parse("2019-03-04T05:06:07+01:00").plusMinutes(number));
  }

  private static Set<Integer> marks(HostAccount account) {
    Set<Integer> marks = new TreeSet<>();
    account
        .folders()
        .values()
        .forEach(
            each ->
                each.messages()
                    .forEach(
                        message ->
                            MARK.matcher(message.octets())
                                .results()
                                .forEach(mark -> marks.add(Integer.parseInt(mark.group(1))))));
    return marks;
  }

  private static Predicate<ImapCommand> opening(String name) {
    return command -> command.is("EXAMINE", "SELECT") && command.folder().equals(name);
  }

  private static Predicate<ImapCommand> fetchingIn(Situation situation, String name) {
    HostFolder wanted = situation.from.folder(name);
    return command -> command.is("UID FETCH") && command.selected() == wanted;
  }

  private static Behaviour giving(UnaryOperator<ImapCommand.Given> change) {
    return storing(given -> given == null ? null : change.apply(given));
  }

  private static ImapCommand.Given replaced(ImapCommand.Given given, String old, String now) {
    return new ImapCommand.Given(given.octets().replace(old, now), given.flags(), given.date());
  }

  /**
   * One more mailbox.
   *
   * @param expected what {@code migrate}, {@code check}, {@code verify} and {@code verify --deep}
   *     say: the state or verdict, and the code of a problem where there is one
   */
  private void situation(String name, BiConsumer<Situation, ImapHost> arrange, String... expected) {
    int number = situations.size() + 1;
    Situation made = new Situation(number, "user" + number + "@example.org", destination);
    made.expected.addAll(List.of(expected));
    situations.put(name, made);
    arrange.accept(made, made.source);
  }

  private void arrange() {
    situation("all is well", (s, source) -> {}, "copied", "ready", "complete", "complete");
    situation(
        "a message cannot be read",
        (s, source) ->
            source.behaves(refusing(fetching(Set.of(3L)), "NO [UNAVAILABLE] Server error")),
        "incomplete message-unreadable",
        "ready",
        "incomplete message-unreadable",
        "incomplete message-unreadable");
    situation(
        "our server refuses a message",
        (s, source) ->
            atDestination.put(
                s.user,
                refusing(Behaviours.appending(Set.of("mark-3.")), "NO Message contains a virus")),
        "incomplete message-refused",
        "ready",
        "incomplete message-refused",
        "incomplete message-refused");
    situation(
        "a folder is refused for now",
        (s, source) ->
            source.behaves(refusing(opening("Archive"), "NO [UNAVAILABLE] Archive is off-line")),
        "incomplete server-down",
        "ready",
        "incomplete server-down",
        "incomplete server-down");
    situation(
        "a folder is refused for good",
        (s, source) -> source.behaves(refusing(opening("Archive"), "NO Mailbox is damaged")),
        "incomplete folder-refused",
        "ready",
        "incomplete folder-refused",
        "incomplete folder-refused");
    situation(
        "a folder tells no status and is refused",
        (s, source) -> {
          source.without("LIST-STATUS");
          source.behaves(
              refusing(
                  opening("Archive").or(c -> c.is("STATUS") && c.folder().equals("Archive")),
                  "NO Mailbox is damaged"));
        },
        "incomplete folder-refused",
        "attention folder-refused",
        "incomplete folder-refused",
        "incomplete folder-refused");
    situation(
        "a folder is shown in part",
        (s, source) ->
            source.behaves(
                telling(
                    opening("INBOX"),
                    a ->
                        a.mapped(
                            l -> l == null ? null : l.replace(MESSAGES + " EXISTS", "9 EXISTS")))),
        "incomplete partial-view",
        "ready",
        "incomplete not-compared",
        "incomplete not-compared");
    situation(
        "the login is refused",
        (s, source) ->
            source.behaves(refusing(login(), "NO [AUTHENTICATIONFAILED] Invalid credentials")),
        "blocked wrong-password",
        "attention wrong-password",
        "none wrong-password",
        "none wrong-password");
    situation(
        "the connection ends in a folder again and again",
        (s, source) -> source.behaves(instead(fetchingIn(s, "Archive"), Answer.hangUp())),
        "incomplete connection-lost",
        "ready",
        "incomplete connection-lost",
        "incomplete connection-lost");
    situation(
        "our mailbox is full",
        (s, source) -> s.to.quota(500),
        "incomplete quota-full",
        "attention quota-full",
        "incomplete message-missing",
        "incomplete message-missing");
    situation(
        "the account is to be left alone for hours",
        (s, source) ->
            source.behaves(
                refusing(login(), "NO [ALERT] Too many login attempts. Try again in 3 hours.")),
        "blocked too-many-logins",
        "attention too-many-logins",
        "none too-many-logins",
        "none too-many-logins");
    situation(
        "mail comes during the pass",
        (s, source) -> {
          Predicate<ImapCommand> once =
              Behaviours.first(1, fetchingIn(s, "INBOX").and(ImapCommand::fetchesContent));
          source.behaves(
              (command, usual) -> {
                if (once.test(command)) {
                  put(s.from.folder("INBOX"), 50);
                }
                return usual.get();
              });
        },
        "copied",
        "ready",
        "incomplete message-missing",
        "incomplete message-missing");
    situation(
        "our server adds a flag",
        (s, source) ->
            atDestination.put(
                s.user,
                giving(
                    given ->
                        new ImapCommand.Given(given.octets(), Set.of("\\Seen"), given.date()))),
        "incomplete flags-not-kept",
        "ready",
        "incomplete flags-not-kept",
        "incomplete flags-not-kept");
    situation(
        "our server alters a message",
        (s, source) ->
            atDestination.put(s.user, giving(given -> replaced(given, "mark-3.", "mark-3. Spam!"))),
        "incomplete message-altered",
        "ready",
        "incomplete message-altered",
        "incomplete message-altered");
    situation(
        "our server alters a message and keeps its size",
        (s, source) ->
            atDestination.put(s.user, giving(given -> replaced(given, "mark-3.", "mark-3,"))),
        "copied",
        "ready",
        "complete",
        "incomplete message-altered");
    situation(
        "our server says OK and stores nothing",
        (s, source) ->
            atDestination.put(
                s.user, Behaviours.pretending(Behaviours.appending(Set.of("mark-103.")))),
        "incomplete message-not-stored",
        "ready",
        "incomplete message-not-stored",
        "incomplete message-not-stored");
    situation(
        "a folder cannot be made",
        (s, source) ->
            atDestination.put(s.user, refusing(named("CREATE"), "NO Permission denied by policy")),
        "incomplete folder-refused",
        "ready",
        "incomplete message-missing",
        "incomplete message-missing");
    situation(
        "a copy is deleted afterwards",
        (s, source) -> s.between = () -> s.to.folder("INBOX").remove(List.of(2L)),
        "copied",
        "ready",
        "delivered message-gone",
        "delivered message-gone");
    situation(
        "a folder is deleted at the old provider afterwards",
        (s, source) -> s.between = () -> s.from.delete("Archive"),
        "copied",
        "ready",
        "incomplete not-compared",
        "incomplete not-compared");
    situation(
        "our server refuses a folder afterwards",
        (s, source) ->
            s.between =
                () ->
                    atDestination.put(
                        s.user, refusing(opening("Archive"), "NO [UNAVAILABLE] the disk is away")),
        "copied",
        "ready",
        "incomplete server-down",
        "incomplete server-down");
    situation(
        "our server refuses a folder in which a deleted copy may be",
        (s, source) ->
            s.between =
                () -> {
                  s.to.folder("INBOX").remove(List.of(2L));
                  atDestination.put(
                      s.user, refusing(opening("Archive"), "NO [UNAVAILABLE] the disk is away"));
                },
        "copied",
        "ready",
        "incomplete server-down",
        "incomplete server-down");
    situation(
        "the old provider deals new numbers afterwards",
        (s, source) -> {
          String before = "UIDVALIDITY " + s.from.folder("INBOX").uidValidity();
          s.between =
              () ->
                  source.behaves(
                      telling(
                          named("LIST", "STATUS", "EXAMINE", "SELECT"),
                          a ->
                              a.mapped(
                                  l -> l == null ? null : l.replace(before, "UIDVALIDITY 77"))));
        },
        "copied",
        "ready",
        "incomplete not-compared",
        "incomplete not-compared");
    situation(
        "no pass has ever run",
        (s, source) -> s.onlyVerified = true,
        "",
        "ready",
        "incomplete not-compared",
        "incomplete not-compared");
  }

  @BeforeAll
  void runCommands() {
    arrange();
    destination.behaves(
        (command, usual) -> {
          HostAccount account = command.session().account();
          Behaviour own = account == null ? null : atDestination.get(account.user());
          return own == null ? usual.get() : own.answer(command, usual);
        });
    Installation installation =
        new Installation(folder)
            .set("destination.host", destination.address())
            .set("destination.port", String.valueOf(destination.port()))
            .set("retry.attempts", "1")
            .set("retry.maximum-delay-millis", "2")
            .set("mailboxes.at-once", "8")
            .set("source.allowed-hosts", hosts())
            .set("source.insecure-hosts", hosts());
    runs.put("migrate", run(installation, "migrate", request(installation, false)));
    situations.values().forEach(each -> each.between.run());
    Path all = request(installation, true);
    runs.put("check", run(installation, "check", all));
    runs.put("verify", run(installation, "verify", all));
    runs.put("verify --deep", run(installation, "verify --deep", all));
  }

  @AfterAll
  void close() {
    destination.close();
    situations.values().forEach(each -> each.source.close());
  }

  private String hosts() {
    return String.join(
        ",", situations.values().stream().map(each -> each.source.address()).toList());
  }

  private Path request(Installation installation, boolean all) {
    StringBuilder rows = new StringBuilder(TwoServers.HEADER);
    for (Situation each : situations.values()) {
      if (all || !each.onlyVerified) {
        rows.append(
            "%s,%s,%s,%d,none,%s,,\n"
                .formatted(
                    each.user, PASSWORD, each.source.address(), each.source.port(), PASSWORD));
      }
    }
    return installation.request(all ? "all.csv" : "first.csv", rows.toString());
  }

  private Run run(Installation installation, String command, Path file) {
    out.getBuffer().setLength(0);
    List<String> told = new ArrayList<>();
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.addAll(List.of("--json", file.toString()));
    int exit =
        MailCaravanCommand.commandLine(
                new Terminal(
                    new PrintWriter(out), new PrintWriter(new StringWriter()), false, 80, false),
                options ->
                    new Listening(installation.start(options.mode(), options.progress()), told),
                "")
            .execute(words.toArray(String[]::new));
    return new Run(exit, json(out.toString()), told.get(0), Path.of(told.get(1)));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes what people are shown of the same result. */
  private record Listening(Launcher.Running real, List<String> told) implements Launcher.Running {
    @Override
    public MigrationResult migrate(Path request) {
      MigrationResult result = real.migrate(request);
      told.add(read(result.reportFolder().resolve("report.txt")));
      told.add(result.reportFolder().resolve("certificates").toString());
      return result;
    }

    @Override
    public CheckResult check(Path request) {
      CheckResult result = real.check(request);
      told.addAll(List.of(WrittenText.of(out -> ResultTable.write(result, true, out)), ""));
      return result;
    }

    @Override
    public VerifyResult verify(Path request, boolean deep) {
      VerifyResult result = real.verify(request, deep);
      told.add(WrittenText.of(out -> VerifyTable.write(result, out)));
      told.add(result.certificateFolder().toString());
      return result;
    }

    @Override
    public Launcher.Stopping stop() {
      return real.stop();
    }

    @Override
    public Path dropFolder() {
      return real.dropFolder();
    }

    @Override
    public void awaitStop() throws InterruptedException {
      real.awaitStop();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  static Stream<String> names() {
    AgreementTest table = new AgreementTest();
    try {
      table.arrange();
      return new ArrayList<>(table.situations.keySet()).stream();
    } finally {
      table.close();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void allThatIsSaidOfAMailboxAgrees(String name) {
    Situation situation = Objects.requireNonNull(situations.get(name));
    List<String> said = new ArrayList<>();
    said.add(situation.onlyVerified ? "" : migrated(situation));
    said.add(checked(situation));
    said.add(verified(situation, "verify"));
    said.add(verified(situation, "verify --deep"));
    assertThat(said).isEqualTo(situation.expected);
  }

  private String migrated(Situation situation) {
    Run run = ran("migrate");
    JsonNode mailbox = run.mailbox(situation.user);
    String state = mailbox.get("state").asText();
    boolean well = state.equals("copied");
    assertThat(mailbox.get("problems").isEmpty()).as("problems %s", mailbox).isEqualTo(well);
    JsonNode certificate = certificate(run, mailbox);
    if (certificate == null) {
      assertThat(state).isEqualTo("blocked");
    } else {
      assertThat(certificate.get("verdict").asText().equals("incomplete"))
          .as("%s %s", mailbox, certificate)
          .isNotEqualTo(well);
    }
    assertThat(row(run, situation))
        .contains(
            switch (state) {
              case "copied" -> "all arrived";
              case "blocked" -> "nothing copied";
              default -> "needs attention";
            });
    return (state + " " + code(mailbox)).strip();
  }

  private String checked(Situation situation) {
    Run run = ran("check");
    JsonNode mailbox = run.mailbox(situation.user);
    boolean ready = mailbox.get("ready").asBoolean();
    assertThat(mailbox.get("problems").isEmpty()).as("%s", mailbox).isEqualTo(ready);
    assertThat(row(run, situation)).contains(ready ? " ready " : "needs attention");
    return ((ready ? "ready" : "attention") + " " + code(mailbox)).strip();
  }

  private String verified(Situation situation, String command) {
    Run run = ran(command);
    JsonNode mailbox = run.mailbox(situation.user);
    String verdict = mailbox.get("verdict").asText("none");
    assertThat(mailbox.get("problems").isEmpty())
        .as("problems %s", mailbox)
        .isEqualTo(verdict.equals("complete"));
    JsonNode certificate = certificate(run, mailbox);
    if (certificate != null) {
      assertThat(mailbox.get("certificate")).isEqualTo(certificate);
    }
    assertThat(row(run, situation))
        .contains(
            switch (verdict) {
              case "none" -> "not compared";
              case "incomplete" -> "not complete";
              default -> verdict;
            });
    return (verdict + " " + code(mailbox)).strip();
  }

  /** The file that a mailbox names, which says the same as the page beside it. */
  private static @Nullable JsonNode certificate(Run run, JsonNode mailbox) {
    if (mailbox.get("certificateFile").isNull()) {
      assertThat(mailbox.get("verdict").isNull()).isTrue();
      return null;
    }
    Path file = run.certificates().resolve(mailbox.get("certificateFile").asText());
    JsonNode certificate = json(read(file));
    assertThat(certificate.get("verdict")).isEqualTo(mailbox.get("verdict"));
    String page = read(Path.of(file.toString().replaceFirst("json$", "html")));
    assertThat(page)
        .contains(
            switch (certificate.get("verdict").asText()) {
              case "complete" -> "Complete</strong>";
              case "delivered" -> "Delivered</strong>";
              default -> "Not complete</strong>";
            });
    JsonNode totals = certificate.get("totals");
    assertThat(
            Stream.of("copied", "alreadyThere", "elsewhere", "setAside", "failed", "unaccounted")
                .mapToLong(each -> totals.get(each).asLong())
                .sum())
        .isEqualTo(totals.get("messages").asLong());
    assertThat(page).doesNotContain("no step of this pass has looked");
    for (JsonNode each : certificate.get("folders")) {
      if (!each.get("obstacle").isNull()) {
        String obstacle = each.get("obstacle").asText();
        assertThat(mailbox.get("problems").toString())
            .as("why it was not compared is a problem")
            .contains(obstacle.replace("\"", "\\\"").substring(0, Math.min(30, obstacle.length())));
      }
    }
    return certificate;
  }

  private Run ran(String command) {
    return Objects.requireNonNull(runs.get(command));
  }

  private static String row(Run run, Situation situation) {
    return run.table()
        .lines()
        .filter(line -> line.startsWith(situation.user + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(run.table()));
  }

  private static String code(JsonNode mailbox) {
    JsonNode problems = mailbox.get("problems");
    return problems.isEmpty() ? "" : problems.get(0).get("code").asText();
  }

  @Test
  void exitCodesAndTotalsSayWhatTheMailboxesSay() {
    assertThat(runs).allSatisfy((command, run) -> assertThat(run.exit()).isEqualTo(3));
    runs.forEach(
        (command, run) -> {
          long well =
              StreamSupport.stream(run.json().get("mailboxes").spliterator(), false)
                  .filter(mailbox -> mailbox.get("problems").isEmpty())
                  .count();
          JsonNode totals = run.json().get("totals");
          String good =
              command.equals("migrate")
                  ? "arrived"
                  : command.equals("check") ? "ready" : "complete";
          assertThat(totals.get(good).asLong()).as(command).isEqualTo(well);
          assertThat(totals.get("needAttention").asLong())
              .as(command)
              .isEqualTo(totals.get("mailboxes").asLong() - well);
        });
  }

  @Test
  void whatIsCertifiedAsMissingIsWhatIsMissing() {
    for (Situation each : situations.values()) {
      JsonNode certificate = ran("verify").mailbox(each.user).get("certificate");
      if (certificate.isNull() || certificate.toString().contains("\"obstacle\":\"")) {
        continue;
      }
      JsonNode totals = certificate.get("totals");
      long missing =
          Stream.of("setAside", "failed", "unaccounted", "gone")
              .mapToLong(count -> totals.get(count).asLong())
              .sum();
      if (each.expected.get(2).startsWith("complete")) {
        assertThat(missing).isZero();
      } else {
        assertThat(missing).as(each.user).isEqualTo(each.missing().size());
      }
    }
  }
}
