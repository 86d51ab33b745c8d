package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Control;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Window;

/** On H2; {@code PostgresTimeWindowsTest} runs all of it on PostgreSQL. */
class TimeWindowsTest {
  private Database database;
  private PassRows rows;
  private Claims claims;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new PassRows(database);
    claims = new Claims(database, "one", Duration.ofMinutes(1), new HostLimits(9));
    rows.migration("m1");
    rows.host("imap.old.example", 9);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  /** A window that is open from so many minutes from now, for an hour. */
  private static Window opening(int minutes) {
    ZonedDateTime from = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(minutes);
    ZonedDateTime until = from.plusHours(1);
    return Window.parse(
        "%02d:%02d-%02d:%02d"
            .formatted(from.getHour(), from.getMinute(), until.getHour(), until.getMinute()),
        ZoneOffset.UTC);
  }

  private String mailbox(int row, @Nullable Window window) {
    String id = rows.due("m1", row, "imap.old.example", "m" + row + "@new.example");
    if (window != null) {
      int unused =
          rows.update("update mailbox set time_window = ? where id = ?", window.toString(), id);
      TimeWindows.store(database, List.of(window));
    }
    return id;
  }

  private TimeWindows begin(@Nullable Window standard) {
    TimeWindows windows = new TimeWindows(database, standard);
    windows.begin();
    return windows;
  }

  private Optional<String> next() {
    return claims.next().map(claim -> claim.mailbox().id());
  }

  private String waitsFor(String mailbox) {
    return rows.ask(String.class, "select waits_for from pass where mailbox_id = ?", mailbox);
  }

  private Instant due(String mailbox) {
    return database
        .jdbc()
        .sql("select due_at from pass where mailbox_id = ?")
        .param(mailbox)
        .query((row, number) -> Times.present(row, "due_at"))
        .single();
  }

  @Test
  void claimsPassesOnlyWhileTheirWindowIsOpen() {
    String closed = mailbox(1, opening(30));
    String open = mailbox(2, opening(-30));
    String any = mailbox(3, null);
    TimeWindows windows = begin(null);
    assertThat(List.of(next(), next(), next()))
        .containsExactlyInAnyOrder(Optional.of(open), Optional.of(any), Optional.empty());
    assertThat(waitsFor(closed)).isEqualTo("WINDOW");
    assertThat(due(closed))
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(28)), Instant.now().plus(Duration.ofMinutes(31)));

    // It opens.
    int unused =
        rows.update(
            "update time_window set opens_at = current_timestamp - interval '1' minute,"
                + " closes_at = current_timestamp + interval '2' day where opens_at > current_timestamp");
    int due = rows.update("update pass set due_at = current_timestamp where state = 'WAITING'");
    windows.turn();
    assertThat(due).isEqualTo(1);
    assertThat(next()).contains(closed);
  }

  @Test
  void claimsNothingInAClosedWindowBeforeItWasTurnedOn() {
    mailbox(1, opening(-30));
    int unused =
        rows.update("update time_window set closes_at = current_timestamp - interval '1' second");
    assertThat(next()).isEmpty();
    begin(null);
    assertThat(next()).isPresent();
  }

  @Test
  void tellsPassesThatRunWhenTheirWindowCloses() {
    mailbox(1, opening(-30));
    Claim claim = claims.next().orElseThrow();
    assertThat(claims.renew(Map.of()).get(0).control()).isNull();
    int closed =
        rows.update("update time_window set closes_at = current_timestamp - interval '1' second");
    assertThat(closed).isEqualTo(1);
    assertThat(claims.renew(Map.of()).get(0).control()).isEqualTo(Control.WINDOW);
    // What a person wants comes first.
    int cancelled = rows.update("update pass set control = 'CANCEL'");
    assertThat(cancelled).isEqualTo(1);
    assertThat(claims.renew(Map.of()).get(0).control()).isEqualTo(Control.CANCEL);
    int told = rows.update("update pass set control = null");
    assertThat(told).isEqualTo(1);
    assertThat(
            claims.giveBack(
                claim, Duration.ZERO, WaitsFor.WINDOW, "its window has closed", PassProgress.NONE))
        .isTrue();
    assertThat(next()).isEmpty();
  }

  @Test
  void theWindowOfTheConfigurationHoldsWhereARequestNamesNone() {
    String usual = mailbox(1, null);
    String own = mailbox(2, opening(-20));
    begin(opening(30));
    assertThat(next()).contains(own);
    assertThat(next()).isEmpty();
    assertThat(waitsFor(usual)).isEqualTo("WINDOW");
    // Without it after the next start.
    begin(null);
    int unused = rows.update("update pass set due_at = current_timestamp where state = 'WAITING'");
    assertThat(next()).contains(usual);
  }

  @Test
  void aWindowThatIsOverGoesOnToItsNextTime() {
    Window window = opening(-120);
    mailbox(1, window);
    int unused =
        rows.update(
            "update time_window set opens_at = opens_at - interval '1' day, closes_at = closes_at - interval"
                + " '1' day");
    begin(null);
    Instant opens =
        database
            .jdbc()
            .sql("select opens_at from time_window")
            .query((row, number) -> Times.present(row, "opens_at"))
            .single();
    assertThat(opens)
        .isEqualTo(window.next(Instant.now()).opens())
        .isAfter(Instant.now().plus(20, ChronoUnit.HOURS));
  }

  @Test
  void aPassGoesByTheNextTimeOfAWindowThatNoneHasNeededForLong() {
    String mailbox = mailbox(1, opening(-30));
    TimeWindows windows = begin(null);
    int unused = rows.update("update pass set state = 'ENDED', outcome = 'COPIED'");
    unused =
        rows.update(
            "update time_window set opens_at = opens_at - interval '7' day, closes_at = closes_at - interval"
                + " '7' day");
    Overview overview = new Overview(database, Duration.ofMinutes(1));
    unused = rows.update("update pass set state = 'WAITING', waits_for = 'TURN', outcome = null");
    assertThat(overview.mailbox(mailbox).orElseThrow().mailbox().reason())
        .as("no time that has passed")
        .isEqualTo("its window is closed");
    unused = rows.update("update pass set state = 'ENDED', outcome = 'COPIED'");
    windows.turn();
    unused = rows.update("update pass set state = 'WAITING', waits_for = 'TURN', outcome = null");
    assertThat(next()).contains(mailbox);
  }

  @Test
  void aWindowThatNeverClosesStopsNothing() {
    mailbox(1, Window.parse("Mon-Sun", ZoneOffset.UTC));
    Claim claim = claims.next().orElseThrow();
    int soon =
        rows.update("update time_window set closes_at = current_timestamp + interval '1' hour");
    assertThat(soon).isEqualTo(1);
    begin(null);
    assertThat(
            rows.ask(
                Integer.class,
                "select count(*) from time_window where closes_at > current_timestamp + interval '10' day"))
        .isEqualTo(1);
    assertThat(claims.renew(Map.of()).get(0).fence()).isEqualTo(claim.fence());
  }

  @Test
  void aWindowThatCannotBeReadKeepsNoOtherFromOpening() {
    mailbox(1, opening(-30));
    int unread =
        rows.update(
                "update time_window set text = 'Mon-Fri; Europe/Atlantis', closes_at = opens_at")
            + rows.update("update mailbox set time_window = 'Mon-Fri; Europe/Atlantis'");
    assertThat(unread).isEqualTo(2);
    String good = mailbox(2, opening(-40));
    int over = rows.update("update time_window set closes_at = opens_at");
    assertThat(over).isEqualTo(2);
    begin(null);
    assertThat(next()).contains(good);
    assertThat(next()).isEmpty();
  }

  @Test
  void aCommandRunsItsPassesAtOnce() {
    String mailbox = mailbox(1, opening(30));
    int unused = rows.update("update pass set only_node = 'one'");
    begin(opening(30));
    Claim claim = claims.next().orElseThrow();
    assertThat(claim.mailbox().id()).isEqualTo(mailbox);
    assertThat(claims.renew(Map.of()).get(0).control()).isNull();
  }

  @Test
  void aThousandPassesWaitForAWindowByAFewStatements() {
    database.inTransaction(
        () -> {
          for (int row = 1; row <= 1000; row++) {
            mailbox(row, null);
          }
        });
    TimeWindows windows = begin(opening(30));
    int due = rows.update("update pass set due_at = current_timestamp");
    assertThat(due).isEqualTo(1000);
    // Which windows there are, which INBOX is due again, and which passes wait.
    assertThat(CountedStatements.of(windows::turn)).hasSize(3);
    assertThat(rows.ask(Integer.class, "select count(*) from pass where waits_for = 'WINDOW'"))
        .isEqualTo(1000);
  }
}
