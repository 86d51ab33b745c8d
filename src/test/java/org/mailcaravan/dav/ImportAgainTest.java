package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.server.DavServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.RadicaleServer;
import org.mailcaravan.server.XandikosServer;

/** Imports that are repeated, against real servers of two makes; what is there is read back. */
@Lengthy
@EnabledIfInstalled({"radicale", "xandikos"})
class ImportAgainTest {
  private static final String PASSWORD = "secret";
  private static final String CARDS =
      """
      BEGIN:VCARD
      VERSION:3.0
      UID:one@example.org
      FN:Zoë Ångström
      N:Ångström;Zoë;;;
      item1.EMAIL;TYPE=INTERNET:zoe@example.org
      item1.X-ABLabel:Lab
      TEL;TYPE=CELL,VOICE:+49 170 1
      NOTE:one\\ntwo\\, three\\; four
      PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQ==
      END:VCARD
      BEGIN:VCARD
      VERSION:3.0
      FN:No UID
      N:UID;No;;;
      END:VCARD
      BEGIN:VCARD
      VERSION:3.0
      UID:three
      FN:Three
      N:Three;;;;
      END:VCARD
      """;
  private static final String EVENTS =
      """
      BEGIN:VCALENDAR
      VERSION:2.0
      PRODID:-//Somebody//EN
      X-WR-CALNAME:Zoë's plans
      X-APPLE-CALENDAR-COLOR:#FF2968
      BEGIN:VTIMEZONE
      TZID:W. Europe Standard Time
      BEGIN:STANDARD
      DTSTART:16010101T030000
      TZOFFSETFROM:+0200
      TZOFFSETTO:+0100
      RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
      END:STANDARD
      BEGIN:DAYLIGHT
      DTSTART:16010101T020000
      TZOFFSETFROM:+0100
      TZOFFSETTO:+0200
      RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
      END:DAYLIGHT
      END:VTIMEZONE
      BEGIN:VEVENT
      UID:weekly
      DTSTAMP:20240101T000000Z
      DTSTART;TZID=W. Europe Standard Time:20240101T100000
      DTEND;TZID=W. Europe Standard Time:20240101T110000
      RRULE:FREQ=WEEKLY;COUNT=5
      SUMMARY:Weekly\\, with Zoë
      BEGIN:VALARM
      TRIGGER:-PT15M
      ACTION:DISPLAY
      DESCRIPTION:soon
      END:VALARM
      END:VEVENT
      BEGIN:VEVENT
      UID:weekly
      DTSTAMP:20240101T000000Z
      RECURRENCE-ID;TZID=W. Europe Standard Time:20240108T100000
      DTSTART;TZID=W. Europe Standard Time:20240108T120000
      DTEND;TZID=W. Europe Standard Time:20240108T130000
      SUMMARY:Later
      END:VEVENT
      BEGIN:VEVENT
      UID:single
      DTSTAMP:20240101T000000Z
      DTSTART;VALUE=DATE:20240501
      SUMMARY:All day
      END:VEVENT
      END:VCALENDAR
      """;

  enum Make {
    RADICALE,
    XANDIKOS;

    DavServer start() {
      return this == RADICALE
          ? RadicaleServer.start().addUser(DavServer.USER, PASSWORD)
          : XandikosServer.start();
    }
  }

  private final Path folder;
  private final DavReader reader = new DavReader(DavServer.USER, PASSWORD);
  private Importing importing = new Importing();
  private @Nullable DavServer real;
  private @Nullable ScriptedDavServer server;

  ImportAgainTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ScriptedDavServer start(Make make) {
    DavServer started = make.start();
    real = started;
    ScriptedDavServer before = ScriptedDavServer.before(started.baseUri());
    server = before;
    return before;
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    if (real != null) {
      real.close();
    }
    importing.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasImportedIsNotSentAgain(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    assertThat(Importing.counts(cards(front, CARDS))).isEqualTo(Importing.imported(3, 0));
    assertThat(Importing.counts(events(front, EVENTS))).isEqualTo(Importing.imported(2, 0));
    int requests = front.requests().size();

    assertThat(Importing.counts(cards(front, CARDS))).isEqualTo(Importing.imported(0, 3));
    assertThat(Importing.counts(events(front, EVENTS))).isEqualTo(Importing.imported(0, 2));

    assertThat(front.calls().subList(requests, front.calls().size()))
        .isNotEmpty()
        .allMatch(call -> call.startsWith("PROPFIND"));
    assertThat(reader.resources(book())).hasSize(3);
    assertThat(reader.resources(calendar())).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void withALostDatabaseEverythingIsKnownAgainByWhatItSays(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    cards(front, CARDS);
    events(front, EVENTS);
    loseDatabase();

    assertThat(Importing.counts(cards(front, CARDS))).isEqualTo(Importing.imported(0, 3));
    assertThat(Importing.counts(events(front, EVENTS))).isEqualTo(Importing.imported(0, 2));
    assertThat(front.calls()).filteredOn(call -> call.startsWith("PUT")).hasSize(5);

    // From then on it is known, too, what may be updated.
    assertThat(cards(front, CARDS.replace("FN:Three", "FN:Newer")).updated()).isEqualTo(1);
    assertThat(reader.resources(book()).get("three.vcf")).contains("FN:Newer");
  }

  @ParameterizedTest
  @EnumSource
  void anImportThatWasKilledGoesOnWhereItWas(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    // Stored, and not taken down any more.
    cards(front, CARDS.substring(0, CARDS.lastIndexOf("BEGIN:VCARD")));
    loseDatabase();

    assertThat(Importing.counts(cards(front, CARDS))).isEqualTo(Importing.imported(1, 2));
    assertThat(reader.resources(book())).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void whatANewerExportSaysReplacesWhatWasImported(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    cards(front, CARDS);
    events(front, EVENTS);

    assertThat(Importing.counts(cards(front, CARDS.replace("FN:Three", "FN:Newer"))))
        .isEqualTo("0 imported, 2 there, 1 updated, 0 kept, 0 repeated, 0 refused");
    assertThat(Importing.counts(events(front, EVENTS.replace("SUMMARY:Later", "SUMMARY:Moved"))))
        .isEqualTo("0 imported, 1 there, 1 updated, 0 kept, 0 repeated, 0 refused");

    assertThat(reader.resources(book()).get("three.vcf")).contains("FN:Newer");
    assertThat(reader.resources(calendar()).get("weekly.ics"))
        .contains("SUMMARY:Moved", "RECURRENCE-ID");
    // And no further.
    assertThat(cards(front, CARDS.replace("FN:Three", "FN:Newer")).alreadyThere()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void whatTheUserChangedStays(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    cards(front, CARDS);
    URI three = book().resolve("three.vcf");
    reader.change(three, text -> text.replace("FN:Three", "FN:Mine"));

    ImportResult same = cards(front, CARDS);
    assertThat(Importing.counts(same))
        .isEqualTo("0 imported, 2 there, 0 updated, 1 kept, 0 repeated, 0 refused");
    assertThat(same.notes()).isEmpty();

    ImportResult newer = cards(front, CARDS.replace("FN:Three", "FN:Newer"));
    assertThat(newer.kept()).isEqualTo(1);
    assertThat(newer.notes())
        .singleElement()
        .satisfies(note -> assertThat(note).contains("(UID three)", "changed there"));
    assertThat(reader.resources(book()).get("three.vcf")).contains("FN:Mine");
  }

  @ParameterizedTest
  @EnumSource
  void whatTheUserDeletedDoesNotComeBack(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    cards(front, CARDS);
    reader.delete(book().resolve("three.vcf"));

    assertThat(cards(front, CARDS).kept()).isEqualTo(1);
    assertThat(reader.resources(book())).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void whatTheUserBroughtUnderAnotherNameIsNotDoubled(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    cards(front, CARDS.substring(0, CARDS.indexOf("BEGIN:VCARD", 1)));
    events(front, EVENTS.replaceAll("(?s)BEGIN:VEVENT\nUID:weekly.*(?=BEGIN:VEVENT)", ""));
    String card = CARDS.substring(CARDS.lastIndexOf("BEGIN:VCARD"));
    reader.put(book().resolve("other.vcf"), card);
    reader.put(
        calendar().resolve("other.ics"),
        EVENTS
            .replaceAll("(?s)BEGIN:VEVENT\nUID:single.*?END:VEVENT\n", "")
            .replace("SUMMARY:Later", "SUMMARY:Mine"));

    assertThat(Importing.counts(cards(front, CARDS))).isEqualTo(Importing.imported(1, 2));
    assertThat(Importing.counts(events(front, EVENTS)))
        .isEqualTo("0 imported, 1 there, 0 updated, 1 kept, 0 repeated, 0 refused");
    assertThat(reader.resources(book())).hasSize(3).containsKey("other.vcf");
    assertThat(reader.resources(calendar())).hasSize(2).containsKey("other.ics");
  }

  @ParameterizedTest
  @EnumSource
  void theDefaultCollectionIsDiscoveredAndMadeWithNameAndColour(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    DavAccount account = Importing.account(front.uri("/"), false, DavServer.USER, PASSWORD);

    ImportResult result = events(account, null, EVENTS);

    assertThat(Importing.counts(result)).isEqualTo(Importing.imported(2, 0));
    assertThat(result.collection()).isEqualTo("Zoë's plans");
    URI calendar = home(DavServer.Kind.CALENDARS).resolve("calendar/");
    assertThat(reader.resources(calendar)).hasSize(2);
    assertThat(reader.properties(calendar)).contains("Zoë's plans");
    if (make == Make.RADICALE) { // Xandikos takes the # for the begin of a comment in its file.
      assertThat(reader.properties(calendar)).contains("#FF2968");
    }
    // Found again, by way of the well-known URI and the principal.
    assertThat(events(account, null, EVENTS).alreadyThere()).isEqualTo(2);
    assertThat(front.calls()).contains("PROPFIND /.well-known/caldav", "PROPFIND /user/");
    assertThat(front.calls()).filteredOn(call -> call.startsWith("MKCALENDAR")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void aNamedCollectionIsFoundByItsNameOrMade(Make make) throws IOException {
    ScriptedDavServer front = start(make);
    DavAccount account = Importing.account(front.uri("/"), false, DavServer.USER, PASSWORD);

    importCards(account, "Old friends & family", CARDS);
    importCards(account, null, CARDS);
    assertThat(importCards(account, "Old friends & family", CARDS).alreadyThere()).isEqualTo(3);

    URI named = home(DavServer.Kind.CONTACTS).resolve("old-friends-family/");
    assertThat(reader.resources(named)).hasSize(3);
    assertThat(reader.properties(named)).contains("Old friends &amp; family");
  }

  private void loseDatabase() {
    importing.close();
    importing = new Importing();
  }

  private URI home(DavServer.Kind kind) {
    if (real == null) {
      throw new IllegalStateException("no server");
    }
    return real.home(kind);
  }

  private URI book() {
    return home(DavServer.Kind.CONTACTS).resolve("book/");
  }

  private URI calendar() {
    return home(DavServer.Kind.CALENDARS).resolve("plans/");
  }

  private ImportResult cards(ScriptedDavServer front, String text) throws IOException {
    URI url = front.uri(book().getPath());
    return importCards(Importing.account(url, true, DavServer.USER, PASSWORD), null, text);
  }

  private ImportResult importCards(DavAccount account, @Nullable String name, String text)
      throws IOException {
    return run(Groupware.CONTACTS, account, name, folder.resolve("contacts.vcf"), text);
  }

  private ImportResult events(ScriptedDavServer front, String text) throws IOException {
    URI url = front.uri(calendar().getPath());
    return events(Importing.account(url, true, DavServer.USER, PASSWORD), null, text);
  }

  private ImportResult events(DavAccount account, @Nullable String name, String text)
      throws IOException {
    return run(Groupware.CALENDARS, account, name, folder.resolve("plans.ics"), text);
  }

  private ImportResult run(
      Groupware kind, DavAccount account, @Nullable String name, Path file, String text)
      throws IOException {
    Files.writeString(file, text);
    List<ImportResult> results =
        importing
            .with(3, Duration.ofSeconds(20), Clock.systemUTC())
            .importFiles(
                kind, new GroupwareSource.Exported(List.of(file)), account, name, () -> {});
    assertThat(results).hasSize(1);
    return results.get(0);
  }
}
