package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.server.DavServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.RadicaleServer;

/** Calendars that do not take tasks (RFC 4791, section 5.2.3), as those of several providers. */
@EnabledIfInstalled("radicale")
class ComponentsTest {
  private static final String PASSWORD = "secret";

  private final Path export;
  private final Importing importing = new Importing();
  private final DavReader reader = new DavReader(DavServer.USER, PASSWORD);
  private final RadicaleServer radicale = RadicaleServer.start().addUser(DavServer.USER, PASSWORD);
  private final URI home = radicale.home(DavServer.Kind.CALENDARS);

  ComponentsTest(@TempDir Path folder) throws IOException {
    export =
        Files.writeString(
            folder.resolve("mixed.ics"),
            """
            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:-//Somebody//EN
            BEGIN:VTODO
            UID:task
            DTSTAMP:20240101T000000Z
            SUMMARY:Buy a cake
            END:VTODO
            BEGIN:VEVENT
            UID:event
            DTSTAMP:20240101T000000Z
            DTSTART:20240501T100000Z
            SUMMARY:Eat it
            END:VEVENT
            END:VCALENDAR
            """);
  }

  @AfterEach
  void stop() {
    radicale.close();
    importing.close();
  }

  @Test
  void whatTheCalendarDoesNotTakeIsToldWithAWayOutAndNotSent() {
    reader.makeCalendar(home.resolve("a-tasks/"), "Tasks", null, Set.of("VTODO"));
    reader.makeCalendar(home.resolve("b-events/"), "Events", null, Set.of("VEVENT"));
    try (var front = ScriptedDavServer.before(radicale.baseUri())) {
      ImportResult result = importInto(front, null);

      // The first that takes events, though the tasks come before it.
      assertThat(result.collection()).isEqualTo("Events");
      assertThat(result.imported()).isEqualTo(1);
      assertThat(result.refused())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.place().toString()).isEqualTo("mixed.ics line 4 (UID task)");
                assertThat(problem.cause())
                    .isEqualTo("the calendar \"Events\" does not accept VTODO");
                assertThat(problem.owner()).isEqualTo(Owner.US);
                assertThat(problem.nextStep()).contains("calendar_collection");
              });
      assertThat(front.calls()).filteredOn(call -> call.startsWith("PUT")).hasSize(1);

      // The way out.
      ImportResult tasks = importInto(front, "Tasks");

      assertThat(tasks.imported()).isEqualTo(1);
      assertThat(tasks.refused())
          .singleElement()
          .satisfies(problem -> assertThat(problem.cause()).endsWith("does not accept VEVENT"));
      assertThat(reader.resources(home.resolve("a-tasks/"))).containsOnlyKeys("task.ics");
      assertThat(reader.resources(home.resolve("b-events/"))).containsOnlyKeys("event.ics");
    }
  }

  @Test
  void aRefusalThatTheServerDidNotAnnounceConcernsTheTaskAlone() {
    reader.makeCalendar(home.resolve("calendar/"), "Calendar", null, Set.of());
    try (var real = ScriptedDavServer.before(radicale.baseUri());
        var front =
            ScriptedDavServer.start(
                request ->
                    request.method().equals("PUT") && request.body().contains("VTODO")
                        ? Answer.of(
                            403,
                            "<d:error xmlns:d='DAV:' xmlns:c='urn:ietf:params:xml:ns:caldav'>"
                                + "<c:supported-calendar-component/></d:error>")
                        : real.pass(request))) {
      ImportResult result = importInto(front, null);

      assertThat(result.imported()).isEqualTo(1);
      assertThat(result.refused())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.place().toString()).isEqualTo("mixed.ics line 4 (UID task)");
                assertThat(problem.cause()).contains("403", "supported-calendar-component");
              });
      assertThat(reader.resources(home.resolve("calendar/"))).containsOnlyKeys("event.ics");
    }
  }

  private ImportResult importInto(ScriptedDavServer server, @Nullable String name) {
    return importing
        .oneByOne()
        .importFiles(
            Groupware.CALENDARS,
            new GroupwareSource.Exported(List.of(export)),
            Importing.account(server.uri("/"), false, DavServer.USER, PASSWORD),
            name,
            () -> {})
        .get(0);
  }
}
