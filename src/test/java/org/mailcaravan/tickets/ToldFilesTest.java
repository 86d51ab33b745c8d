package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.intake.AnswerFiles;
import org.mailcaravan.model.DroppedFile;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.LifeRows;
import org.mailcaravan.store.Receiver;
import org.mailcaravan.store.Tellings;
import org.mailcaravan.store.Tellings.Telling;

/** What is told in {@code NAME.told.txt} when the program is killed on the way. */
class ToldFilesTest {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Receiver DROP =
      new Receiver("drop", EnumSet.allOf(MigrationMessage.class), Receiver.Reach.BY_FILE);

  @TempDir private Path folder = Path.of("");
  private final Database database = Database.forThisRun();
  private final Events events = new Events(database, "one");
  private final Answers answers =
      new Answers(database, events, "one", LEASE, Clock.systemUTC(), 10, Duration.ZERO);

  @BeforeEach
  void dropAFile() throws IOException {
    Files.createDirectory(folder.resolve("done"));
    new LifeRows(database).migration("m");
    answers.queue(Answers.Answer.of("m", new DroppedFile("done/list.csv.answer.txt", null)));
    int unused = database.jdbc().sql("update answer set sent_at = current_timestamp").update();
    for (String state : List.of("OPENED", "COPYING", "COMPLETE")) {
      events.add("migration", "test", "m", null, null, null, state, "as " + state);
    }
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  /** As the program is after each start. */
  private Tellings start() {
    Tellings tellings =
        new Tellings(database, events, "one", LEASE, List.of(DROP), 20, Clock.systemUTC());
    tellings.recover();
    tellings.turn();
    return tellings;
  }

  private static Telling next(Tellings tellings) {
    return tellings.take(tellings.due("drop").get(0)).orElseThrow();
  }

  private void write(Telling telling) throws NotTaken {
    new TellingFiles(answers, ZoneOffset.UTC, new AnswerFiles(folder)::add)
        .tell(
            new TicketMessage(
                telling.event(),
                telling.at(),
                telling.message().id(),
                "drop",
                "m",
                "list.csv",
                "",
                "copying",
                1,
                List.of(),
                telling.reason(),
                "en",
                "About " + telling.message().id(),
                "Hello,\n\nit is " + telling.message().id() + ".\n",
                "",
                false,
                false,
                false,
                List.of()));
  }

  private String told() throws IOException {
    return Files.readString(folder.resolve("done/list.csv.told.txt"));
  }

  @Test
  void aKillBetweenTheFileAndItsMarkDoublesNothingAndOneBeforeTheFileLosesNothing()
      throws Exception {
    write(next(start()));
    String first = told();
    assertThat(first).startsWith("--- ").contains("it is accepted.");

    Tellings again = start();
    Telling same = next(again);
    write(same);
    again.sent(same);
    assertThat(told()).isEqualTo(first);

    assertThat(next(again).message()).isEqualTo(MigrationMessage.STARTED);

    Tellings last = start();
    for (MigrationMessage message : List.of(MigrationMessage.STARTED, MigrationMessage.COMPLETE)) {
      Telling telling = next(last);
      assertThat(telling.message()).isEqualTo(message);
      write(telling);
      last.sent(telling);
    }
    assertThat(last.due("drop")).isEmpty();
    assertThat(told()).startsWith(first);
    assertThat(told().lines().filter(line -> line.startsWith("it is ")))
        .containsExactly("it is accepted.", "it is started.", "it is complete.");
  }
}
