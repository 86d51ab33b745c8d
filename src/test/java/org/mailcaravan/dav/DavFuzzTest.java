package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.store.PulledResources;

/**
 * Whatever a CardDAV or CalDAV server answers, an old provider's or ours: the import ends, at worst
 * with a problem, and the login that stands in the answers is not shown. {@code
 * -Dmailcaravan.fuzz-rounds=20000} tries more of it.
 */
class DavFuzzTest {
  private static final int ROUNDS = Integer.getInteger("mailcaravan.fuzz-rounds", 80);
  private static final long SEED = Long.getLong("mailcaravan.fuzz-seed", 15);
  private static final String PASSWORD = "k7#Vq%21&x";

  /** For an answer that is shorter than it says. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int[] STATUS = {
    200, 201, 204, 207, 207, 207, 206, 301, 302, 304, 400, 401, 403, 404, 409, 412, 423, 429, 500,
    503, 507, 599
  };
  private static final String CARDS =
      """
      BEGIN:VCARD
      VERSION:3.0
      UID:1
      FN:A
      END:VCARD
      BEGIN:VCARD
      VERSION:3.0
      UID:2
      FN:B
      END:VCARD
      """;
  private static final String EVENTS =
      """
      BEGIN:VCALENDAR
      BEGIN:VEVENT
      UID:1
      ATTENDEE:mailto:b@example.org
      END:VEVENT
      BEGIN:VEVENT
      UID:2
      END:VEVENT
      END:VCALENDAR
      """;
  private static final String[] PIECES = {
    "<response>",
    "</response>",
    "<href>/book/</href>",
    "<href>/book/1.vcf</href>",
    "<href>//x:y@[::1]:99999/%zz</href>",
    "<href>https://elsewhere.example/</href>",
    "<href>k7#Vq%21&amp;x</href>",
    "<href/>",
    "<status>HTTP/1.1 200 OK</status>",
    "<status>HTTP/1.1 507 No</status>",
    "<status>99999</status>",
    "<propstat><prop>",
    "</prop></propstat>",
    "<resourcetype><collection/><c:addressbook/></resourcetype>",
    "<c:addressbook-home-set><href>/book/</href></c:addressbook-home-set>",
    "<current-user-principal><href>/me/</href></current-user-principal>",
    "<displayname>Bücher</displayname>",
    "<getetag>\"1\"</getetag>",
    "<getetag>\"azcjVnElMjEmeA==\"</getetag>",
    "<c:address-data>BEGIN:VCARD&#13;\nVERSION:3.0\nUID:a\nFN:A\nEND:VCARD\n</c:address-data>",
    "<c:supported-calendar-component-set><c:comp name='VTODO'/></c:supported-calendar-component-set>",
    "<c:schedule-default-calendar-URL><href>/book/</href></c:schedule-default-calendar-URL>",
    "<c:max-resource-size>-1</c:max-resource-size>",
    "<sync-token>t</sync-token>",
    "<sync-token>azcjVnElMjEmeA==</sync-token>",
    "<error xmlns='DAV:'><no-uid-conflict><href>/book/2.vcf</href></no-uid-conflict></error>",
    "<!-- k7#Vq%21&x -->",
    "<![CDATA[<a>]]>",
    "&#0;",
    "&nope;",
    "<a><b><c>",
    "login k7#Vq%21&amp;x failed",
    "\u0000\uFFFE"
  };

  private final Importing importing = new Importing();

  @Test
  @Timeout(7200)
  void anImportEndsAndShowsNoLoginWhateverAServerAnswers(@TempDir Path spool) {
    SecretMask mask = new SecretMask();
    mask.hide(PASSWORD);
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      Groupware kind = round % 2 == 0 ? Groupware.CONTACTS : Groupware.CALENDARS;
      boolean ours = round % 4 > 1;
      try (var server = RawHttpServer.start((request, out) -> answer(random, kind, request, out));
          var fresh = ScriptedDavServer.start(new FakeAddressBook())) {
        boolean exact = random.nextBoolean();
        List<ImportResult> results = new ArrayList<>();
        Throwable thrown =
            catchThrowable(
                () -> {
                  for (int i = 0; i < 2; i++) {
                    results.addAll(
                        ours ? put(kind, server, exact, spool) : pull(kind, server, fresh, spool));
                  }
                });
        String told = results + trace(thrown);

        if (thrown != null) {
          assertThat(thrown).as("seed " + (SEED + round)).isInstanceOf(MigrationException.class);
        }
        assertThat(mask.isIn(told)).as("seed %d: %s", SEED + round, told).isFalse();
      }
    }
    List<String> database = importing.database.jdbc().sql("script").query(String.class).list();
    assertThat(database).isNotEmpty().noneMatch(mask::isIn);
    importing.close();
  }

  private static String trace(@Nullable Throwable thrown) {
    StringWriter trace = new StringWriter();
    if (thrown != null) {
      thrown.printStackTrace(new PrintWriter(trace));
    }
    return trace.toString();
  }

  private static void answer(Random random, Groupware kind, String request, OutputStream out)
      throws IOException {
    StringBuilder body = new StringBuilder();
    int form = random.nextInt(10);
    if (form < 7) {
      body.append("<multistatus xmlns='DAV:' xmlns:c='" + DavXml.CARDDAV + "'>");
    }
    for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
      body.append(
          random.nextInt(3) == 0 ? wellFormed(random) : PIECES[random.nextInt(PIECES.length)]);
    }
    if (form < 6) {
      body.append("</multistatus>");
    }
    int status = request.startsWith("PROPFIND") ? 207 : STATUS[random.nextInt(STATUS.length)];
    if (random.nextInt(8) == 0) {
      status = STATUS[random.nextInt(STATUS.length)];
    }
    List<String> headers =
        List.of(
            "X: y\r\n",
            "Location: /book/\r\n",
            "Location: http://k7.example/%\r\n",
            "ETag: \"azcjVnElMjEmeA==\"\r\n",
            "Retry-After: -1\r\n",
            "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
            "WWW-Authenticate: Basic k7#Vq%21&x\r\n",
            "Server: Zimbra\r\n",
            "no header\r\n",
            "DAV: 1, calendar-auto-schedule\r\n");
    RawHttpServer.write(
        out,
        (random.nextInt(40) == 0 ? "HTTP/9 " : "HTTP/1.1 ")
            + status
            + " login k7#Vq%21&x failed\r\n"
            + headers.get(random.nextInt(headers.size())));
    byte[] octets = in(kind, body.toString()).getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(6) == 0) {
      RawHttpServer.write(out, "\r\n");
      out.write(octets);
      throw new IOException("closes");
    }
    RawHttpServer.write(out, "Content-Length: " + octets.length + "\r\n\r\n");
    out.write(octets);
  }

  /** The same for calendars. */
  private static String in(Groupware kind, String xml) {
    return kind == Groupware.CONTACTS
        ? xml
        : xml.replace(DavXml.CARDDAV, DavXml.CALDAV)
            .replace("addressbook", "calendar")
            .replace("address-data", "calendar-data")
            .replace("BEGIN:VCARD", "BEGIN:VCALENDAR\nBEGIN:VEVENT")
            .replace("END:VCARD", "END:VEVENT\nEND:VCALENDAR")
            .replace(".vcf", ".ics");
  }

  private static String wellFormed(Random random) {
    String href = random.nextBoolean() ? "/book/" : "/book/" + random.nextInt(3) + ".vcf";
    StringBuilder response =
        new StringBuilder("<response><href>" + href + "</href><propstat><prop>");
    for (int properties = random.nextInt(4); properties > 0; properties--) {
      response.append(PIECES[13 + random.nextInt(10)]);
    }
    return response
        .append("</prop><status>HTTP/1.1 200 OK</status></propstat></response>")
        .toString();
  }

  private GroupwareImport importer() {
    return importing.with(1, PATIENCE, Clock.systemUTC());
  }

  private List<ImportResult> put(Groupware kind, RawHttpServer server, boolean exact, Path folder)
      throws IOException {
    Path file = folder.resolve("ours" + kind.extension());
    Files.writeString(file, kind == Groupware.CONTACTS ? CARDS : EVENTS);
    return importer()
        .importFiles(
            kind,
            new GroupwareSource.Exported(List.of(file)),
            Importing.account(server.uri("/book/"), exact, "ann", PASSWORD),
            null,
            () -> {});
  }

  private List<ImportResult> pull(
      Groupware kind, RawHttpServer server, ScriptedDavServer fresh, Path spool) {
    Set<String> here = Set.of("127.0.0.1");
    return new ProviderImport(
            DavTransport.toSources(
                new Connector(
                    new ConnectionRules(false, here, false, here, PATIENCE, PATIENCE, null)),
                PATIENCE,
                Set.of(),
                Clock.systemUTC()),
            importer(),
            new PulledResources(importing.database),
            spool)
        .pull(
            kind,
            new ProviderImport.Source(
                "ann@old.example",
                server.uri("/book/"),
                new DavLogin.Password("ann", Secret.of(PASSWORD))),
            Importing.account(fresh.uri("/ann/contacts/"), true, "bob", "else"),
            null,
            () -> {});
  }
}
