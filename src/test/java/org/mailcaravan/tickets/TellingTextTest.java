package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.ProblemStatus;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.report.CustomerFile;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Forecasts;
import org.mailcaravan.store.LifeRows;
import org.mailcaravan.store.PreflightView;
import org.mailcaravan.store.Tellings.Telling;
import org.mailcaravan.store.ToldMigrations;
import org.mailcaravan.store.ToldRequests;

/** Each message, word for word, in both languages. */
class TellingTextTest {
  private static final Path TEMPLATES = Path.of("config/templates");
  private static final Instant NOW = Instant.parse("2026-11-30T02:59:00Z");

  @TempDir private Path folder = Path.of("");
  private List<CustomerFile> files = List.of();
  private Database database;

  @BeforeEach
  void open() {
    database = Database.inFolder(folder);
    LifeRows rows = new LifeRows(database);
    rows.migration("m");
    rows.mailbox("m", 1, "anna", "ENDED");
    long pass = rows.pass(rows.mailbox("m", 2, "ben", "INCOMPLETE"), "m", "ENDED", "INCOMPLETE");
    rows.problems(
        pass,
        List.of(
            new Problem(
                Where.folder("Work"),
                "messages that the old provider did not give: 3 (UID 7)",
                Owner.OLD_HOST,
                "Have the customer look at the message in the old webmail and move it by hand, or run the request again later."),
            new Problem(
                Where.MAILBOX,
                "the program ran out of memory",
                Owner.US,
                "Look into the log, report the fault, and run the request again; what has arrived will not be copied twice.")));
    int unused = rows.set("mailbox", "mail_domain = 'old.example', copied_before = true", "true");
    unused =
        database
            .jdbc()
            .sql("update migration set forecast_told = ?, stage = 'COPYING'")
            .param(Timestamp.from(Instant.parse("2026-12-03T03:00:00Z")))
            .update();
    rows.customerStep(
        "m.2",
        "m",
        new Problem(
            Where.loginAt("imap.old.example:993"),
            "the old provider refused user name or password: NO wrong",
            Owner.CUSTOMER,
            "Ask the customer for the right password, and put it into source_password. If it is right, ask whether IMAP is switched on there or an app password is needed."));
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** What answers say, in English where a request does not tell its language. */
  static AnswerText answerText(Database database, Map<Language, AnswerTemplates> words) {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    return new AnswerText(
        new ToldRequests(database),
        new PreflightView(database),
        new Forecasts(database, new HostLimits(8), 8, 1, host -> 0, null, clock, ZoneOffset.UTC),
        ZoneOffset.UTC,
        words,
        Language.ENGLISH,
        false,
        true);
  }

  @Test
  void whoIsToldThatARequestWasTakenReadsWhatIsMissing() {
    int unused =
        database
            .jdbc()
            .sql(
                "insert into rejected_row (request_id, position, line, in_column, shown, problem, remedy)"
                    + " values ('m', 0, 9, 'source_port', '99x', 'it is no number', 'Give the port.')")
            .update();
    long pass = new LifeRows(database).pass("m.1", "m", "WAITING", null);
    set("update pass set waits_for = 'PASSWORD' where id = ?", pass);
    assertThat(text(MigrationMessage.ACCEPTED, Language.ENGLISH))
        .startsWith("We move your mail\n\nHello,\n")
        .contains(
            "anna@old.example from imap.old.example to anna@new.example (its password is missing)",
            "Passwords that we still need: 1. Send us the request",
            "- Line 9, source_port (99x): it is no number. Give the port.",
            "Migration m, message 7.")
        .containsOnlyOnce("Hello");
    set("delete from migration_mailbox where migration_id = ?", "m");
    assertThat(text(MigrationMessage.ACCEPTED, Language.ENGLISH))
        .startsWith("We could not use your request\n")
        .contains("We could not use these lines.")
        .doesNotContain("0 mailboxes", "We move your mailbox");
  }

  private String text(MigrationMessage message, Language language) {
    TicketMessage written = written(message, language);
    return written.subject() + "\n\n" + written.text();
  }

  private TicketMessage written(MigrationMessage message, Language language) {
    Answers answers =
        new Answers(
            database,
            new Events(database, "here"),
            "here",
            Duration.ofMinutes(1),
            Clock.systemUTC(),
            10,
            Duration.ZERO);
    if (answers.ofRequest("m").isEmpty()) {
      answers.queue(Answers.Answer.of("m", new Caller(null, List.of(), language)));
    }
    Map<Language, AnswerTemplates> words =
        AnswerTemplates.all(TEMPLATES, Language.ENGLISH, Providers.NONE);
    return new TellingText(
            new ToldMigrations(database, false),
            answers,
            new TellingText.Words(
                TellingTemplates.all(TEMPLATES, Language.ENGLISH),
                words,
                Language.ENGLISH,
                ZoneId.of("Europe/Rome"),
                answerText(database, words)),
            new TellingText.HandOver(
                domain -> List.of(domain + ". 3600 IN MX 10 mx.new.example."),
                true,
                (domain, of) -> List.of("IMAP: mail.new.example, 993, TLS"),
                (migration, customerWords) -> files),
            Clock.fixed(NOW, ZoneOffset.UTC))
        .of(new Telling(1, 7, NOW, message, "webhook", "m", "all mail of old.example comes to us"));
  }

  @Test
  void aTicketIsClosedWithTheLastOpenMigrationThatHasIt() {
    set("update request set ticket = ?", "17");
    set("update migration set stage = 'CLOSED', closed_at = ?", Timestamp.from(NOW));
    assertThat(written(MigrationMessage.CLOSED, Language.ENGLISH).isLast()).isTrue();
    new LifeRows(database).migration("other");
    set("update request set ticket = ?", "17");
    assertThat(written(MigrationMessage.CLOSED, Language.ENGLISH).isLast()).isFalse();
    set("update request set ticket = '18' where id = ?", "other");
    assertThat(written(MigrationMessage.CLOSED, Language.ENGLISH).isLast()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void eachMessageIsAsItsCustomersReadIt(Language language) throws IOException {
    StringBuilder all = new StringBuilder();
    for (MigrationMessage message : MigrationMessage.values()) {
      all.append("===== ").append(message.id()).append("\n").append(text(message, language));
    }
    Path golden =
        Path.of("src/test/resources/org/mailcaravan/tickets/tellings." + language.word() + ".txt");
    if (Boolean.getBoolean("mailcaravan.write-docs")) {
      Files.writeString(golden, all);
    }
    assertThat(all.toString())
        .as("read it aloud; -Dmailcaravan.write-docs=true writes " + golden)
        .isEqualTo(Files.readString(golden));
  }

  @Test
  void whatIsFalseByNowIsNotTold() {
    set("update migration set forecast_told = ?", Timestamp.from(NOW));
    assertThat(text(MigrationMessage.STARTED, Language.ENGLISH))
        .doesNotContain("We expect")
        .contains("Please do not change your DNS records yet");
    set("update mailbox set cutover_at = ?", Timestamp.from(NOW));
    for (MigrationMessage message : List.of(MigrationMessage.STARTED, MigrationMessage.SLIPPED)) {
      for (Language language : Language.values()) {
        assertThat(text(message, language)).doesNotContain("DNS");
      }
    }
    assertThatThrownBy(() -> text(MigrationMessage.FIRST_PASS_DONE, Language.ENGLISH))
        .isInstanceOf(TellingText.NothingToTell.class);
    for (String over : List.of("CLOSED", "CANCELLED")) {
      set("update migration set stage = ?", over);
      for (MigrationMessage message :
          List.of(
              MigrationMessage.STARTED,
              MigrationMessage.SLIPPED,
              MigrationMessage.NEEDS_ATTENTION,
              MigrationMessage.LAPSED)) {
        assertThatThrownBy(() -> text(message, Language.ENGLISH))
            .isInstanceOf(TellingText.NothingToTell.class);
      }
      assertThat(text(MigrationMessage.COMPLETE, Language.ENGLISH)).isNotEmpty();
    }
  }

  /** A person has said that mail comes to us, or has closed the migration before it did. */
  @ParameterizedTest
  @EnumSource
  void nobodyIsToldThatMailComesToUsWhereTheDnsSaysOtherwise(Language language) {
    set("update mailbox set state = ?", "COPIED");
    set("delete from customer_step where 'x' = ?", "x");
    set(
        "insert into cutover_domain (domain, verdict, words, memory, next_look_at, since)"
            + " values (?, 'NOT_YET', 'mail still goes to mx.old.example', '', current_timestamp, current_timestamp)",
        "old.example");
    boolean isGerman = language == Language.GERMAN;
    String check =
        isGerman
            ? "Die MX-Einträge von old.example nennen nicht nur unsere Server."
            : "the MX records of old.example do not name our servers alone.";
    String record = "    old.example. 3600 IN MX 10 mx.new.example.";
    String cancel = isGerman ? "jetzt kündigen" : "You can cancel your old mailboxes now";
    String nothingArrives = isGerman ? "kommt nichts mehr an" : "no new mail arrives there";
    assertThat(text(MigrationMessage.COMPLETE, language))
        .as("closed by hand")
        .contains(check, record)
        .doesNotContain(cancel);

    set(
        "update mailbox set cutover_by = 'api', quiet_passes = 2, cutover_at = ?",
        Timestamp.from(NOW));
    assertThat(text(MigrationMessage.COMPLETE, language))
        .contains(check, record)
        .contains(isGerman ? "Wenn Ihre E-Mails zu uns kommen" : "As soon as your mail comes to us")
        .doesNotContain(cancel, nothingArrives);
    assertThat(text(MigrationMessage.CUTOVER, language))
        .contains(check, record, isGerman ? "so wurde uns gesagt" : "as we were told")
        .doesNotContain(
            isGerman
                ? "jetzt auf unsere Server umstellen"
                : "your mail programs with our servers now")
        .startsWith(isGerman ? "Bitte prüfen Sie, wohin" : "Please check where your mail goes");

    set("update mailbox set cutover_by = ?", "dns");
    assertThat(text(MigrationMessage.COMPLETE, language))
        .as("a look that shows a lapse for an hour takes the cutover back; one alone does not")
        .doesNotContain(check)
        .contains(cancel, nothingArrives);
    set("update mailbox set cutover_by = ?", "api");
    set("update cutover_domain set verdict = ?", "OURS");
    assertThat(text(MigrationMessage.COMPLETE, language)).doesNotContain(check).contains(cancel);
    assertThat(text(MigrationMessage.CUTOVER, language)).doesNotContain(check);
  }

  @Test
  void whatIsSaidOfOneDomainIsNotSaidOfTheOthers() {
    String other = new LifeRows(database).mailbox("m", 3, "carl", "COPIED");
    set("update mailbox set mail_domain = 'other.example', cutover_by = 'api' where id = ?", other);
    set("update mailbox set cutover_at = ?", Timestamp.from(NOW));
    set("update mailbox set cutover_by = ? where mail_domain = 'old.example'", "dns");
    set(
        "insert into cutover_domain (domain, verdict, words, memory, next_look_at, since)"
            + " values (?, 'NOT_YET', 'mail still goes to mx.old.example', '', current_timestamp, current_timestamp)",
        "other.example");
    assertThat(text(MigrationMessage.CUTOVER, Language.ENGLISH))
        .startsWith("Your mail now comes to us\n")
        .contains("All mail of old.example now comes to our servers.")
        .doesNotContain("other.example", "as we were told");
  }

  /** What stands in them is for the people of the hosting provider. */
  @ParameterizedTest
  @EnumSource
  void whoseMoveIsOverReadsWhatHeCanStillDo(Language language) {
    LifeRows rows = new LifeRows(database);
    long pass = rows.pass(rows.mailbox("m", 3, "carl", "BLOCKED"), "m", "ENDED", "BLOCKED");
    rows.problems(
        pass,
        List.of(
            new Problem(
                ProblemCode.NO_MAILBOX,
                Where.loginAt("mail.new.example:993"),
                "the new server refused user name or password",
                Owner.US,
                "Check that the mailbox exists, and destination_password or the destination.auth properties."),
            new Problem(
                ProblemCode.WRONG_PASSWORD,
                Where.loginAt("imap.old.example:993"),
                "the old provider refused user name or password",
                Owner.CUSTOMER,
                "Ask the customer for the right password, and put it into source_password. If it is right, ask whether IMAP is switched on there or an app password is needed.")));
    String again =
        language == Language.GERMAN
            ? "Wenn es noch umziehen soll, bringen Sie das bitte in Ordnung, und senden Sie uns einen neuen Auftrag."
            : "If you still want it to be moved, please put this right and send us a new request.";
    assertThat(text(MigrationMessage.COMPLETE, language))
        .contains(again)
        .doesNotContain("destination", "source_", "IMAP is switched on", "IMAP eingeschaltet");
    assertThat(new ToldMigrations(database, false).problems("m", 9))
        .filteredOn(problem -> problem.code().equals("no-mailbox"))
        .extracting(ProblemStatus::owner, ProblemStatus::nextStep)
        .containsExactly(
            tuple(
                "customer",
                "Create the mailbox at the new server. If it is there already, tell us."));
  }

  @Test
  void allDomainsAreCountedHoweverMany() {
    LifeRows rows = new LifeRows(database);
    for (int row = 3; row <= 152; row++) {
      String id = rows.mailbox("m", row, "user" + row, "COPIED");
      set("update mailbox set mail_domain = id || '.example' where id = ?", id);
    }
    assertThat(text(MigrationMessage.FIRST_PASS_DONE, Language.ENGLISH))
        .contains(" and 131 more now.", "The 146 other domains need the same records");
  }

  private void set(String change, Object value) {
    int unused = database.jdbc().sql(change).param(value).update();
  }

  @Test
  void aFolderOfOwnTemplatesThatLacksThemIsToldAtTheStart() throws IOException {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.copy(
        TEMPLATES.resolve("telling.en.txt.mustache"), own.resolve("telling.en.txt.mustache"));
    assertThatThrownBy(() -> TellingTemplates.all(own, Language.ENGLISH))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("telling.en.html.mustache")
        .hasMessageContaining("restore the one that came with the program");
  }
}
