package org.mailcaravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.cli.ServiceAnswers.MIGRATION;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cli.client.ScriptedService;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.TestClock;
import picocli.CommandLine;

/** What the commands ask a service, and what they make of its answers; the service is played. */
@Lengthy
@Timeout(60)
class ServiceCommandsTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);

  private static final String WATCHED = "GET status?limit=1000";
  private static final String FAULT =
      "{\"code\":\"fault\",\"cause\":\"a fault, or its database is away\",\"next_step\":\"Try again.\"}";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final ScriptedService service = new ScriptedService();
  private Clock clock = NOON;
  private String typed = "";
  private char @Nullable [] asked;

  @TempDir private Path data = Path.of("");

  @BeforeEach
  void run() {
    service.in(data);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), false, 80, false);
    Launcher launcher = new Installed();
    CommandLine commandLine = MailCaravanCommand.commandLine(terminal, launcher, "", clock);
    commandLine
        .getCommandSpec()
        .addSubcommand(
            "ask-password",
            new CommandLine(
                new PasswordCommand(
                    launcher,
                    terminal,
                    new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                    words -> {
                      err.append(words);
                      return asked;
                    })));
    return commandLine.execute(arguments);
  }

  private final class Installed implements Launcher {
    @Override
    public Running start(Options options) {
      throw new AssertionError("the program was started");
    }

    @Override
    public Path dataFolder(
        @Nullable Path config, @Nullable Path given, Map<String, String> overrides) {
      return given == null ? data : given;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mailbox, 2026-11-29T12:00:01Z, ' until 12:00:01 UTC'",
    "mailbox, 2026-11-29T11:57:00Z, ''",
    "mailbox, 2026-11-29T05:44:00Z, ' due since 05:44:00 UTC'",
    "turn, 2026-11-28T05:44:00Z, ' due since 2026-11-28 05:44 UTC'"
  })
  void aWaitWhoseTimeHasPassedSaysSinceWhen(String what, String due, String words) {
    service.answer(
        "GET status",
        200,
        ServiceAnswers.status(
            ServiceAnswers.mailbox("m1/2", "ben@old.example", "queued")
                .with("waits_for", "\"" + what + "\"")
                .with("due_at", "\"" + due + "\"")
                .toString()));
    assertThat(execute("status")).as(err.toString()).isZero();
    assertThat(out.toString().lines().filter(line -> line.contains("ben@old")))
        .containsExactly("    ben@old.example" + (words.isEmpty() ? "" : " " + words));
  }

  @Test
  void statusTellsWhatRunsWhatWaitsAndWhatNeedsAPerson() {
    service.answer(
        "GET status",
        200,
        ServiceAnswers.status(ServiceAnswers.RUNS, ServiceAnswers.NEEDS, ServiceAnswers.WAITS));
    assertThat(execute("status")).as(err.toString()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            Runs now: 1 mailbox
              anna@old.example  41%  1,234 of 3,000 messages, 1.2 MiB/s, 1:20 left
            Waits: 1 mailbox
              for a retry:
                ben@old.example  until 12:30:00 UTC: the connection was lost
            Needs a person: 1 mailbox
              dora@old.example: nothing copied, 1 more problem
                login at imap.old.example: NO [AUTHENTICATIONFAILED] no \\u001B[31mred
                  To be fixed by the customer: Ask the customer for the right password.
            Migrations
              customers.csv, id m1
                copying
                running, 3 mailboxes, 1,234 of 3,000 messages, 1.2 MiB/s, 1:20 left: 1 being
                copied, 1 waiting, 1 nothing copied, 2 rows not accepted
            """);
  }

  @Test
  void statusAsksForWhatIsNamed() {
    service.answer(
        "GET status?id=m1&id=anna%40old.example",
        200, ServiceAnswers.status(ServiceAnswers.ARRIVED));
    assertThat(execute("status", "m1", "anna@old.example")).isZero();
    assertThat(out.toString()).startsWith("Runs now: nothing\nWaits: nothing\n");
  }

  @ParameterizedTest
  @CsvSource({"status, GET status", "hosts, GET hosts"})
  void jsonIsWhatTheServiceSays(String command, String line) throws IOException {
    String answer = ServiceAnswers.status(ServiceAnswers.RUNS, ServiceAnswers.NEEDS);
    service.answer(line, 200, answer);
    assertThat(execute(command, "--json")).isZero();
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(out.toString())).isEqualTo(mapper.readTree(answer));
    assertThat(out.toString()).doesNotContain("\u001b");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void watchTellsWhatChangesUntilNothingIsLeft() {
    service
        .answer(WATCHED, 200, ServiceAnswers.status(ServiceAnswers.RUNS))
        .answer(WATCHED, 200, ServiceAnswers.status(ServiceAnswers.ARRIVED));
    assertThat(execute("status", "--watch")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            12:00:00 UTC anna@old.example: 41 %, 1,234 of 3,000 messages, 1.2 MiB/s, 1:20 left
            12:00:00 UTC anna@old.example: all arrived
            """);
  }

  @Test
  void watchEndsWithThreeWhenSomethingNeedsAttention() {
    service.answer(WATCHED, 200, ServiceAnswers.status(ServiceAnswers.NEEDS));
    assertThat(execute("status", "--watch")).isEqualTo(3);
    assertThat(out.toString()).endsWith("dora@old.example: nothing copied, 2 problems\n");
  }

  @Test
  void watchEndsWithTheLastOneHoweverManyMailboxesAreLeftOut() {
    ServiceAnswers.Fields answer =
        new ServiceAnswers.Fields(ServiceAnswers.status(ServiceAnswers.NEEDS))
            .with("mailboxes_left_out", "9000");
    service
        .answer(WATCHED, 200, answer.with("under_way", "true").toString())
        .answer(WATCHED, 200, answer.with("under_way", "false").toString());
    assertThat(execute("status", "--watch")).isEqualTo(3);
    assertThat(service.lines()).containsExactly(WATCHED, WATCHED);
  }

  @Test
  void watchGoesOnWhenTheServiceFailsForAWhile() {
    service
        .answer(WATCHED, 200, ServiceAnswers.status(ServiceAnswers.RUNS))
        .answer(WATCHED, 500, FAULT)
        .answer(WATCHED, 502, "<html>Bad Gateway</html>")
        .answer(WATCHED, 200, ServiceAnswers.status(ServiceAnswers.ARRIVED));
    assertThat(execute("status", "--watch")).as(err.toString()).isZero();
    assertThat(out.toString()).endsWith("anna@old.example: all arrived\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void watchEndsWhenTheServiceFailsForAMinute() {
    clock = TestClock.ticking(NOON.instant(), Duration.ofSeconds(25));
    service
        .answer(WATCHED, 200, ServiceAnswers.status(ServiceAnswers.RUNS))
        .answer(WATCHED, 500, FAULT);
    assertThat(execute("status", "--watch")).isEqualTo(1);
    assertThat(err.toString()).contains("its database is away", "Try again.");
    assertThat(service.lines()).hasSize(4);
  }

  @Test
  void watchOfAServiceThatFailsAtFirstEndsAtOnce() {
    service.answer(WATCHED, 500, FAULT);
    assertThat(execute("status", "--watch")).isEqualTo(1);
    assertThat(service.lines()).containsExactly(WATCHED);
  }

  @Test
  void showTellsTheHistoryOfAMailbox() {
    service
        .answer(
            "GET status?id=Dora%40old.example", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer("GET mailboxes/m1%2F3", 200, ServiceAnswers.history(ServiceAnswers.NEEDS));
    assertThat(execute("show", "Dora@old.example")).as(err.toString()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            dora@old.example from imap.old.example:993
              Mailbox m1/3
              Named by m1
              State: nothing copied
              Next: It waits for the right password.
            Passes, newest first
              17 catch-up: nothing copied, began 11:00:05 UTC, took 1:00, 10 of 12 messages,
              on node-a
            Problems
              login at imap.old.example: NO no (wrong-password)
                To be fixed by the customer: Ask the customer for the right password.
            Events, oldest first
              11:01:05 UTC nothing copied: NO no (migrate-mailbox)
            """);
  }

  @Test
  void showTellsThePolicyOfAMailboxAndWhenItsNextPassIsDue() {
    ServiceAnswers.Fields history =
        new ServiceAnswers.Fields(ServiceAnswers.history(ServiceAnswers.NEEDS))
            .with("policy", "\"gold\"");
    service
        .answer(
            "GET status?id=Dora%40old.example", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer("GET mailboxes/m1%2F3", 200, history.toString())
        .answer(
            "GET mailboxes/m1%2F3",
            200, history.with("resync_at", "\"2026-11-29T15:30:00Z\"").toString());
    assertThat(execute("show", "Dora@old.example")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("\n  Policy: gold\n  Next: ");

    assertThat(execute("show", "Dora@old.example")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("\n  Policy: gold, its next catch-up pass is due at 15:30:00 UTC\n  Next: ");
  }

  /** Two migrations that name a mailbox tell of the same steps. */
  @Test
  void showTellsOfWhichMigrationAStageIs() {
    String event =
        """
        {"number":%d,"at":"2026-11-29T11:00:05Z","kind":"migration","actor":"lives",
        "migration":"%s","state":"%s","reason":"%s"}""";
    String events =
        Stream.of(
                event.formatted(1, "m1", "waiting-for-cutover", "it is copied"),
                event.formatted(2, "m2", "waiting-for-cutover", "it is copied"),
                event.formatted(3, "m1", "needs-customer", "a password is missing"),
                event.formatted(4, "m1", "cancelled", "cancelled; no more passes are due"))
            .collect(Collectors.joining(",", "[", "]"));
    ServiceAnswers.Fields history =
        new ServiceAnswers.Fields(ServiceAnswers.history(ServiceAnswers.NEEDS))
            .with("migrations", "[\"m1\",\"m2\"]")
            .with("events", events);
    service
        .answer(
            "GET status?id=Dora%40old.example", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer("GET mailboxes/m1%2F3", 200, history.toString());
    assertThat(execute("show", "Dora@old.example")).as(err.toString()).isZero();
    assertThat(out.toString().lines().dropWhile(line -> !line.startsWith("Events")).skip(1))
        .containsExactly(
            "  11:00:05 UTC migration m1, waiting for the cutover: it is copied (lives)",
            "  11:00:05 UTC migration m2, waiting for the cutover: it is copied (lives)",
            "  11:00:05 UTC migration m1, needs customer: a password is missing (lives)",
            "  11:00:05 UTC migration m1, cancelled; no more passes are due (lives)");
  }

  @Test
  void showTellsTheHistoryOfAMigration() {
    service
        .answer("GET status?id=m1", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer("GET migrations/m1", 200, ServiceAnswers.history());
    assertThat(execute("show", "m1")).as(err.toString()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            customers.csv
              Migration m1
              Opened 11:00:00 UTC
              State: running, 3 mailboxes, 1,234 of 3,000 messages, 1.2 MiB/s, 1:20 left: 1
              being copied, 1 waiting, 1 nothing copied, 2 rows not accepted
              Stage: copying since 11:05:00 UTC: first passes have begun
              Copied by about 15:30:00 UTC
              Next: It goes on by itself.
            Where the mail goes
              example.org: mail still goes to mx.old\\u001B.example, since 2026-11-28 11:00
              UTC; 3 mailboxes wait for the cutover
            Rows that were not accepted
              line 5, source_port: it is no number
              and 1 more
            Messages that are not told
              "started" of event 4 to zammad (#17): waits until 12:30:00 UTC; it is down
              "started" of event 4 to webhook: given up; it answers 404
            Events, oldest first
              2026-11-28 11:00 UTC opened (open-migration)
            The answer to its request: "mailcaravan show m1 --answer".
            """);
  }

  @Test
  void ofARemovedMigrationItsStatesAreLeftAndNoAnswer() {
    service
        .answer("GET status?id=m1", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer(
            "GET migrations/m1",
            200,
            ServiceAnswers.history()
                .replace("\"removed_at\":null", "\"removed_at\":\"2026-11-29T11:06:00Z\"")
                .replace("\"reason\":\"opened\"", "\"state\":\"opened\",\"reason\":\"\""));
    assertThat(execute("show", "m1")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("was removed 11:06:00 UTC")
        .endsWith("  2026-11-28 11:00 UTC opened (open-migration)\n");
  }

  @Test
  void showPrintsTheAnswerToTheRequestOfAMigrationOnly() {
    service
        .answer("GET status?id=m1", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer("GET migrations/m1/answer", 200, "Hello,\n\nthank you \u001b[2J for it.\n");
    assertThat(execute("show", "m1", "--answer")).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("Hello,\n\nthank you").doesNotContain("\u001b");

    service.answer("GET hosts", 200, ServiceAnswers.hosts());
    service.answer("GET status?id=imap.old.example", 200, ServiceAnswers.status(List.of()));
    assertThat(execute("show", "imap.old.example", "--answer")).isEqualTo(2);
    assertThat(err.toString()).contains("it is no migration");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--json", "--watch"})
  void whatIsMisspelledIsNotToldAsWellAndGood(String option) {
    service
        .answer("GET status?id=nobody", 200, ServiceAnswers.status(List.of()))
        .answer("GET hosts", 200, ServiceAnswers.hosts());
    String[] command =
        option.isEmpty()
            ? new String[] {"status", "nobody"}
            : new String[] {"status", option, "nobody"};
    assertThat(execute(command)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("nobody: no migration, mailbox or source server has this");
  }

  @Test
  void hostsTellHowManyMayRunAndWhy() {
    service.answer("GET hosts", 200, ServiceAnswers.hosts());
    assertThat(execute("hosts")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            Source server         Running  Allowed  Waiting
            imap.old.example:993        1        2        7
                It lets in 2 mailboxes at a time, and 4 are configured: it said: too many
                connections
            """);
  }

  @Test
  void showTellsOfASourceServerWhatHostsDo() {
    service
        .answer("GET status?id=imap.old.example", 200, ServiceAnswers.status(List.of()))
        .answer("GET hosts", 200, ServiceAnswers.hosts());
    assertThat(execute("show", "imap.old.example")).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("Source server").contains("imap.old.example:993");
  }

  @ParameterizedTest
  @CsvSource({
    "pause, '1,0,0,0', 0, 'paused'",
    "pause, '0,1,0,0', 0, 'paused; a running pass follows at the next batch'",
    "pause, '0,0,1,0', 0, 'paused already'",
    "pause, '3,2,1,0', 0, 'paused; 2 running passes follow at the next batch; 1 paused before'",
    "resume, '1,0,0,0', 0, 'resumed'",
    "resume, '0,0,1,0', 0, 'it is not paused'",
    "cancel, '1,0,0,0', 0, 'cancelled'",
    "cancel, '0,0,0,1', 3, 'nothing of it runs or waits'",
    "cancel, '1,0,0,2', 0, 'cancelled; 2 left as they are: nothing of it runs or waits'",
    "retry, '1,0,0,0', 0, 'due now'",
    "retry, '0,0,1,0', 0, 'running or due already'"
  })
  void anOrderTellsWhatItChanged(String command, String counts, int code, String words) {
    String[] numbers = counts.split(",", -1);
    service
        .answer("GET status?id=ben%40old.example", 200, ServiceAnswers.status(ServiceAnswers.WAITS))
        .answer(
            "POST mailboxes/m1%2F2/" + command,
            200,
            "{\"changed\":%s,\"under_way\":%s,\"already\":%s,\"not_possible\":%s}"
                .formatted((Object[]) numbers));
    assertThat(execute(command, "ben@old.example")).as(err.toString()).isEqualTo(code);
    assertThat(out.toString()).isEqualTo("ben@old.example: " + words + "\n");
  }

  @Test
  void anOrderMayGoToAMigrationOrAHost() {
    String none = ServiceAnswers.status(List.of());
    String changed = "{\"changed\":1,\"under_way\":0,\"already\":0,\"not_possible\":0}";
    service
        .answer("GET status?id=m1", 200, ServiceAnswers.status(ServiceAnswers.WAITS))
        .answer("GET status?id=imap.OLD.example", 200, none)
        .answer("GET hosts", 200, ServiceAnswers.hosts())
        .answer("POST migrations/m1/pause", 200, changed)
        .answer("POST hosts/imap.old.example%3A993/pause", 200, changed);
    assertThat(execute("pause", "m1", "imap.OLD.example")).as(err.toString()).isZero();
    assertThat(out.toString()).isEqualTo("customers.csv: paused\nimap.old.example:993: paused\n");
  }

  @Test
  void aMigrationIsClosedWithAYesOnly() {
    service
        .answer("GET status?id=m1", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer("GET migrations/m1", 200, ServiceAnswers.history())
        .answer(
            "GET mailboxes?migration=m1&state=copying&limit=20",
            200,
            "{\"mailboxes\":[" + ServiceAnswers.RUNS + "]}")
        .answer(
            "GET mailboxes?migration=m1&state=queued&limit=20",
            200,
            "{\"mailboxes\":[" + ServiceAnswers.WAITS + "]}")
        .answer(
            "GET mailboxes?migration=m1&state=blocked&limit=20",
            200,
            "{\"mailboxes\":[" + ServiceAnswers.NEEDS + "]}")
        .answer(
            "POST migrations/m1/close",
            200,
            "{\"changed\":1,\"under_way\":1,\"already\":0,\"not_possible\":0}");
    String missing =
        """
        customers.csv: not all has arrived of 3 mailboxes
          anna@old.example: being copied
          ben@old.example: waiting
          dora@old.example: nothing copied
          example.org: mail still goes to mx.old\\u001B.example, as of 11:50:00 UTC
          After it is closed, nobody fetches what still arrives at the old provider.
        """;
    assertThat(execute("close", "m1")).as(err.toString()).isEqualTo(3);
    assertThat(out.toString())
        .isEqualTo(
            missing
                + "Nothing is closed yet. Give the command once more with --yes: it cannot be undone.\n");
    assertThat(service.lines()).noneMatch(line -> line.startsWith("POST"));

    out.getBuffer().setLength(0);
    assertThat(execute("close", "m1", "--yes")).as(err.toString()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            missing
                + "customers.csv: closed; its passwords are purged when 1 running pass has stopped at the"
                + " next batch\n");
  }

  @Test
  void whatIsClosedAlreadyNeedsNoYes() {
    service
        .answer("GET status?id=m1", 200, ServiceAnswers.status())
        .answer(
            "GET migrations/m1",
            200,
            ServiceAnswers.history().replace("\"stage\":\"copying\"", "\"stage\":\"closed\""));
    assertThat(execute("close", "m1")).as(err.toString()).isZero();
    assertThat(out.toString()).isEqualTo("customers.csv: closed already\n");
  }

  @Test
  void onlyMigrationsAreClosed() {
    service.answer(
        "GET status?id=ben%40old.example", 200, ServiceAnswers.status(ServiceAnswers.WAITS));
    assertThat(execute("close", "ben@old.example", "--yes")).isEqualTo(2);
    assertThat(err.toString()).contains("only migrations are closed");
    assertThat(service.lines()).noneMatch(line -> line.startsWith("POST"));
  }

  @ParameterizedTest
  @CsvSource({
    "m1, migrations/m1, customers.csv, true",
    "Example.ORG, mailboxes/Example.ORG, Example.ORG, true",
    "m1/3, mailboxes/m1%2F3, dora@example.org, true",
    "m1/4, mailboxes/m1%2F4, dora@gmail.com, false"
  })
  void whoSaysThatMailComesToUsHearsWhatTheDnsSays(
      String argument, String path, String name, boolean isKnown) {
    String mailbox = ServiceAnswers.mailbox(argument, name, "copied").json();
    service
        .answer(
            "GET status?id=" + argument.replace("/", "%2F"),
            200,
            argument.equals("m1")
                ? ServiceAnswers.status(List.of(MIGRATION))
                : argument.startsWith("m1")
                    ? ServiceAnswers.status(mailbox)
                    : ServiceAnswers.status(List.of()))
        .answer(
            "GET mailboxes?domain=Example.ORG&limit=1", 200, "{\"mailboxes\":[" + mailbox + "]}")
        .answer("GET migrations/m1", 200, ServiceAnswers.history())
        .answer(
            "POST " + path + "/cutover",
            200,
            "{\"changed\":1,\"under_way\":0,\"already\":0,\"not_possible\":0}");
    if (argument.startsWith("m1/")) {
      service.answer("GET " + path, 200, ServiceAnswers.history(mailbox));
    }
    assertThat(execute("cutover", argument)).as(err.toString()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            name
                + ": final passes begin in 1 mailbox; \"mailcaravan show\" tells when they run\n"
                + (isKnown
                    ? "  example.org: mail still goes to mx.old\\u001B.example, as of 11:50:00 UTC."
                        + " We take your word for it.\n"
                    : ""));
  }

  @Test
  void aMisspelledDomainGivesNoOtherItsCutover() {
    String status = ServiceAnswers.status(List.of());
    service
        .answer("GET status?id=example.org", 200, status)
        .answer("GET status?id=exmaple.net", 200, status)
        .answer(
            "GET mailboxes?domain=example.org&limit=1",
            200,
            "{\"mailboxes\":[" + ServiceAnswers.WAITS + "]}")
        .answer("GET mailboxes?domain=exmaple.net&limit=1", 200, "{\"mailboxes\":[]}");
    assertThat(execute("cutover", "example.org", "exmaple.net")).isEqualTo(2);
    assertThat(err.toString()).contains("exmaple.net: no migration, mailbox or domain");
    assertThat(service.lines()).noneMatch(line -> line.startsWith("POST"));
  }

  @Test
  void aMisspelledArgumentChangesNothing() {
    service
        .answer("GET status?id=m1", 200, ServiceAnswers.status(List.of(MIGRATION)))
        .answer("GET status?id=m2", 200, ServiceAnswers.status(List.of()))
        .answer("GET hosts", 200, ServiceAnswers.hosts());
    assertThat(execute("cancel", "m1", "m2")).isEqualTo(2);
    assertThat(err.toString()).startsWith("m2: no migration, mailbox or source server has this");
    assertThat(service.lines()).noneMatch(line -> line.startsWith("POST"));
  }

  @Test
  void aPasswordIsAskedForTriedAndShownNowhere() {
    asked = "s3cret word".toCharArray();
    service
        .answer(
            "GET status?id=dora%40old.example", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer("PUT mailboxes/m1%2F3/password", 204, "");
    assertThat(execute("ask-password", "dora@old.example")).as(err.toString()).isZero();
    assertThat(err.toString()).isEqualTo("Password of dora@old.example at the old provider: ");
    assertThat(out.toString())
        .isEqualTo("dora@old.example: the login works, the mailbox runs next\n");
    assertThat(service.calls().get(1).body()).isEqualTo("{\"password\":\"s3cret word\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret ü ", "s3cret ü \n", "s3cret ü \r\n", "s3cret ü \nmore\n"})
  void withoutAPersonItIsTheFirstLineOfStandardInput(String input) {
    typed = input;
    service
        .answer("GET status?id=m1%2F3", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer("PUT mailboxes/m1%2F3/password", 204, "");
    assertThat(execute("ask-password", "m1/3")).as(err.toString()).isZero();
    assertThat(service.calls().get(1).body()).isEqualTo("{\"password\":\"s3cret ü \"}");
  }

  @Test
  void aRefusedPasswordIsExplained() {
    typed = "s3cret\n";
    service
        .answer("GET status?id=m1%2F3", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer(
            "PUT mailboxes/m1%2F3/password",
            422,
            "{\"code\":\"wrong-password\",\"cause\":\"the server says NO\",\"next_step\":\"Ask.\"}");
    assertThat(execute("ask-password", "m1/3")).isEqualTo(2);
    assertThat(err.toString()).contains("the server says NO", "Ask.").doesNotContain("s3cret");
  }

  @Test
  void whereOtherPasswordsAreTriedNothingWasChanged() {
    typed = "s3cret\n";
    service
        .answer("GET status?id=m1%2F3", 200, ServiceAnswers.status(ServiceAnswers.NEEDS))
        .answer(
            "PUT mailboxes/m1%2F3/password",
            503, "{\"code\":\"busy\",\"cause\":\"others are tried\",\"next_step\":\"Try again.\"}");
    assertThat(execute("ask-password", "m1/3")).as("nothing was begun").isEqualTo(2);
    assertThat(err.toString()).contains("others are tried", "Try again.");
  }

  @Test
  void noPasswordIsNone() {
    service.answer("GET status?id=m1%2F3", 200, ServiceAnswers.status(ServiceAnswers.NEEDS));
    for (String input : List.of("", "\n", "x".repeat(1001))) {
      typed = input;
      assertThat(execute("ask-password", "m1/3")).isEqualTo(2);
    }
    assertThat(service.lines()).noneMatch(line -> line.startsWith("PUT"));
  }

  private Path request(String name) throws IOException {
    return Files.writeString(data.resolve(name), "source_email\nanna@old.example\n");
  }

  @Test
  void aRequestIsGivenToTheServiceByItsPath() throws IOException {
    Path file = request("customers 1.csv");
    service.answer("POST migrations?file=" + encoded(file), 202, ServiceAnswers.ACCEPTED);
    assertThat(execute("submit", file.toString())).as(err.toString()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            Migration m1: 3 mailboxes
            Follow it with "mailcaravan status m1 --watch".
            Read the answer to it with "mailcaravan show m1 --answer".
            """);
    assertThat(service.calls().get(0).body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "422, no-file, customers.csv, text/csv",
    "422, unreadable, customers.csv, text/csv",
    "422, unreadable, customers.json, application/json",
    "403, not-local, customers.csv, text/csv"
  })
  void whereTheServiceMayNotReadItTheContentIsSent(
      int status, String code, String name, String type) throws IOException {
    Path file = request(name);
    service
        .answer(
            "POST migrations?file=" + encoded(file),
            status,
            "{\"code\":\"%s\",\"cause\":\"no\",\"next_step\":\"\"}".formatted(code))
        .answer("POST migrations?name=" + name, 202, ServiceAnswers.ACCEPTED_IN_PART);
    assertThat(execute("submit", file.toString())).isEqualTo(3);
    assertThat(out.toString())
        .isEqualTo(
            """
            Migration m1: 2 mailboxes

            Rows that were not accepted
              line 5, source_port: it is no number ("x")
                To be fixed: Give the port.
            Follow it with "mailcaravan status m1 --watch".
            Read the answer to it with "mailcaravan show m1 --answer".
            """);
    ScriptedService.Call sent = service.calls().get(1);
    assertThat(sent.type()).isEqualTo(type);
    assertThat(sent.body()).isEqualTo(Files.readString(file));
  }

  @Test
  void elsewhereTheContentIsSentToo() throws IOException {
    Path file = request("customers.csv");
    service.answer("POST migrations?name=customers.csv", 202, ServiceAnswers.ACCEPTED);
    String token = data.resolve("api.token").toString();
    assertThat(execute("submit", file.toString(), "--url", service.url(), "--token-file", token))
        .as(err.toString())
        .isZero();
    assertThat(
            execute(
                "submit", "--json", "--url", service.url(), "--token-file", token, file.toString()))
        .isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).get("id").asText()).isEqualTo("m1");
  }

  @Test
  void itsContactsAndCalendarsAreSentWithIt() throws IOException {
    Path file = request("customers.csv");
    Path contacts = Files.writeString(data.resolve("anna \"1\".vcf"), "BEGIN:VCARD\n");
    service.answer("POST migrations", 202, ServiceAnswers.ACCEPTED);
    assertThat(execute("submit", file.toString(), contacts.toString())).as(err.toString()).isZero();
    ScriptedService.Call sent = service.calls().get(0);
    assertThat(sent.type()).startsWith("multipart/form-data; boundary=form-");
    assertThat(sent.body())
        .contains(
            "name=\"request\"; filename=\"customers.csv\"\r\n\r\n"
                + Files.readString(file)
                + "\r\n",
            "name=\"file\"; filename=\"anna %221%22.vcf\"\r\n\r\nBEGIN:VCARD\n\r\n");
    assertThat(execute("submit", file.toString(), "missing.vcf")).isEqualTo(2);
    assertThat(err.toString()).contains("missing.vcf: there is no such file");
  }

  @Test
  void theTicketIsSentWithTheRequestInWhateverWayItGoes() throws IOException {
    Path file = request("customers.csv");
    Path contacts = Files.writeString(data.resolve("anna.vcf"), "BEGIN:VCARD\n");
    String refused = "{\"code\":\"unreadable\",\"cause\":\"no\",\"next_step\":\"\"}";
    service
        .answer("POST migrations?file=" + encoded(file) + "&ticket=%2312%20a", 422, refused)
        .answer("POST migrations?name=customers.csv&ticket=%2312%20a", 202, ServiceAnswers.ACCEPTED)
        .answer("POST migrations?ticket=%2312%20a", 202, ServiceAnswers.ACCEPTED);
    assertThat(execute("submit", "--ticket", "#12 a", file.toString())).as(err.toString()).isZero();
    assertThat(execute("submit", "--ticket=#12 a", file.toString(), contacts.toString()))
        .as(err.toString())
        .isZero();
    assertThat(service.calls()).hasSize(3);
  }

  @Test
  void submitWaitsForTheAnswerAndPrintsIt() throws IOException {
    Path file = request("customers.csv");
    service
        .answer("POST migrations?file=" + encoded(file), 202, ServiceAnswers.ACCEPTED)
        .answer(
            "GET migrations/m1/answer",
            404,
            "{\"code\":\"no-answer\",\"cause\":\"it is not ready\",\"next_step\":\"Wait.\"}")
        .answer("GET migrations/m1/answer", 200, "Hello,\n\nall is well.\n");
    assertThat(execute("submit", "--wait", file.toString())).as(err.toString()).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            Migration m1: 3 mailboxes
            Follow it with "mailcaravan status m1 --watch".

            Hello,

            all is well.
            """);
    assertThat(execute("submit", "--wait", "--json", file.toString())).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).get("text").asText())
        .contains("all is well");
  }

  @Test
  void aRequestThatCannotBeUsedIsExplained() throws IOException {
    Path file = request("customers.csv");
    service.answer(
        "POST migrations?file=" + encoded(file),
        422,
        """
        {"code":"other","cause":"customers.csv line 1: there is no column source_password",
        "next_step":"Add it.","problems":[{"code":"other","place":"customers.csv line 1",
        "cause":"there is no column source_password","owner":"the customer","next_step":"Add it."}]}""");
    assertThat(execute("submit", file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            """
            customers.csv line 1: there is no column source_password
              To be fixed by the customer: Add it.
            """);
    assertThat(execute("submit", data.resolve("none.csv").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("there is no such file");
  }

  private static String encoded(Path file) {
    return URLEncoder.encode(file.toString(), StandardCharsets.UTF_8).replace("+", "%20");
  }

  @ParameterizedTest
  @CsvSource({
    "'ended', '{\"copied\":1}', 0",
    "'attention', '{\"incomplete\":1}', 3",
    "'cancelled', '{\"cancelled\":1}', 3",
    "'attention', '{\"fault\":1}', 1"
  })
  void migrateFollowsTheServiceThatRunsOnItsDataFolder(String state, String mailboxes, int code)
      throws IOException {
    Path file = request("customers.csv");
    Files.writeString(data.resolve("report.txt"), "the table\n");
    String ended =
        new ServiceAnswers.Fields(MIGRATION)
            .with("state", "\"" + state + "\"")
            .with("mailboxes", mailboxes)
            .with("finished_at", "\"2026-11-29T12:01:00Z\"")
            .toString();
    service
        .answer("GET nodes", 200, "{\"nodes\":[]}")
        .answer("POST migrations?file=" + encoded(file), 202, ServiceAnswers.ACCEPTED)
        .answer("GET status?id=m1&limit=1000", 200, ServiceAnswers.status(ServiceAnswers.RUNS))
        .answer(
            "GET status?id=m1&limit=1000",
            200,
            ServiceAnswers.status(List.of(ended), ServiceAnswers.ARRIVED))
        .answer(
            "GET migrations/m1/report", 200, "{\"format\":1,\"reportFolder\":\"" + data + "\"}");
    assertThat(execute("migrate", file.toString())).as(err.toString()).isEqualTo(code);
    assertThat(out.toString()).isEqualTo("the table\n");
    assertThat(err.toString())
        .isEqualTo(
            """
            The service at %s runs it as migration m1: 3 mailboxes
            anna@old.example: 41 %%, 1,234 of 3,000 messages, 1.2 MiB/s, 1:20 left
            anna@old.example: all arrived
            """
                .formatted(service.url()));

    assertThat(execute("migrate", "--json", file.toString())).isEqualTo(code);
    assertThat(new ObjectMapper().readTree(out.toString()).get("format").asInt()).isEqualTo(1);
  }

  @Test
  void migrateGoesOnWhenTheServiceFailsForAWhileAndShowsTheHistoryWhereAnotherNodeHasTheReport()
      throws IOException {
    Path file = request("customers.csv");
    String ended =
        new ServiceAnswers.Fields(MIGRATION)
            .with("state", "\"ended\"")
            .with("finished_at", "\"2026-11-29T12:01:00Z\"")
            .toString();
    service
        .answer("GET nodes", 200, "{\"nodes\":[]}")
        .answer("POST migrations?file=" + encoded(file), 202, ServiceAnswers.ACCEPTED)
        .answer("GET status?id=m1&limit=1000", 500, FAULT)
        .answer("GET status?id=m1&limit=1000", 200, ServiceAnswers.status(List.of(ended)))
        .answer("GET migrations/m1", 500, FAULT)
        .answer("GET migrations/m1", 200, ServiceAnswers.history());
    assertThat(execute("migrate", file.toString())).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("customers.csv\n  Migration m1\n");
  }

  @Test
  void theServiceHasSettingsOfItsOwn() throws IOException {
    Path file = request("customers.csv");
    service.answer("GET nodes", 200, "{\"nodes\":[]}");
    assertThat(execute("migrate", file.toString(), "--set", "pass.mirror-deletions=true"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("--set pass.mirror-deletions: a service runs on this data folder")
        .doesNotContain("true");
    assertThat(service.lines()).containsExactly("GET nodes");
  }

  @Test
  void whereAServiceHasStoppedMigrateRunsByItself() throws IOException {
    Path file = request("customers.csv");
    service.close();
    assertThatThrownBy(() -> execute("migrate", file.toString()))
        .isInstanceOf(AssertionError.class)
        .hasMessage("the program was started");
  }

  @Test
  void aReportIsWrittenAgain() {
    service.answer("POST migrations/m1/report", 200, "{\"folder\":\"/data/reports/m1\"}");
    assertThat(execute("report", "m1")).isZero();
    assertThat(out.toString()).isEqualTo("The report is in /data/reports/m1\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "status --watch",
        "status m1 --json",
        "show m1",
        "hosts",
        "submit target/some.csv",
        "pause m1",
        "resume m1",
        "cancel m1",
        "retry m1",
        "close m1",
        "password anna@old.example",
        "report m1"
      })
  void whereNoServiceAnswersItIsFour(String command) throws IOException {
    Files.writeString(Path.of("target/some.csv"), "");
    List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ", -1)));
    arguments.addAll(List.of("--data", data.resolve("empty").toString()));
    assertThat(execute(arguments.toArray(String[]::new))).isEqualTo(4);
    assertThat(err.toString()).contains("no service runs there", "mailcaravan run --data");

    service.close();
    assertThat(execute(command.split(" ", -1))).isEqualTo(4);
    assertThat(err.toString()).contains(service.url(), "nothing answers there", "mailcaravan run");
  }

  @Test
  void anAddressNeedsTheFileOfItsToken() {
    service.answer("GET hosts", 200, ServiceAnswers.hosts());
    assertThat(execute("hosts", "--url", service.url())).isEqualTo(2);
    assertThat(err.toString()).contains("--token-file");
    String token = data.resolve("api.token").toString();
    assertThat(execute("hosts", "--url", service.url(), "--token-file", token)).isZero();
    assertThat(execute("hosts", "--url", "http://192.0.2.1", "--token-file", token)).isEqualTo(2);
    assertThat(err.toString()).contains("in plain text", "SSH tunnel");
  }

  @Test
  void helpShowsTheHelpOfACommand() {
    assertThat(execute("help", "status")).isZero();
    assertThat(out.toString()).contains("Usage: mailcaravan status", "--watch", "ID|ADDRESS");
    assertThat(execute("help")).isZero();
    assertThat(out.toString()).contains("Usage: mailcaravan", "4 no service answers");
  }
}
