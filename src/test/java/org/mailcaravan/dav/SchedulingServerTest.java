package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.dav.ScriptedDavServer.Request;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;

/** Servers that mail people when an event is stored or changed; what they send is counted. */
class SchedulingServerTest {
  private static final String CY =
      "ATTENDEE;CN=\"Cy; x\";PARTSTAT=ACCEPTED:mailto:cy@example.org\n";
  private static final String PEOPLE = "ORGANIZER;CN=Bo:mailto:bo@example.org\n" + CY;

  private final Path file;
  private final Importing importing = new Importing();
  private final Calendar calendar = new Calendar();
  private final ScriptedDavServer server = ScriptedDavServer.start(calendar::answer);

  SchedulingServerTest(@TempDir Path folder) {
    file = folder.resolve("work.ics");
  }

  /** How a server treats an event with attendees. */
  private enum Kind {
    STORES_ONLY,
    SCHEDULES,
    ZIMBRA,
    ZIMBRA_BEHIND_A_LOGIN
  }

  /** A calendar that mails people, and keeps account of whom. */
  private static final class Calendar {
    final FakeAddressBook stored = new FakeAddressBook();
    final List<String> mailed = new ArrayList<>();
    Kind kind = Kind.SCHEDULES;

    Answer answer(Request request) {
      boolean known = request.headers().containsKey("Authorization");
      if (request.method().equals("OPTIONS")) {
        return switch (kind) {
          case STORES_ONLY -> Answer.of(200, "DAV", "1, 3, calendar-access");
          case SCHEDULES -> Answer.of(200, "DAV", "1, 3, calendar-access, calendar-auto-schedule");
          case ZIMBRA ->
              new Answer(
                  200, Map.of("DAV", "1, 2, calendar-auto-schedule", "Server", "Zimbra/8.8"), "");
          case ZIMBRA_BEHIND_A_LOGIN ->
              known
                  ? Answer.of(200, "DAV", "1, 2, 3, calendar-access, calendar-auto-schedule")
                  : Answer.of(401, "WWW-Authenticate", "BASIC realm=\"Zimbra\"");
        };
      }
      String before = stored.cards.get(request.path());
      Answer answer = stored.apply(request);
      if (request.method().equals("PUT") && answer.status() < 300 && kind != Kind.STORES_ONLY) {
        mail(before);
        mail(request.body());
      }
      return answer.body().contains("addressbook")
          ? Answer.of(
              answer.status(),
              answer
                  .body()
                  .replace(DavXml.CARDDAV, "urn:ietf:params:xml:ns:caldav")
                  .replace("addressbook", "calendar"))
          : answer;
    }

    private void mail(@Nullable String event) {
      if (event != null) {
        String outer =
            event.replaceAll("\r\n ", "").replaceAll("(?s)BEGIN:VALARM.*?END:VALARM", "");
        outer
            .lines()
            .filter(line -> line.startsWith("ORGANIZER") || line.startsWith("ATTENDEE"))
            .filter(
                line ->
                    kind != Kind.SCHEDULES
                        || !line.matches(".*;SCHEDULE-AGENT=(CLIENT|NONE)[;:].*"))
            .forEach(mailed::add);
      }
    }
  }

  private static final String LEFT_TO_CLIENT =
      "ATTENDEE;CN=\"Cy; x\";PARTSTAT=ACCEPTED;SCHEDULE-AGENT=CLIENT:mailto:cy@";

  private static String event(String uid, String... lines) {
    return "BEGIN:VEVENT\nUID:%s@calendars.example.org\n%sEND:VEVENT\n"
        .formatted(uid, String.join("", lines));
  }

  private ImportResult importing(Set<String> allowed, String... events) throws IOException {
    Files.writeString(
        file, "BEGIN:VCALENDAR\nVERSION:2.0\n" + String.join("", events) + "END:VCALENDAR\n");
    return importing
        .oneByOne(allowed)
        .importFiles(
            Groupware.CALENDARS,
            new GroupwareSource.Exported(List.of(file)),
            account(),
            null,
            () -> {})
        .get(0);
  }

  private DavAccount account() {
    return Importing.account(server.uri("/ann/calendar/"), true, "ann", "secret");
  }

  @Test
  void nobodyIsMailedByAServerThatSchedulesWhateverTheExportSaysOfIt() throws IOException {
    ImportResult result =
        importing(
            Set.of(),
            event("plain", PEOPLE),
            event("server", CY.replace(";CN", ";schedule-agent=SERVER;CN")),
            event("none", CY.replace(";CN", ";SCHEDULE-AGENT=NONE;CN")),
            event("forced", CY.replace(";CN", ";SCHEDULE-FORCE-SEND=REQUEST;CN")),
            event("quotedAgent", CY.replace(";CN", ";SCHEDULE-AGENT=\"SERVER\";CN")),
            event("quotedForce", CY.replace(";CN", ";SCHEDULE-FORCE-SEND=\"REQUEST\";CN")),
            event("odd", CY.replace(";CN", ";SCHEDULE-AGENT=\"x:y;z\";CN")),
            event("bare", CY.replace(";CN", ";SCHEDULE-AGENT;CN")),
            event("twice", CY.replace(";CN", ";SCHEDULE-AGENT=NONE;SCHEDULE-AGENT=SERVER;CN")),
            event("quoted", CY.replace("Cy; x", ";SCHEDULE-AGENT=CLIENT;X=1:")),
            event("long", CY.replace("Cy; x", "Ä".repeat(80))),
            event("series", PEOPLE, "RRULE:FREQ=DAILY\n"),
            event("series", PEOPLE, "RECURRENCE-ID:20240102T100000Z\n"),
            event("task", PEOPLE).replace("VEVENT", "VTODO"),
            event("alarm", "BEGIN:VALARM\nACTION:EMAIL\n" + CY + "END:VALARM\n"),
            event("alone", "SUMMARY:x\n"));

    assertThat(Importing.counts(result)).isEqualTo(Importing.imported(15, 0));
    assertThat(calendar.mailed).isEmpty();
    assertThat(result.notes())
        .singleElement()
        .asString()
        .startsWith("work.ics: 13 with attendees: SCHEDULE-AGENT=CLIENT was added");
    assertThat(stored("none")).contains("SCHEDULE-AGENT=NONE").doesNotContain("CLIENT");
    for (String uid : List.of("plain", "quotedAgent", "quotedForce", "odd", "bare", "twice")) {
      assertThat(stored(uid)).contains(LEFT_TO_CLIENT);
    }
    assertThat(stored("alarm")).doesNotContain("SCHEDULE-AGENT");
  }

  private String stored(String uid) {
    return calendar.stored.cards.entrySet().stream()
        .filter(each -> each.getKey().contains("/" + uid + "@"))
        .findFirst()
        .orElseThrow()
        .getValue()
        .replace("\r\n ", "");
  }

  @Test
  void whatWasAddedIsNoChangeByTheUserAndANewerRevisionMailsNobody() throws IOException {
    importing(Set.of(), event("a", PEOPLE, "SEQUENCE:1\n"));
    ImportResult again = importing(Set.of(), event("a", PEOPLE, "SEQUENCE:1\n"));
    ImportResult newer = importing(Set.of(), event("a", PEOPLE, "SEQUENCE:2\nSUMMARY:Later\n"));

    assertThat(Importing.counts(again)).isEqualTo(Importing.imported(0, 1));
    assertThat(newer.updated()).isEqualTo(1);
    assertThat(calendar.mailed).isEmpty();
  }

  @Test
  void aCopyThatIsLeftToTheServerIsNotReplaced() throws IOException {
    calendar.kind = Kind.STORES_ONLY;
    importing(Set.of(), event("a", PEOPLE, "SEQUENCE:1\n"));
    assertThat(stored("a")).doesNotContain("SCHEDULE-AGENT");
    calendar.kind = Kind.SCHEDULES;
    ImportResult newer = importing(Set.of(), event("a", "SEQUENCE:2\nSUMMARY:Later\n"));

    assertThat(newer.kept()).isEqualTo(1);
    assertThat(newer.notes().toString()).contains("tell its attendees of the change");
    assertThat(calendar.mailed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIMBRA", "ZIMBRA_BEHIND_A_LOGIN"})
  void aServerThatHeedsNothingGetsOnlyWhatHasNoAttendees(Kind kind) throws IOException {
    calendar.kind = kind;
    ImportResult result = importing(Set.of(), event("a", PEOPLE), event("b", "SUMMARY:x\n"));

    assertThat(result.imported()).isEqualTo(1);
    assertThat(result.refused())
        .singleElement()
        .asString()
        .contains("mails invitations", "dav.allow-scheduling-server");
    assertThat(calendar.mailed).isEmpty();
    assertThat(importing(Set.of("127.0.0.1"), event("a", PEOPLE)).imported()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"STORES_ONLY, nothing", "SCHEDULES, SCHEDULE-AGENT", "ZIMBRA, Zimbra"})
  void theCheckWarns(Kind kind, String words) {
    calendar.kind = kind;
    assertThat(importing.oneByOne().warning(account()).orElse("nothing")).contains(words);
  }

  @AfterEach
  void close() {
    server.close();
    importing.close();
  }
}
