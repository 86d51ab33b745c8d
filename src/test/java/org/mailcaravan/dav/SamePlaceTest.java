package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.dav.ScriptedDavServer.Request;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.DavServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.RadicaleServer;

/** Where imports go that are repeated, after the user has changed the collections themselves. */
@EnabledIfInstalled("radicale")
class SamePlaceTest {
  private static final String PASSWORD = "secret";

  private final Path folder;
  private final Importing importing = new Importing();
  private final DavReader reader = new DavReader(DavServer.USER, PASSWORD);
  private final DavServer server = start();
  private final URI home = server.home(DavServer.Kind.CALENDARS);

  SamePlaceTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static DavServer start() {
    return RadicaleServer.start().addUser(DavServer.USER, PASSWORD);
  }

  @AfterEach
  void stop() {
    server.close();
    importing.close();
  }

  @Test
  void aCalendarThatTheUserGaveAnotherNameIsNotMadeAgain() {
    importEvents("Work");
    reader.rename(home.resolve("work/"), "Arbeit");

    assertThat(Importing.counts(importEvents("Work"))).isEqualTo(Importing.imported(0, 2));
    assertThat(reader.properties(home)).doesNotContain("work-2");
  }

  @Test
  void aCalendarThatTheUserMakesDoesNotTakeThePlaceOfTheDefaultOne() {
    importEvents(null);
    reader.makeCalendar(home.resolve("aaa/"), "Aaa");

    assertThat(Importing.counts(importEvents(null))).isEqualTo(Importing.imported(0, 2));
    assertThat(reader.resources(home.resolve("aaa/"))).isEmpty();
  }

  @Test
  void aCalendarThatTheUserRemovedDoesNotComeBack() {
    importEvents(null);
    reader.delete(home.resolve("calendar/"));

    ImportResult again = importEvents(null);

    assertThat(Importing.counts(again))
        .isEqualTo("0 imported, 0 there, 0 updated, 2 kept, 0 repeated, 0 refused");
    assertThat(again.notes()).singleElement().asString().contains("/calendar/", "is gone");
    assertThat(reader.properties(home)).doesNotContain("/calendar/");
    assertThat(Importing.counts(importEvents("Anew"))).isEqualTo(Importing.imported(2, 0));
  }

  @Test
  void whatArrivedAtOneServerHasNotArrivedAtAnother() {
    reader.makeCalendar(home.resolve("main/"), "Main");
    reader.put(home.resolve("main/one.ics"), events("one"));
    try (DavServer trial = start();
        DavServer real = start()) {
      assertThat(pullInto(trial).imported()).isEqualTo(1);

      assertThat(pullInto(real).imported()).isEqualTo(1);
      assertThat(pullInto(real).alreadyThere()).isEqualTo(1);
      assertThat(reader.resources(real.home(DavServer.Kind.CALENDARS).resolve("calendar/")))
          .hasSize(1);
    }
  }

  @Test
  void ofTwoResourcesWithOneUidAtTheSourceOneIsToldAndNeverReplacesTheOther() {
    AtomicReference<String> title = new AtomicReference<>("Apart");
    String other = events("one").replace("Event one", "Apart");
    try (DavServer real = start();
        var front =
            ScriptedDavServer.start(
                request -> doubled(request, () -> other.replace("Apart", title.get())))) {
      URI there = real.home(DavServer.Kind.CALENDARS).resolve("calendar/");
      for (String now : List.of("Apart", "Changed")) {
        title.set(now);
        ImportResult result = pull(front.uri("/cal/"), real);

        assertThat(result.refused()).singleElement().asString().contains("b.ics", "the same UID");
        assertThat(reader.resources(there).values())
            .singleElement()
            .asString()
            .contains("SUMMARY:Event one");
      }
    }
  }

  /** A calendar of two resources with the same UID, of which the second changes. */
  private static Answer doubled(Request request, Supplier<String> second) {
    String b = second.get();
    if (request.method().equals("GET")) {
      return Answer.of(200, request.path().endsWith("a.ics") ? events("one") : b);
    }
    if (!request.method().equals("PROPFIND")) {
      return Answer.of(405);
    }
    String response =
        "<response><href>/cal/%s</href><propstat><prop>%s</prop><status>HTTP/1.1 200"
            + " OK</status></propstat></response>";
    return Answer.of(
        207,
        "<multistatus xmlns='DAV:' xmlns:c='"
            + DavXml.CALDAV
            + "'>"
            + response.formatted("", "<resourcetype><collection/><c:calendar/></resourcetype>")
            + (request.headers().getOrDefault("Depth", "0").equals("0")
                ? ""
                : response.formatted("a.ics", "<getetag>\"1\"</getetag>")
                    + response.formatted("b.ics", "<getetag>\"" + b.hashCode() + "\"</getetag>"))
            + "</multistatus>");
  }

  @Test
  void anOlderExportDoesNotReplaceANewerOne() {
    importCard("one", "March", "REV:20240301T000000Z");

    ImportResult older = importCard("one", "January", "REV:20240101T000000Z");

    assertThat(older.kept()).isEqualTo(1);
    assertThat(older.notes()).singleElement().asString().contains("newer");
    assertThat(importCard("one", "May", "REV:2024-05-01T00:00:00Z").updated()).isEqualTo(1);
    assertThat(importCard("one", "Undated", "NOTE:x").updated()).isEqualTo(1);
  }

  @Test
  void aNameThatAnotherCardHasKeepsNothingOut() {
    URI book = home.resolve("contacts/");
    reader.makeAddressBook(book, "Contacts");
    reader.put(book.resolve("one.vcf"), card("other", "Other", "NOTE:x"));

    assertThat(importCard("one", "One", "NOTE:x").imported()).isEqualTo(1);
    assertThat(importCard("one", "One", "NOTE:x").alreadyThere()).isEqualTo(1);

    assertThat(reader.resources(book).values())
        .hasSize(2)
        .anyMatch(text -> text.contains("FN:Other"))
        .anyMatch(text -> text.contains("FN:One"));
  }

  private DavAccount account(DavServer at) {
    return Importing.account(at.baseUri(), false, DavServer.USER, PASSWORD);
  }

  private ImportResult importEvents(@Nullable String collection) {
    return importFile(
        Groupware.CALENDARS,
        "plans.ics",
        "BEGIN:VCALENDAR\nVERSION:2.0\n" + event("one") + event("two") + "END:VCALENDAR\n",
        collection);
  }

  private ImportResult importCard(String uid, String name, String more) {
    return importFile(Groupware.CONTACTS, "people.vcf", card(uid, name, more), null);
  }

  private ImportResult importFile(
      Groupware kind, String name, String text, @Nullable String collection) {
    try {
      Path file = Files.writeString(folder.resolve(name), text);
      return importing
          .oneByOne()
          .importFiles(
              kind,
              new GroupwareSource.Exported(List.of(file)),
              account(server),
              collection,
              () -> {})
          .get(0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private ImportResult pullInto(DavServer destination) {
    return pull(server.baseUri(), destination);
  }

  private ImportResult pull(URI source, DavServer destination) {
    List<ImportResult> results =
        importing
            .fromProviders(folder)
            .pull(
                Groupware.CALENDARS,
                new ProviderImport.Source(
                    DavServer.USER,
                    source,
                    new DavLogin.Password(DavServer.USER, Secret.of(PASSWORD))),
                account(destination),
                null,
                () -> {});
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  private static String card(String uid, String name, String more) {
    return "BEGIN:VCARD\nVERSION:3.0\nUID:%s\nFN:%s\nN:%s;;;;\n%s\nEND:VCARD\n"
        .formatted(uid, name, name, more);
  }

  private static String events(String uid) {
    return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n" + event(uid) + "END:VCALENDAR\n";
  }

  private static String event(String uid) {
    return """
        BEGIN:VEVENT
        UID:%1$s
        DTSTAMP:20240101T000000Z
        DTSTART:20240501T100000Z
        SUMMARY:Event %1$s
        END:VEVENT
        """
        .formatted(uid);
  }
}
