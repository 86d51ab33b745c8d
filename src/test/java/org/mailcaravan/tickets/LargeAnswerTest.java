package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Channel;
import org.mailcaravan.model.DroppedFile;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Forecasts;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.PreflightView;
import org.mailcaravan.store.ToldRequests;

class LargeAnswerTest {
  private static final int MAILBOXES = 10_000;

  /** Its password is the only one that is missing. */
  private static final int WITHOUT_PASSWORD = 9_000;

  private static RequestRow row(int number) {
    String address = "user" + number + "@old.example";
    return new RequestRow(
        number,
        number,
        address,
        Secret.of(number == WITHOUT_PASSWORD ? "" : "x"),
        new Server("imap.old.example", 993, Security.TLS),
        address,
        address,
        null,
        null,
        null,
        RowOptions.NONE);
  }

  @Test
  void aRequestOfTenThousandMailboxesNamesSomeAndCountsTheOthers() {
    try (Database database =
        Database.open(
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", Secret.of(""))) {
      Clock clock = Clock.systemUTC();
      String id =
          new Migrations(
                  database,
                  new Events(database, "one"),
                  new Origin("one", false, Duration.ofDays(1)),
                  clock)
              .open(
                  new Request(
                      Channel.API,
                      "large.csv",
                      IntStream.rangeClosed(1, MAILBOXES).mapToObj(LargeAnswerTest::row).toList(),
                      IntStream.rangeClosed(1, 1_500)
                          .mapToObj(
                              line -> new RowProblem(line, "source_email", "", "is empty", ""))
                          .toList(),
                      RequestReading.UNKNOWN))
              .id();
      AnswerText text =
          new AnswerText(
              new ToldRequests(database),
              new PreflightView(database),
              new Forecasts(
                  database, new HostLimits(8), 8, 1, host -> 0, null, clock, ZoneOffset.UTC),
              ZoneOffset.UTC,
              AnswerTemplates.all(Path.of("config/templates"), Language.GERMAN, Providers.NONE),
              Language.GERMAN,
              false,
              true);

      int looks =
          database
              .jdbc()
              .sql(
                  "insert into preflight (migration_id, mailbox_id, state, due_at, until_at, host, created_at, bytes)"
                      + " select migration_id, mailbox_id, 'ENDED', current_timestamp, current_timestamp,"
                      + " 'imap.old.example:993', current_timestamp, 7 from migration_mailbox where row_number = 1")
              .update();

      String told = text.plain(Answers.Answer.of(id, new Caller(null, List.of(), null)), null);

      assertThat(
              database
                  .jdbc()
                  .sql("select count(*) from migration where forecast_told is not null")
                  .query(Integer.class)
                  .single())
          .as("a slip is reckoned from what is told here")
          .isEqualTo(looks);
      assertThat(told)
          .contains("Wir ziehen 10.000 Ihrer Postfächer um:", "und noch 9.900", "und noch 1.400")
          .contains("Passwörter, die uns noch fehlen: 1.")
          .contains("- user1@old.example von", "- user99@old.example von")
          .doesNotContain("user100@");
      assertThat(told.lines().filter(line -> line.contains("@old.example")).findFirst())
          .as("what waits for the customer comes first")
          .hasValueSatisfying(
              line -> assertThat(line).contains("user9000@old.example", "das Passwort fehlt noch"));
      assertThat(told.length()).isLessThan(40_000);

      refuseLast(database, id, 150);
      Answers.Answer second =
          new Answers.Answer("2", id, new DroppedFile("a.txt", null), List.of(), true);
      String later = text.plain(second, Language.ENGLISH);
      assertThat(later)
          .contains("Since our last answer we have found something that we cannot fix without you:")
          .contains("- user9851@old.example from", "  - wrong. Correct the password.")
          .contains("and 50 more")
          .doesNotContain("Thank you", "user1@", "user9951@", "password is missing", "DNS");

      int unused = database.jdbc().sql("delete from customer_step").update();
      assertThatIllegalStateException().isThrownBy(() -> text.plain(second, Language.ENGLISH));
    }
  }

  /** The old provider refuses the passwords of the last mailboxes, as the second answer tells. */
  private static void refuseLast(Database database, String migration, int mailboxes) {
    int unused =
        database
            .jdbc()
            .sql(
                "insert into customer_step (mailbox_id, migration_id, code, problem, by_pass, told_by)"
                    + " select mailbox_id, migration_id, 'WRONG_PASSWORD', ?, false, '2'"
                    + " from migration_mailbox where migration_id = ? and row_number > ?")
            .params(
                """
                {"code":"WRONG_PASSWORD","place":{"kind":"words","words":"login"},"cause":"wrong",\
                "owner":"CUSTOMER","nextStep":"Correct the password."}""",
                migration,
                MAILBOXES - mailboxes)
            .update();
  }
}
