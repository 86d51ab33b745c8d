package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.dav.DavReader;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.dav.ScriptedDavServer;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.MailboxCheck;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.RadicaleServer;
import org.mailcaravan.server.TlsCertificate;

/** Contacts and calendars beside the mail, through the routes as they are, between real servers. */
@Lengthy
@EnabledIfInstalled({"dovecot", "radicale"})
class GroupwareTest {
  private static TwoServers servers;
  private static RadicaleServer fresh;

  @TempDir Path folder;

  @BeforeAll
  static void startServers() {
    servers = new TwoServers();
    fresh = RadicaleServer.start();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
    fresh.close();
  }

  private static void userWithMail(String user) {
    servers.userWithMail(user, 2, "INBOX", "Sent");
    fresh.addUser(user, TwoServers.newPassword(user));
  }

  private Installation installation(URI contacts, URI calendars) {
    return servers
        .configure(new Installation(folder))
        .set("destination.carddav-url", contacts + "{email}/contacts/")
        .set("destination.caldav-url", calendars + "{email}/calendar/");
  }

  private Path requestWithFiles(Installation installation, String user) throws IOException {
    Files.writeString(folder.resolve("cards.vcf"), card("one", "One") + card("two", "Two"));
    Files.writeString(folder.resolve("events.ics"), calendar(event("a", "A") + event("b", "B")));
    return installation.request(
        "request.csv",
        TwoServers.HEADER
            + servers.row(user, TwoServers.oldPassword(user), "cards.vcf,events.ics"));
  }

  private static void assertMailArrived(String user) {
    assertThat(servers.atDestination(user).count()).isEqualTo(4);
    assertThat(servers.atDestination(user).differencesFrom(servers.atSource(user))).isEmpty();
  }

  private static List<ImportResult> results(MailboxResult result, Groupware kind) {
    return kind == Groupware.CONTACTS ? result.contacts() : result.calendar();
  }

  private static Groupware otherThan(Groupware kind) {
    return kind == Groupware.CONTACTS ? Groupware.CALENDARS : Groupware.CONTACTS;
  }

  private static URI atDestination(String user, String collection) {
    return fresh.baseUri().resolve(user + "/" + collection + "/");
  }

  private static DavReader readerAtDestination(String user) {
    return new DavReader(user, TwoServers.newPassword(user));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsBusyIsTriedAgainByItselfWhileTheOtherAndTheMailGoOn(Groupware busy)
      throws IOException {
    String user = "busy-" + busy.name().toLowerCase(Locale.ROOT) + "@example.org";
    userWithMail(user);
    CountDownLatch otherStored = new CountDownLatch(2);
    AtomicInteger refusals = new AtomicInteger();
    try (ScriptedDavServer other =
            ScriptedDavServer.start(
                request -> {
                  Answer answer = ScriptedDavServer.forward(fresh.baseUri(), request);
                  if (request.method().equals("PUT")) {
                    otherStored.countDown();
                  }
                  return answer;
                });
        ScriptedDavServer front =
            ScriptedDavServer.start(
                request -> {
                  // Until the other has arrived, this one does not even answer.
                  if (!arrives(otherStored) || refusals.incrementAndGet() <= 2) {
                    return Answer.of(503, "Retry-After", "0");
                  }
                  return ScriptedDavServer.forward(fresh.baseUri(), request);
                })) {
      boolean contacts = busy == Groupware.CONTACTS;
      Installation installation =
          installation((contacts ? front : other).uri("/"), (contacts ? other : front).uri("/"))
              .set("retry.attempts", "2");
      Path request = requestWithFiles(installation, user);

      MailboxResult result = installation.migrate(request).mailboxes().get(0);

      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      assertThat(result.contacts()).extracting(ImportResult::imported).containsExactly(2);
      assertThat(result.calendar()).extracting(ImportResult::imported).containsExactly(2);
      assertThat(refusals).hasValueGreaterThan(2);
      assertThat(other.calls()).doesNotHaveDuplicates();
      assertMailArrived(user);
      DavReader reader = readerAtDestination(user);
      assertThat(reader.resources(atDestination(user, "contacts"))).hasSize(2);
      assertThat(reader.resources(atDestination(user, "calendar"))).hasSize(2);
    }
  }

  private static boolean arrives(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatFailsForGoodIsToldAndArrivesWithTheNextPassOnceItIsMended(Groupware broken)
      throws IOException {
    String user = "broken-" + broken.name().toLowerCase(Locale.ROOT) + "@example.org";
    userWithMail(user);
    AtomicBoolean fixed = new AtomicBoolean();
    try (ScriptedDavServer other = ScriptedDavServer.before(fresh.baseUri());
        ScriptedDavServer front =
            ScriptedDavServer.start(
                request ->
                    fixed.get()
                        ? ScriptedDavServer.forward(fresh.baseUri(), request)
                        : Answer.of(503, "down for maintenance"))) {
      boolean contacts = broken == Groupware.CONTACTS;
      Installation installation =
          installation((contacts ? front : other).uri("/"), (contacts ? other : front).uri("/"))
              .set("retry.attempts", "2");
      Path request = requestWithFiles(installation, user);

      MigrationResult migration = installation.migrate(request);

      MailboxResult first = migration.mailboxes().get(0);
      assertThat(first.state()).isEqualTo(MailboxState.INCOMPLETE);
      assertThat(migration.allArrived()).isFalse();
      assertThat(first.problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.place().toString())
                    .contains(contacts ? "/contacts/" : "/calendar/");
                assertThat(problem.cause()).contains("503 down for maintenance");
                assertThat(problem.owner()).isEqualTo(Owner.US);
              });
      assertThat(Files.readString(migration.reportFolder().resolve("report.txt")))
          .contains("503 down for maintenance")
          .contains(contacts ? "events.ics" : "cards.vcf");
      // The pass went on to its end, where both sides are compared: all mail is there.
      Certificate certificate = Objects.requireNonNull(first.certificate());
      assertThat(certificate.folders())
          .allSatisfy(each -> assertThat(each.verdict()).isEqualTo(Verdict.COMPLETE));
      assertThat(certificate.verdict()).isEqualTo(Verdict.INCOMPLETE);
      assertThat(certificate.obstacles())
          .singleElement()
          .asString()
          .contains("503 down for maintenance");
      assertThat(results(first, broken)).isEmpty();
      assertThat(results(first, otherThan(broken)))
          .extracting(ImportResult::imported)
          .containsExactly(2);
      assertThat(other.calls()).doesNotHaveDuplicates();
      assertMailArrived(user);

      fixed.set(true);
      MailboxResult second = installation.migrate(request).mailboxes().get(0);

      assertThat(second.problems()).isEmpty();
      assertThat(second.state()).isEqualTo(MailboxState.COPIED);
      assertThat(second.copied()).isZero();
      assertThat(results(second, broken)).extracting(ImportResult::imported).containsExactly(2);
      assertThat(results(second, otherThan(broken)))
          .extracting(ImportResult::alreadyThere)
          .containsExactly(2);
    }
  }

  @Test
  void theyComeFromTheOldProviderAndLaterOnlyWhatHasChangedThere() throws IOException {
    String user = "dora@example.org";
    userWithMail(user);
    TlsCertificate certificate = TlsCertificate.create(folder, "localhost");
    try (RadicaleServer old = RadicaleServer.start().addUser(user, TwoServers.oldPassword(user));
        ScriptedDavServer front =
            ScriptedDavServer.start(
                certificate, request -> ScriptedDavServer.forward(old.baseUri(), request))) {
      DavReader atSource = new DavReader(user, TwoServers.oldPassword(user));
      URI home = old.baseUri().resolve(user + "/");
      URI people = home.resolve("people/");
      atSource.makeAddressBook(people, "People");
      atSource.put(people.resolve("one.vcf"), card("one", "One"));
      atSource.put(people.resolve("two.vcf"), card("two", "Two"));
      atSource.put(people.resolve("three.vcf"), card("three", "Three"));
      URI main = home.resolve("a-main/");
      atSource.makeCalendar(main, "Main");
      atSource.put(main.resolve("a.ics"), calendar(event("a", "A")));
      atSource.put(main.resolve("b.ics"), calendar(event("b", "B")));
      URI work = home.resolve("b-work/");
      atSource.makeCalendar(work, "Work");
      atSource.put(work.resolve("c.ics"), calendar(event("c", "C")));
      Installation installation =
          installation(fresh.baseUri(), fresh.baseUri())
              .set("source.allowed-hosts", "127.0.0.1,localhost")
              .set("tls.extra-ca-file", certificate.certificate().toString());
      Path request =
          installation.request(
              "dora.csv",
              TwoServers.HEADER.strip()
                  + ",source_dav_url\n"
                  + servers.row(user, TwoServers.oldPassword(user), "dav,dav").strip()
                  + ","
                  + front.uri("localhost", "/")
                  + "\n");

      MailboxResult first = installation.migrate(request).mailboxes().get(0);

      assertThat(first.problems()).isEmpty();
      assertThat(first.state()).isEqualTo(MailboxState.COPIED);
      assertThat(first.contacts())
          .extracting(GroupwareTest::told)
          .containsExactly("People: 3 imported, 0 there, 0 updated, 0 kept");
      assertThat(first.calendar())
          .extracting(GroupwareTest::told)
          .containsExactlyInAnyOrder(
              "Main: 2 imported, 0 there, 0 updated, 0 kept",
              "Work: 1 imported, 0 there, 0 updated, 0 kept");
      assertMailArrived(user);
      DavReader atHome = readerAtDestination(user);
      URI contacts = atDestination(user, "contacts");
      URI calendar = atDestination(user, "calendar");
      assertThat(atHome.resources(contacts)).containsOnlyKeys("one.vcf", "two.vcf", "three.vcf");
      assertThat(atHome.resources(calendar)).containsOnlyKeys("a.ics", "b.ics");
      assertThat(atHome.resources(atDestination(user, "work"))).containsOnlyKeys("c.ics");

      atSource.put(people.resolve("four.vcf"), card("four", "Four"));
      atSource.change(people.resolve("one.vcf"), text -> text.replace("FN:One", "FN:Changed"));
      atSource.delete(people.resolve("two.vcf"));
      atSource.change(main.resolve("a.ics"), text -> text.replace(":A", ":Changed there"));
      atHome.change(calendar.resolve("a.ics"), text -> text.replace(":A", ":Changed by the user"));
      int before = front.requests().size();

      MailboxResult second = installation.migrate(request).mailboxes().get(0);

      assertThat(second.problems()).isEmpty();
      assertThat(second.contacts())
          .extracting(GroupwareTest::told)
          .containsExactly("People: 1 imported, 1 there, 1 updated, 0 kept");
      assertThat(second.calendar())
          .extracting(GroupwareTest::told)
          .containsExactlyInAnyOrder(
              "Main: 0 imported, 1 there, 0 updated, 1 kept",
              "Work: 0 imported, 1 there, 0 updated, 0 kept");
      assertThat(atHome.resources(contacts))
          .containsOnlyKeys("one.vcf", "two.vcf", "three.vcf", "four.vcf")
          .hasEntrySatisfying("one.vcf", text -> assertThat(text).contains("FN:Changed"));
      assertThat(atHome.resources(calendar).get("a.ics"))
          .contains("Changed by the user")
          .doesNotContain("Changed there");
      // Nothing is changed there, and only what has changed is fetched again.
      assertThat(front.calls())
          .isNotEmpty()
          .allMatch(call -> call.matches("(PROPFIND|REPORT|GET) .*"));
      assertThat(front.requests().subList(before, front.requests().size()))
          .filteredOn(asked -> asked.body().contains("multiget"))
          .extracting(asked -> asked.body().split("<href>", -1).length - 1)
          .containsExactlyInAnyOrder(2, 1);
    }
  }

  @Test
  void checkReadsTheFilesAndAsksTheServersOfBothSidesAndStoresNothing() throws IOException {
    userWithMail("files@example.org");
    userWithMail("dav@example.org");
    String refused = "refused@example.org";
    servers.userWithMail(refused, 2, "INBOX", "Sent");
    fresh.addUser(refused, "another password");
    Files.writeString(folder.resolve("broken.vcf"), card("x", "X").replace("END:VCARD\n", ""));
    Files.writeString(
        folder.resolve("half.ics"), calendar(event("a", "A") + "BEGIN:VEVENT\nUID:b\n"));
    TlsCertificate certificate = TlsCertificate.create(folder, "localhost");
    try (RadicaleServer old =
            RadicaleServer.start()
                .addUser("dav@example.org", TwoServers.oldPassword("dav@example.org"));
        ScriptedDavServer front =
            ScriptedDavServer.start(
                certificate, request -> ScriptedDavServer.forward(old.baseUri(), request));
        ScriptedDavServer ours =
            ScriptedDavServer.start(
                request -> ScriptedDavServer.forward(fresh.baseUri(), request))) {
      DavReader atSource =
          new DavReader("dav@example.org", TwoServers.oldPassword("dav@example.org"));
      atSource.makeAddressBook(old.baseUri().resolve("dav@example.org/people/"), "People");
      Installation installation =
          installation(ours.uri("/"), ours.uri("/"))
              .set("source.allowed-hosts", "127.0.0.1,localhost")
              .set("tls.extra-ca-file", certificate.certificate().toString());
      Path request = requestWithFiles(installation, "files@example.org");
      String url = "," + front.uri("localhost", "/") + "\n";
      Files.writeString(
          request,
          TwoServers.HEADER.strip()
              + ",source_dav_url\n"
              + row("files@example.org", "cards.vcf,half.ics", ",\n")
              + row("dav@example.org", "dav,", url)
              + row(refused, "broken.vcf,dav", url));

      List<MailboxCheck> checks;
      try (Launcher.Running running = installation.start(Launcher.Mode.CHECK)) {
        checks = running.check(request).mailboxes();
      }

      assertThat(checks).allSatisfy(check -> assertThat(check.source().messages()).isEqualTo(4));
      assertThat(checks.get(0).problems()).isEmpty();
      assertThat(checks.get(0).notes())
          .contains("cards.vcf: 2 cards.")
          .anyMatch(
              note -> note.startsWith("half.ics: 1 event; 1 place cannot be used, the first"));
      assertThat(checks.get(1).problems()).isEmpty();
      assertThat(checks.get(1).notes()).contains("At localhost we found 1 address book.");
      assertThat(checks.get(2).problems())
          .extracting(problem -> problem.place() + ", " + problem.owner())
          .satisfiesExactlyInAnyOrder(
              problem -> assertThat(problem).startsWith("broken.vcf line 1").endsWith("CUSTOMER"),
              problem -> assertThat(problem).contains("localhost").endsWith("CUSTOMER"),
              problem -> assertThat(problem).contains("/contacts").endsWith("US"),
              problem -> assertThat(problem).contains("/calendar").endsWith("US"));
      assertThat(front.calls()).isNotEmpty().allMatch(call -> call.startsWith("PROPFIND"));
      assertThat(ours.calls())
          .isNotEmpty()
          .allMatch(call -> call.startsWith("PROPFIND") || call.startsWith("OPTIONS"));
    }
  }

  private static String row(String user, String attachments, String end) {
    return servers.row(user, TwoServers.oldPassword(user), attachments).strip() + end;
  }

  @ParameterizedTest
  @CsvSource({"master-user, '%s*master'", "authorization-identity, master"})
  void anAdministratorWritesIntoTheCollectionsOfTheMailbox(String auth, String login)
      throws IOException {
    String user = auth + "@example.org";
    userWithMail(user);
    try (ScriptedDavServer front =
        ScriptedDavServer.start(
            request -> {
              String given = request.headers().getOrDefault("Authorization", "");
              // Radicale itself knows no administrators.
              return given.equals(basic(login.formatted(user), "master's password"))
                  ? ScriptedDavServer.forward(
                      fresh.baseUri(), request.as(basic(user, TwoServers.newPassword(user))))
                  : Answer.of(401);
            })) {
      Installation installation =
          installation(front.uri("/"), front.uri("/"))
              .set("destination.auth", auth)
              .set("destination.master-user", "master")
              .set("destination.master-password", "master's password");

      MailboxResult result =
          installation.migrate(requestWithFiles(installation, user)).mailboxes().get(0);

      assertThat(result.problems()).isEmpty();
      DavReader reader = readerAtDestination(user);
      assertThat(reader.resources(atDestination(user, "contacts"))).hasSize(2);
      assertThat(reader.resources(atDestination(user, "calendar"))).hasSize(2);
    }
  }

  private static String basic(String username, String password) {
    byte[] login = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(login);
  }

  private static String told(ImportResult result) {
    return "%s: %d imported, %d there, %d updated, %d kept"
        .formatted(
            result.file(),
            result.imported(),
            result.alreadyThere(),
            result.updated(),
            result.kept());
  }

  static String card(String uid, String name) {
    return """
    BEGIN:VCARD
    VERSION:3.0
    UID:%s
    FN:%s
    N:%s;;;;
    END:VCARD
    """
        .formatted(uid, name, name);
  }

  static String calendar(String events) {
    return """
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Somebody//EN
    %sEND:VCALENDAR
    """
        .formatted(events);
  }

  static String event(String uid, String summary) {
    return """
    BEGIN:VEVENT
    UID:%s
    DTSTAMP:20240101T000000Z
    DTSTART:20240501T100000Z
    SUMMARY:%s
    END:VEVENT
    """
        .formatted(uid, summary);
  }
}
