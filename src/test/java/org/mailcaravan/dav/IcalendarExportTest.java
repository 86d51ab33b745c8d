package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Problem;

class IcalendarExportTest {
  private final Path folder;

  IcalendarExportTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static final String BERLIN =
      """
      BEGIN:VTIMEZONE
      TZID:Europe/Berlin
      BEGIN:STANDARD
      DTSTART:19961027T030000
      RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
      TZOFFSETFROM:+0200
      TZOFFSETTO:+0100
      END:STANDARD
      END:VTIMEZONE
      """;

  @Test
  void keepsExceptionsWithTheirEventAndLeavesOutWhatIsNotReferredTo() {
    Collected found =
        Collected.events(
            folder,
            """
            BEGIN:VCALENDAR
            PRODID:-//Google Inc//Google Calendar 70.9054//EN
            VERSION:2.0
            CALSCALE:GREGORIAN
            METHOD:PUBLISH
            X-WR-CALNAME:Ann
            BEGIN:VEVENT
            UID:weekly@google.com
            DTSTART;TZID=Europe/Berlin:20240101T100000
            RRULE:FREQ=WEEKLY
            SUMMARY:Weekly
            END:VEVENT
            BEGIN:VEVENT
            UID:once@google.com
            DTSTART;VALUE=DATE:20240102
            SUMMARY:Once
            END:VEVENT
            BEGIN:VEVENT
            UID:weekly@google.com
            RECURRENCE-ID;TZID=Europe/Berlin:20240108T100000
            DTSTART;TZID="Custom; Zone":20240108T120000
            SUMMARY:Weekly but later
            END:VEVENT
            %sBEGIN:VTIMEZONE
            TZID:Custom; Zone
            END:VTIMEZONE
            BEGIN:VTIMEZONE
            TZID:Asia/Tokyo
            END:VTIMEZONE
            END:VCALENDAR
            """
                .formatted(BERLIN));

    assertThat(found.problems).isEmpty();
    assertThat(found.uids()).containsExactly("weekly@google.com", "once@google.com");
    String weekly = found.content("weekly@google.com");
    assertThat(weekly)
        .containsSubsequence(
            "BEGIN:VCALENDAR\r\n",
            "PRODID:-//Google Inc",
            "X-WR-CALNAME:Ann",
            "BEGIN:VTIMEZONE",
            "BEGIN:VTIMEZONE",
            "SUMMARY:Weekly\r\n",
            "RECURRENCE-ID",
            "END:VCALENDAR\r\n")
        .contains("TZID:Europe/Berlin", "TZID:Custom; Zone")
        .doesNotContain("METHOD", "Tokyo", "Once");
    assertThat(found.content("once@google.com")).doesNotContain("VTIMEZONE", "Weekly");
  }

  @Test
  void changesNothingButWhatItMust() {
    String event =
        """
        BEGIN:VEVENT
        UID:{A1B2}
        DTSTART;TZID=W. Europe Standard Time:20240101T100000
        X-MICROSOFT-CDO-BUSYSTATUS:BUSY
        DESCRIPTION;ALTREP="data:text/html,%3Cb%3E":a very long line that Outlook
         \tfolds with a tab\\n
        \tand goes on
        X-ALT-DESC;FMTTYPE=text/html:<html>: ; ,
        BEGIN:VALARM
        UID:alarm-uid
        X-WR-ALARMUID:alarm-uid
        TRIGGER:-PT15M
        ACTION:DISPLAY
        END:VALARM
        END:VEVENT
        """;
    Collected found =
        Collected.events(
            folder, "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n" + event + "END:VCALENDAR\n");

    assertThat(found.uids()).containsExactly("{A1B2}");
    assertThat(found.content("{A1B2}"))
        .isEqualTo(
            ("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n" + event + "END:VCALENDAR\n")
                .replace("\n", "\r\n"));
  }

  @Test
  void addsWhatACalendarMustHave() {
    Collected found =
        Collected.events(
            folder,
            """
            BEGIN:VCALENDAR
            BEGIN:VTODO
            DTSTAMP:20240101T000000Z
            SUMMARY:No UID here
            BEGIN:VALARM
            UID:not-mine
            END:VALARM
            END:VTODO
            END:VCALENDAR
            """);

    assertThat(found.uids().get(0)).startsWith("mailcaravan-");
    assertThat(found.resources.get(0).content())
        .containsSubsequence(
            "VERSION:2.0\r\n",
            "PRODID:",
            "BEGIN:VTODO\r\nUID:" + found.uids().get(0) + "\r\nDTSTAMP");
  }

  @Test
  void derivesTheSameUidFromTheSameContentWhateverTheExportAdds() {
    String event =
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTAMP:%s\nDTSTART:20240101\nEND:VEVENT\nEND:VCALENDAR\n";
    String first = Collected.events(folder, event.formatted("20240101T000000Z")).uids().get(0);
    String again = Collected.events(folder, event.formatted("20250101T000000Z")).uids().get(0);
    String other = Collected.events(folder, event.replace("0101\nEND", "0102\nEND")).uids().get(0);

    assertThat(again).isEqualTo(first).isNotEqualTo(other);
  }

  @Test
  void aBrokenEventDoesNotHarmItsNeighbours() {
    Collected found =
        Collected.events(
            folder,
            """
            BEGIN:VCALENDAR
            VERSION:2.0
            BEGIN:VEVENT
            UID:first
            END:VEVENT
            BEGIN:VEVENT
            UID:not-closed
            BEGIN:VEVENT
            UID:second
            END:VEVENT
            BEGIN:VEVENT
            UID:alarm-not-closed
            BEGIN:VALARM
            END:VEVENT
            BEGIN:VEVENT
            UID:stray-end
            END:VALARM
            END:VEVENT
            END:VALARM
            BEGIN:VJOURNAL
            UID:third
            END:VJOURNAL
            BEGIN:VEVENT
            UID:ended-by-calendar
            END:VCALENDAR
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            UID:fourth
            END:VEVENT
            BEGIN:VEVENT
            UID:cut-off
            """);

    assertThat(found.uids()).containsExactly("first", "second", "third", "fourth");
    assertThat(found.places())
        .containsExactly(
            "calendar.ics line 6",
            "calendar.ics line 11",
            "calendar.ics line 15",
            "calendar.ics line 23",
            "calendar.ics line 30");
  }

  /** What stands between two events, and how often it is told as a problem and as a note. */
  @ParameterizedTest
  @CsvSource({
    "this line has no colon, 0, 1",
    "'two lines\nof prose, with: colon', 0, 1",
    "' it continues nothing', 0, 1",
    "'\t', 0, 1",
    "SUMMARY:Lost, 1, 0",
    "'UID:lost\nDTSTART:20240101\nSUMMARY:Lost\nEND:VEVENT', 1, 0",
    "END:VEVENT, 0, 1",
    "'X-GOOD:1\nX-BAD;CN=\"a:b', 0, 1",
    "'junk\nX-GOOD:1\njunk', 0, 2",
    "VERSION:2.0, 0, 0",
    "VERSION:9.7, 0, 0",
    "PRODID:-//Another//EN, 0, 0",
    "'PRODID:', 0, 0",
    "STATUS:CONFIRMED, 0, 1",
    ":, 0, 1",
    ";;;:::, 0, 1",
    "<html><body>Busy</body></html>, 0, 1",
    "'\uFEFF', 0, 0",
    "'END:VCALENDAR\njunk\nBEGIN:VCALENDAR\nPRODID:-//Another//EN', 0, 1",
    "'BEGIN:VEVENT\nUID:open', 1, 0",
    "'BEGIN:', 1, 0",
  })
  void aLineBetweenTwoEventsHurtsNeither(String between, int problems, int notes) {
    String first =
        "PRODID:-//A//EN\n" + BERLIN + event("a", "DTSTART;TZID=Europe/Berlin:20240101T100000");
    String second = event("b", "SUMMARY:x");
    Collected clean = Collected.events(folder, calendar(first, second));
    Collected found = Collected.events(folder, calendar(first, between + "\n", second));

    assertThat(found.uids()).containsExactly("a", "b");
    for (String uid : clean.uids().subList(0, between.contains("PRODID") ? 1 : 2)) {
      assertThat(found.content(uid).replace("X-GOOD:1\r\n", "")).isEqualTo(clean.content(uid));
    }
    assertThat(found.content("b")).doesNotContain("junk");
    assertThat(found.notes).hasSize(notes);
    assertThat(found.places()).hasSize(problems).allMatch("calendar.ics line 17"::equals);
  }

  @Test
  void aLineThatNoServerCanReadIsLeftOutOfItsEventAndOfItsZoneAndTold() {
    Collected found =
        Collected.events(
            folder,
            calendar(
                BERLIN.replace("TZID:", "what is this\nTZID:"),
                event("a", "DTSTART;TZID=Europe/Berlin:20240101T100000"),
                event("b", "DESCRIPTION:It was wrapped\nby a mail program\nSUMMARY:x"),
                event("c", "SUMMARY:y")));

    assertThat(found.uids()).containsExactly("a", "b", "c");
    assertThat(found.content("a")).contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin");
    assertThat(found.content("b"))
        .contains("DESCRIPTION:It was wrapped\r\nSUMMARY:x\r\nEND:VEVENT");
    assertThat(found.places()).containsExactly("calendar.ics line 4", "calendar.ics line 20");
    assertThat(found.problems).extracting(Problem::cause).allMatch(cause -> cause.contains("line"));
  }

  @Test
  void zonesOfSeveralCalendarsInOneFileAreNotMixedUp() {
    String calendar =
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        BEGIN:VTIMEZONE
        TZID:Local
        X-NOTE:%1$s
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:%1$s
        DTSTART;TZID=Local:20240101T100000
        END:VEVENT
        END:VCALENDAR
        """;
    Collected found =
        Collected.events(folder, calendar.formatted("one") + calendar.formatted("two"));

    assertThat(found.content("one")).contains("X-NOTE:one").doesNotContain("two");
    assertThat(found.content("two")).contains("X-NOTE:two").doesNotContain("one");
  }

  @Test
  void theSameEventTwiceInOneFileIsOneEvent() {
    String event = "BEGIN:VEVENT\nUID:a\nDTSTAMP:%s\nSUMMARY:x\nEND:VEVENT\n";
    Collected found =
        Collected.events(
            folder,
            "BEGIN:VCALENDAR\n" + event.formatted(1) + event.formatted(2) + "END:VCALENDAR\n");

    assertThat(found.content("a")).containsOnlyOnce("BEGIN:VEVENT");
  }

  @Test
  void oddLineEndingsAndAByteOrderMarkAreNoProblem() {
    Collected found =
        Collected.events(
            folder,
            "\uFEFFBEGIN:VCALENDAR\r\r\nVERSION:2.0\n\nbegin:vevent\r\nuid:a\r\n\r\n"
                + "SUMMARY:Gr\u00fc\u00dfe\r\nEND:VEVENT\nEND:VCALENDAR");

    assertThat(found.problems).isEmpty();
    assertThat(found.content("a"))
        .contains("begin:vevent\r\nuid:a\r\nSUMMARY:Grüße\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  }

  @Test
  void aFoldWithinACharacterIsMendedAndOldCharsetsAreRead() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:M".getBytes(StandardCharsets.UTF_8));
    file.write(0xC3);
    file.writeBytes("\r\n ".getBytes(StandardCharsets.UTF_8));
    file.write(0xBC);
    file.writeBytes("ller\r\nLOCATION:K".getBytes(StandardCharsets.UTF_8));
    file.write(0xF6);
    file.writeBytes("ln\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".getBytes(StandardCharsets.UTF_8));

    assertThat(Collected.events(folder, file.toByteArray()).content("a"))
        .contains("SUMMARY:Müller\r\nLOCATION:Köln\r\n");
  }

  @Test
  void anEventThatIsTooLargeIsReportedAndTheNextIsRead() {
    String piece = " " + "x".repeat(1 << 20) + "\r\n";
    Collected found =
        Collected.events(
            folder,
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:large\r\nATTACH:\r\n"
                + piece.repeat(11)
                + "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:next\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");

    assertThat(found.places()).containsExactly("calendar.ics line 2");
    assertThat(found.uids()).containsExactly("next");
  }

  @Test
  void theOldFormatIsReportedOnce() {
    Collected found =
        Collected.events(
            folder,
            """
            BEGIN:VCALENDAR
            VERSION:1.0
            BEGIN:VEVENT
            DTSTART:20240101T100000
            END:VEVENT
            BEGIN:VEVENT
            END:VCALENDAR
            BEGIN:VCALENDAR
            VERSION:2.0
            BEGIN:VEVENT
            UID:new
            END:VEVENT
            END:VCALENDAR
            """);

    assertThat(found.places()).containsExactly("calendar.ics line 2");
    assertThat(found.problems.get(0).nextStep()).contains("Thunderbird");
    assertThat(found.uids()).containsExactly("new");
  }

  private static String calendar(String... components) {
    return "BEGIN:VCALENDAR\nVERSION:2.0\n" + String.join("", components) + "END:VCALENDAR\n";
  }

  private static String event(String uid, String... lines) {
    return "BEGIN:VEVENT\nUID:" + uid + "\n" + String.join("\n", lines) + "\nEND:VEVENT\n";
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void anExceptionFindsItsEventInAnotherFileAndBothTheirZones() throws IOException {
    Path first =
        file(
            "one.ics",
            calendar(
                event(
                    "a", "RECURRENCE-ID;TZID=X:20240108T100000", "DTSTART;TZID=X:20240108T110000"),
                event("b", "SUMMARY:b"),
                "BEGIN:VTIMEZONE\nTZID:X\nX-IN:one\nEND:VTIMEZONE\n"));
    Path second =
        file(
            "two.ics",
            calendar(
                "BEGIN:VTIMEZONE\nTZID:Y\nX-IN:two\nEND:VTIMEZONE\n",
                event("b", "DTSTAMP:20240101T000000Z", "SUMMARY:b"),
                event("a", "DTSTART;TZID=Y:20240101T100000", "RRULE:FREQ=WEEKLY")));
    Collected found = Collected.read(Groupware.CALENDARS, List.of(first, second));

    assertThat(found.problems).isEmpty();
    assertThat(found.uids()).containsExactly("a", "b");
    assertThat(found.content("a"))
        .containsSubsequence("X-IN:one", "X-IN:two", "RECURRENCE-ID", "RRULE:FREQ=WEEKLY");
    assertThat(found.repeated).containsExactly("two.ics line 7");
  }

  @Test
  void ofTwoRevisionsTheNewerIsGivenInWhicheverFileItStands() throws IOException {
    String unique = "5f2c1c0e-1111-4000-8000-000000000001";
    Path old =
        file(
            "old.ics",
            calendar(
                event(
                    "s",
                    "SEQUENCE:1",
                    "LAST-MODIFIED:20250101T000000Z",
                    "SUMMARY:old",
                    "CREATED:20220101T000000Z"),
                event(unique, "LAST-MODIFIED:20230101T000000Z", "SUMMARY:old")));
    Path recent =
        file(
            "new.ics",
            calendar(
                event(
                    "s",
                    "SEQUENCE:2",
                    "LAST-MODIFIED:20240101T000000Z",
                    "SUMMARY:new",
                    "CREATED:20220101T000000Z"),
                event(unique, "LAST-MODIFIED:20240101T000000Z", "SUMMARY:new")));
    for (List<Path> files : List.of(List.of(old, recent), List.of(recent, old))) {
      Collected found = Collected.read(Groupware.CALENDARS, files);
      assertThat(found.uids()).containsExactly("s", unique);
      assertThat(found.content("s")).contains("SUMMARY:new").doesNotContain("SUMMARY:old");
      assertThat(found.content(unique)).contains("SUMMARY:new").doesNotContain("SUMMARY:old");
      assertThat(found.notes).hasSize(2).allMatch(note -> note.startsWith("old.ics line "));
    }
  }

  @Test
  void whatHasOnlyAShortUidInCommonIsGivenBothAlthoughOneIsNewer() {
    Collected found =
        Collected.events(
            folder,
            calendar(
                event("1", "LAST-MODIFIED:20230101T000000Z", "SUMMARY:Dentist", "DTSTART:20240101"),
                event("1", "LAST-MODIFIED:20240101T000000Z", "SUMMARY:Party", "DTSTART:20240601")));

    assertThat(found.resources)
        .extracting(Resource::content)
        .anyMatch(content -> content.contains("Dentist"))
        .anyMatch(content -> content.contains("Party"));
    assertThat(found.notes).singleElement().asString().endsWith("both were imported.");
  }

  @Test
  void differentEntriesWithOneUidAreAllGiven() {
    String text =
        calendar(
            event("1", "SUMMARY:One"),
            event("1", "SUMMARY:Two"),
            event("1", "SUMMARY:One"),
            "BEGIN:VTODO\nUID:1\nSUMMARY:Three\nEND:VTODO\n",
            event("1", "RECURRENCE-ID:20240101T000000Z", "SUMMARY:Four"));
    Collected found = Collected.events(folder, text);

    assertThat(found.problems).isEmpty();
    assertThat(found.uids()).hasSize(3).doesNotHaveDuplicates().startsWith("1");
    assertThat(found.content("1")).contains("SUMMARY:One", "SUMMARY:Four");
    assertThat(found.content(found.uids().get(1)))
        .contains("UID:" + found.uids().get(1) + "\r\nSUMMARY:Two\r\n")
        .doesNotContain("UID:1\r\n");
    assertThat(found.content(found.uids().get(2))).contains("SUMMARY:Three");
    assertThat(found.notes).hasSize(2);
    assertThat(found.repeated).containsExactly("calendar.ics line 11");
    assertThat(Collected.events(folder, text).uids()).isEqualTo(found.uids());
  }

  @Test
  void anEmptyUidIsReplaced() {
    Collected found = Collected.events(folder, calendar(event(" ", "SUMMARY:x")));

    assertThat(found.resources.get(0).content())
        .contains("BEGIN:VEVENT\r\nUID:" + found.uids().get(0) + "\r\nSUMMARY:x\r\nEND:VEVENT")
        .containsOnlyOnce("UID:");
  }

  @Test
  void tellsWhatTheCalendarIsCalled() {
    assertThat(
            Collected.events(
                    folder,
                    calendar(event("a", "X-WR-CALNAME:no"))
                        + """
                        BEGIN:VCALENDAR
                        VERSION:2.0
                        X-WR-CALNAME;VALUE=TEXT:Büro\\, Ann
                          & Bob
                        X-APPLE-CALENDAR-COLOR:#FF2968FF
                        NAMES:x
                        END:VCALENDAR
                        """)
                .titles)
        .containsExactly("Büro, Ann & Bob #FF2968FF");
    assertThat(Collected.events(folder, "BEGIN:VCALENDAR\nNAME:x\nCOLOR:red\nEND:VCALENDAR").titles)
        .containsExactly("x red");
    assertThat(Collected.events(folder, calendar(event("a", "SUMMARY:x"))).titles).isEmpty();
  }

  @Test
  void controlCharactersAreLeftOut() {
    assertThat(
            Collected.events(folder, calendar(event("a", "SUMMARY:x\u000by\u0000\tz")))
                .content("a"))
        .contains("SUMMARY:xy\tz\r\n");
  }

  @Test
  void whatIsNoEntryOfACalendarIsReported() {
    Collected found =
        Collected.events(
            folder,
            calendar("BEGIN:X-ROOM\nUID:x\nEND:X-ROOM\n", event("a", "SUMMARY:x"))
                + "BEGIN:VCARD\nUID:y\nEND:VCARD\n");

    assertThat(found.uids()).containsExactly("a");
    assertThat(found.places()).containsExactly("calendar.ics line 3", "calendar.ics line 11");
  }

  @Test
  void anEventNestedWithoutEndIsReported() {
    Collected found =
        Collected.events(
            folder, calendar("BEGIN:VEVENT\n" + "BEGIN:X\n".repeat(5000), event("b", "SUMMARY:x")));

    assertThat(found.uids()).containsExactly("b");
    assertThat(found.places()).containsExactly("calendar.ics line 3");
  }

  @Test
  void saysWhenThereIsNoCalendarAtAll() {
    assertThat(Collected.events(folder, "").places()).containsExactly("calendar.ics line 1");
    assertThat(Collected.events(folder, "a\nb:c\n").places())
        .containsExactly("calendar.ics line 2");
  }

  @Test
  void ofMoreComponentsThanAnybodyHasTheFirstAreRead() {
    int most = ExportReader.MOST_COMPONENTS;
    String event = "BEGIN:VEVENT\nUID:a\nEND:VEVENT\n";
    Collected found =
        Collected.events(
            folder, "BEGIN:VCALENDAR\nVERSION:2.0\n" + event.repeat(most + 3) + "END:VCALENDAR\n");

    assertThat(found.resources).hasSize(1);
    assertThat(found.repeated).hasSize(most - 1);
    assertThat(found.problems)
        .singleElement()
        .extracting(problem -> problem.place().toString(), Problem::nextStep)
        .containsExactly(
            "calendar.ics line " + (2 + 3 * (most + 1)),
            "Divide the export, and send one request for each part.");
  }
}
