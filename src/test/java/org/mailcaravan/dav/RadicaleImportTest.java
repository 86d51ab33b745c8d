package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ezvcard.Ezvcard;
import ezvcard.VCard;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.RadicaleServer;

/** Against a real server: what was imported is read back and compared by property. */
@EnabledIfInstalled("radicale")
class RadicaleImportTest {
  private static final String ANN = "ann@example.org";
  private static final String PASSWORD = "pä:ss wörd%&";
  private static final String CARDS =
      """
      BEGIN:VCARD
      VERSION:3.0
      UID:one@example.org
      FN:Zoë 😀 Ångström
      N:Ångström;Zoë;;;
      item1.EMAIL;TYPE=INTERNET:zoe@example.org
      item1.X-ABLabel:Lab
      TEL;TYPE=CELL:+49 170 1
      NOTE:one\\ntwo\\, three\\; four
      PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQ==
      CATEGORIES:a,b
      END:VCARD
      BEGIN:VCARD
      VERSION:3.0
      FN:No UID
      N:UID;No;;;
      END:VCARD
      BEGIN:VCARD
      VERSION:3.0
      FN:Broken
      BEGIN:VCARD
      VERSION:3.0
      UID:three
      FN:Three
      N:Three;;;;
      BDAY:1970-01-02
      END:VCARD
      """;
  private static final String EVENTS =
      """
      BEGIN:VCALENDAR
      VERSION:2.0
      PRODID:-//Somebody//EN
      METHOD:PUBLISH
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
      X-MICROSOFT-CDO-BUSYSTATUS:BUSY
      BEGIN:VALARM
      UID:alarm
      TRIGGER:-PT15M
      ACTION:DISPLAY
      DESCRIPTION:soon
      END:VALARM
      END:VEVENT
      BEGIN:VEVENT
      DTSTAMP:20240101T000000Z
      DTSTART;VALUE=DATE:20240501
      DTEND;VALUE=DATE:20240502
      SUMMARY:All day
      END:VEVENT
      BEGIN:VEVENT
      UID:broken
      SUMMARY:not closed
      BEGIN:VTODO
      UID:task
      DTSTAMP:20240101T000000Z
      SUMMARY:A task
      END:VTODO
      BEGIN:VEVENT
      UID:weekly
      DTSTAMP:20240101T000000Z
      RECURRENCE-ID;TZID=W. Europe Standard Time:20240108T100000
      DTSTART;TZID=W. Europe Standard Time:20240108T120000
      DTEND;TZID=W. Europe Standard Time:20240108T130000
      SUMMARY:Later
      END:VEVENT
      END:VCALENDAR
      """;

  private static final Pattern NAMES = Pattern.compile("parameters=\\{[^}]*}|propertyName=\\S+");

  private final Path folder;
  private final RadicaleServer server = RadicaleServer.start().addUser(ANN, PASSWORD);
  private final DavReader reader = new DavReader(ANN, PASSWORD);
  private final Importing importing = new Importing();
  private final GroupwareImport importer;

  RadicaleImportTest(@TempDir Path folder) {
    this.folder = folder;
    this.importer = importing.with(4, Duration.ofSeconds(20), Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    server.close();
    importing.close();
  }

  @Test
  void everyGoodCardArrivesOnceEvenWhenTheFileIsImportedTwice() throws IOException {
    URI book = collection("contacts");

    ImportResult first = importText(Groupware.CONTACTS, CARDS, book, PASSWORD);
    assertThat(first.imported()).isEqualTo(3);
    assertThat(first.refused())
        .extracting(problem -> problem.place().toString())
        .containsExactly("contacts.txt line 18");
    ImportResult second = importText(Groupware.CONTACTS, CARDS, book, PASSWORD);
    assertThat(second.alreadyThere()).isEqualTo(3);
    assertThat(second.imported()).isZero();
    assertThat(second.refused()).isEqualTo(first.refused());

    Map<String, VCard> arrived = new TreeMap<>();
    reader
        .resources(book)
        .values()
        .forEach(
            text -> {
              VCard card = Ezvcard.parse(text).first();
              arrived.put(card.getFormattedName().getValue(), card);
            });
    assertThat(arrived).containsOnlyKeys("Zoë 😀 Ångström", "No UID", "Three");
    for (VCard sent : Ezvcard.parse(CARDS.replace("FN:Broken\n", "FN:Broken\nEND:VCARD\n")).all()) {
      VCard card = arrived.get(sent.getFormattedName().getValue());
      if (card != null) {
        assertThat(properties(card)).containsAll(properties(sent));
      }
    }
  }

  @Test
  void everyGoodEventArrivesOnceEvenWhenTheFileIsImportedTwice() throws IOException {
    URI calendar = collection("calendar");

    ImportResult first = importText(Groupware.CALENDARS, EVENTS, calendar, PASSWORD);
    assertThat(first.imported()).isEqualTo(3);
    assertThat(first.refused())
        .extracting(problem -> problem.place().toString())
        .containsExactly("calendars.txt line " + (lineOf("UID:broken") - 1));
    ImportResult second = importText(Groupware.CALENDARS, EVENTS, calendar, PASSWORD);
    assertThat(second.alreadyThere()).isEqualTo(3);
    assertThat(second.imported()).isZero();
    assertThat(second.refused()).isEqualTo(first.refused());

    Map<String, String> arrived = reader.resources(calendar);
    assertThat(arrived).hasSize(3).containsKeys("weekly.ics", "task.ics");
    assertThat(lines(arrived.getOrDefault("weekly.ics", "")))
        .containsExactlyInAnyOrderElementsOf(
            lines(
                EVENTS
                    .replaceAll("(?s)BEGIN:VEVENT\nDTSTAMP.*?END:VEVENT\n", "")
                    .replaceAll("(?s)BEGIN:VEVENT\nUID:broken.*?END:VTODO\n", "")
                    .replace("METHOD:PUBLISH\n", "")));
    assertThat(lines(arrived.getOrDefault("task.ics", "")))
        .contains("BEGIN:VTODO", "SUMMARY:A task")
        .doesNotContain("BEGIN:VTIMEZONE");
  }

  @Test
  void aWrongPasswordNeedsAttentionAndNothingIsStored() {
    URI book = collection("contacts");

    NeedsAttention thrown =
        catchThrowableOfType(
            NeedsAttention.class,
            () -> importText(Groupware.CONTACTS, CARDS, book, "wrong password"));

    assertThat(thrown.problem().cause()).contains("login", "401");
    assertThat(thrown.getMessage()).doesNotContain("wrong password");
  }

  @Test
  void whereTheUrlIsThatOfTheAccountTheAddressBookIsFoundOrMade() throws IOException {
    URI home = server.baseUri().resolve("/ann%40example.org/");

    assertThat(importText(Groupware.CONTACTS, CARDS, home, PASSWORD).collection())
        .isEqualTo("Contacts");
    assertThat(reader.resources(home.resolve("contacts/"))).hasSize(3);
    assertThat(importText(Groupware.CONTACTS, CARDS, home, PASSWORD).alreadyThere()).isEqualTo(3);
  }

  private URI collection(String name) {
    return CollectionTemplate.of(server.baseUri() + "{email}/" + name + "/").forAddress(ANN);
  }

  private ImportResult importText(Groupware kind, String text, URI collection, String password)
      throws IOException {
    Path file = folder.resolve(kind.name().toLowerCase(Locale.ROOT) + ".txt");
    Files.writeString(file, text);
    return importer
        .importFiles(
            kind,
            new GroupwareSource.Exported(List.of(file)),
            Importing.account(collection, true, ANN, password),
            null,
            () -> {})
        .get(0);
  }

  private static int lineOf(String line) {
    return EVENTS.lines().toList().indexOf(line) + 1;
  }

  /** One text per property; names and parameters in lower case, as their case means nothing. */
  private static List<String> properties(VCard card) {
    return card.getProperties().stream()
        .map(
            property ->
                NAMES
                    .matcher(property.toString())
                    .replaceAll(match -> match.group().toLowerCase(Locale.ROOT)))
        .toList();
  }

  private static List<String> lines(String text) {
    return text.replaceAll("\r?\n[ \t]", "").lines().collect(Collectors.toList());
  }
}
