package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Secret;
import org.mailcaravan.server.DavServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.RadicaleServer;
import org.mailcaravan.server.XandikosServer;
import org.mailcaravan.store.PulledResources;

/** From one real server into another. */
@Lengthy
@EnabledIfInstalled({"radicale", "xandikos"})
class ProviderImportTest {
  private static final String PASSWORD = "secret";

  enum Way {
    FROM_RADICALE,
    FROM_XANDIKOS
  }

  private final Path spool;
  private final Importing importing = new Importing();
  private final DavReader reader = new DavReader(DavServer.USER, PASSWORD);
  private final DavServer radicale = RadicaleServer.start().addUser(DavServer.USER, PASSWORD);
  private final DavServer xandikos = XandikosServer.start();

  ProviderImportTest(@TempDir Path spool) {
    this.spool = spool;
  }

  @AfterEach
  void stop() {
    radicale.close();
    xandikos.close();
    importing.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyCollectionGoesIntoOneOfItsNameAndLaterOnlyWhatHasChanged(Way way) {
    DavServer old = way == Way.FROM_RADICALE ? radicale : xandikos;
    DavServer fresh = way == Way.FROM_RADICALE ? xandikos : radicale;
    URI main = make(old, "a", "Main", "#11AA22");
    URI work = make(old, "b", "Work & travel", null);
    reader.put(main.resolve("one.ics"), event("one", "First"));
    reader.put(main.resolve("two.ics"), event("two", "Second"));
    reader.put(work.resolve("three.ics"), event("three", "Third"));
    try (var front = ScriptedDavServer.before(old.baseUri())) {
      List<ImportResult> first = pull(front, fresh);

      assertThat(first)
          .extracting(result -> result.file() + ": " + Importing.counts(result))
          .containsExactlyInAnyOrder(
              "Main: " + Importing.imported(2, 0), "Work & travel: " + Importing.imported(1, 0));
      URI home = fresh.home(DavServer.Kind.CALENDARS);
      assertThat(says(home.resolve("calendar/"))).isEqualTo(says(main));
      assertThat(says(home.resolve("work-travel/"))).isEqualTo(says(work));
      assertThat(reader.properties(home.resolve("work-travel/"))).contains("Work &amp; travel");

      // Nothing has changed: the way to the collections, and one question for each.
      int before = front.requests().size();
      assertThat(pull(front, fresh))
          .extracting(ImportResult::alreadyThere)
          .containsExactlyInAnyOrder(2, 1);
      List<String> calls = front.calls().subList(before, front.calls().size());
      assertThat(calls).filteredOn(call -> call.startsWith("REPORT")).hasSize(2);
      assertThat(calls).hasSizeLessThanOrEqualTo(7);

      reader.put(main.resolve("four.ics"), event("four", "Fourth"));
      reader.change(main.resolve("one.ics"), text -> text.replace("First", "Changed"));
      reader.delete(main.resolve("two.ics"));
      assertThat(pull(front, fresh))
          .filteredOn(result -> result.file().equals("Main"))
          .extracting(Importing::counts)
          .containsExactly("1 imported, 0 there, 1 updated, 0 kept, 0 repeated, 0 refused");
      // What was deleted at the source stays.
      assertThat(reader.resources(home.resolve("calendar/")))
          .containsOnlyKeys("one.ics", "two.ics", "four.ics")
          .hasEntrySatisfying("one.ics", text -> assertThat(text).contains("Changed"));
      // Nothing is changed at the source.
      assertThat(front.calls())
          .isNotEmpty()
          .allMatch(call -> call.matches("(PROPFIND|REPORT|GET) .*"));
    }
  }

  @Test
  void aServerThatForgetsItsTokensOrKnowsNoneIsAskedWhatItHasAndGivesOnlyWhatIsNew() {
    URI main = make(radicale, "a", "Main", null);
    reader.put(main.resolve("one.ics"), event("one", "First"));
    AtomicBoolean known = new AtomicBoolean(true);
    try (var real = ScriptedDavServer.before(radicale.baseUri());
        var front =
            ScriptedDavServer.start(
                request -> {
                  boolean sync = request.body().contains("sync-collection");
                  boolean again = request.body().contains("<sync-token>http");
                  if (sync && (again || !known.get())) {
                    return Answer.of(
                        again ? 403 : 501,
                        "<d:error xmlns:d='DAV:'><d:valid-sync-token/></d:error>");
                  }
                  return real.pass(request);
                })) {
      assertThat(pull(front, xandikos)).extracting(ImportResult::imported).containsExactly(1);

      reader.put(main.resolve("two.ics"), event("two", "Second"));
      assertThat(pull(front, xandikos))
          .extracting(Importing::counts)
          .containsExactly(Importing.imported(1, 1));

      known.set(false);
      reader.put(main.resolve("three.ics"), event("three", "Third"));
      assertThat(pull(front, xandikos))
          .extracting(Importing::counts)
          .containsExactly(Importing.imported(1, 2));
      assertThat(front.requests())
          .filteredOn(request -> request.body().contains("calendar-multiget"))
          .extracting(request -> request.body().split("<href>", -1).length - 1)
          .containsExactly(1, 1, 1);
    }
  }

  @Test
  void whatIsRefusedIsToldAndTriedAgainWhileTheRestArrives() {
    URI main = make(radicale, "a", "Main", null);
    reader.put(main.resolve("one.ics"), event("one", "First"));
    reader.put(main.resolve("two.ics"), event("two", "Second"));
    AtomicBoolean strict = new AtomicBoolean(true);
    try (var front = ScriptedDavServer.before(radicale.baseUri());
        var real = ScriptedDavServer.before(xandikos.baseUri());
        var picky =
            ScriptedDavServer.start(
                request ->
                    strict.get() && request.method().equals("PUT") && request.path().contains("two")
                        ? Answer.of(415, "not that one")
                        : real.pass(request))) {
      ImportResult first = pull(front, picky.uri("/")).get(0);
      assertThat(first.imported()).isEqualTo(1);
      assertThat(first.refused())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.place().toString()).startsWith("two.ics").contains("(UID two)");
                assertThat(problem.cause()).contains("415 not that one");
              });

      strict.set(false);
      assertThat(pull(front, picky.uri("/")))
          .extracting(Importing::counts)
          .containsExactly(Importing.imported(1, 1));
    }
  }

  @Test
  void aStrangersServerInThePrivateNetworkIsNotAsked() throws Exception {
    try (var front = ScriptedDavServer.before(radicale.baseUri())) {
      for (Set<String> insecure : List.of(Set.<String>of(), Set.of("127.0.0.1"))) {
        NeedsAttention thrown =
            catchThrowableOfType(
                NeedsAttention.class,
                () -> pull(provider(Set.of(), insecure), front.uri("/"), radicale.baseUri()));
        assertThat(thrown.problem().nextStep()).contains("source.");
      }
      assertThat(front.requests()).isEmpty();
    }

    HttpsServer tls = untrusted();
    URI url = URI.create("https://127.0.0.1:" + tls.getAddress().getPort() + "/");
    NeedsAttention address =
        catchThrowableOfType(
            NeedsAttention.class,
            () -> pull(provider(Set.of(), Set.of()), url, radicale.baseUri()));
    assertThat(address.problem().cause()).contains("private or link-local address");
    // Where the address is allowed, the certificate is looked at.
    NeedsAttention certificate =
        catchThrowableOfType(
            NeedsAttention.class,
            () -> pull(provider(Set.of("127.0.0.1"), Set.of()), url, radicale.baseUri()));
    assertThat(certificate.problem().cause()).contains("no secure connection");
    tls.stop(0);
  }

  @Test
  void aServerWithoutAnyAccountIsToldAsSuch() {
    try (var front = ScriptedDavServer.start(request -> Answer.of(404))) {
      NeedsAttention thrown =
          catchThrowableOfType(NeedsAttention.class, () -> pull(front, xandikos));
      assertThat(thrown.problem().cause()).contains("no CalDAV server");
      assertThat(thrown.problem().nextStep()).contains("source_dav_url");
      assertThat(thrown.getMessage()).doesNotContain(PASSWORD);
    }
  }

  /** GreenMail brings a key whose certificate nobody trusts. */
  private static HttpsServer untrusted() throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream store = GreenMail.class.getResourceAsStream("/greenmail.p12")) {
      keys.load(store, password);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, password);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.start();
    return server;
  }

  private URI make(DavServer server, String segment, String name, @Nullable String colour) {
    URI uri = server.home(DavServer.Kind.CALENDARS).resolve(segment + "/");
    reader.makeCalendar(uri, name, colour, Set.of());
    return uri;
  }

  private static String event(String uid, String summary) {
    return """
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Somebody//EN
    BEGIN:VEVENT
    UID:%s
    DTSTAMP:20240101T000000Z
    DTSTART:20240501T100000Z
    SUMMARY:%s
    END:VEVENT
    END:VCALENDAR
    """
        .formatted(uid, summary);
  }

  /** What each resource of a collection says, however the server writes it. */
  private Set<String> says(URI collection) {
    Map<String, String> resources = reader.resources(collection);
    return resources.values().stream()
        .map(text -> EntryIdentity.of(text).toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<ImportResult> pull(ScriptedDavServer from, DavServer to) {
    return pull(from, to.baseUri());
  }

  private List<ImportResult> pull(ScriptedDavServer from, URI to) {
    Set<String> here = Set.of("127.0.0.1");
    return pull(provider(here, here), from.uri("/"), to);
  }

  private List<ImportResult> pull(ProviderImport provider, URI from, URI to) {
    return provider.pull(
        Groupware.CALENDARS,
        new ProviderImport.Source(
            "ann@old.example", from, new DavLogin.Password(DavServer.USER, Secret.of(PASSWORD))),
        Importing.account(to, false, DavServer.USER, PASSWORD),
        null,
        () -> {});
  }

  private ProviderImport provider(Set<String> allowed, Set<String> insecure) {
    Duration patience = Duration.ofSeconds(20);
    return new ProviderImport(
        DavTransport.toSources(
            new Connector(
                new ConnectionRules(false, allowed, false, insecure, patience, patience, null)),
            patience,
            Set.of(),
            Clock.systemUTC()),
        importing.with(3, patience, Clock.systemUTC()),
        new PulledResources(importing.database),
        spool);
  }
}
