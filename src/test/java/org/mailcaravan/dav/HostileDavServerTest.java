package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.mailcaravan.dav.RawHttpServer.answer;
import static org.mailcaravan.dav.RawHttpServer.write;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.PulledResources;

/** Servers that mean to hold us for ever, or to fill our memory: each ends in a problem. */
@Timeout(60)
class HostileDavServerTest {
  private static final Duration SILENCE = Duration.ofMillis(150);
  private static final String NAMES = "xmlns='DAV:' xmlns:c='urn:ietf:params:xml:ns:carddav'";
  private static final String BOOK =
      "<response><href>%s</href><propstat><prop><resourcetype><collection/><c:addressbook/>"
          + "</resourcetype><displayname>%s</displayname></prop><status>HTTP/1.1 200 OK</status>"
          + "</propstat></response>";
  private static final String CARD =
      "<response><href>%s</href><propstat><prop><getetag>\"%s\"</getetag></prop>"
          + "<status>HTTP/1.1 200 OK</status></propstat></response>";
  private static final String CUT =
      "<response><href>/book/</href><status>HTTP/1.1 507 No</status></response>";
  private static final String DEEP = "<a>".repeat(200_000);

  private final Path spool;
  private final Importing importing = new Importing();

  HostileDavServerTest(@TempDir Path spool) {
    this.spool = spool;
  }

  @AfterEach
  void close() {
    importing.close();
  }

  private static String multistatus(String responses) {
    return "<multistatus " + NAMES + ">" + responses + "</multistatus>";
  }

  private static final Map<String, RawHttpServer.Script> SCRIPTS = scripts();

  private static Map<String, RawHttpServer.Script> scripts() {
    Map<String, RawHttpServer.Script> scripts = new LinkedHashMap<>();
    scripts.put("silence", (request, out) -> Thread.sleep(Long.MAX_VALUE));
    scripts.put("a drip before the status", (request, out) -> drip(out, "x"));
    scripts.put("a drip in the headers", (request, out) -> drip(out, "HTTP/1.1 207 So\r\nX: "));
    scripts.put(
        "a drip in the body",
        (request, out) -> drip(out, "HTTP/1.1 207 So\r\nContent-Length: 9999\r\n\r\n<"));
    scripts.put(
        "a drip of chunks",
        (request, out) ->
            again(out, "HTTP/1.1 207 So\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 20));
    scripts.put(
        "a drip after the last chunk",
        (request, out) ->
            again(
                out, "HTTP/1.1 207 So\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n", 20));
    scripts.put(
        "interim answers", (request, out) -> again(out, "", "HTTP/1.1 100 Go on\r\n\r\n", 0));
    scripts.put(
        "headers without end", (request, out) -> again(out, "HTTP/1.1 207 So\r\n", "A: b\r\n", 0));
    scripts.put(
        "a header without end", (request, out) -> again(out, "HTTP/1.1 207 So\r\nA:", "bbbb", 0));
    scripts.put("a line without end", (request, out) -> again(out, "", "HTTP", 0));
    scripts.put(
        "a body without end",
        (request, out) -> again(out, "HTTP/1.1 207 So\r\n\r\n<multistatus>", "<!-- more -->", 0));
    scripts.put("no HTTP", (request, out) -> write(out, "* OK IMAP4rev1 ready\r\n"));
    scripts.put(
        "a redirect to itself",
        (request, out) ->
            write(out, "HTTP/1.1 301 So\r\nLocation: /book/\r\nContent-Length: 0\r\n\r\n"));
    scripts.put(
        "deep XML", (request, out) -> answer(out, 207, "<multistatus " + NAMES + ">" + DEEP));
    scripts.put(
        "a deep error",
        (request, out) ->
            answer(out, 401, "<error xmlns='DAV:'>" + "<a>".repeat(15_000) + "</a>".repeat(6000)));
    scripts.put(
        "a deep message",
        (request, out) ->
            answer(
                out,
                401,
                "<d:error xmlns:d='DAV:'><message xmlns='http://sabredav.org/ns'>"
                    + "<a>".repeat(9000)
                    + "</a>".repeat(9000)
                    + "</message></d:error>"));
    scripts.put(
        "entities in entities",
        (request, out) ->
            answer(
                out,
                207,
                "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;'>]><multistatus xmlns='DAV:'>&c;</multistatus>"));
    scripts.put(
        "collections without end",
        (request, out) -> {
          StringBuilder all = new StringBuilder();
          for (int i = 0; i < 20_000; i++) {
            all.append(BOOK.formatted("/book/" + i + "/", "Book " + i));
          }
          answer(out, 207, home(request, all.toString()));
        });
    scripts.put(
        "gzip",
        (request, out) ->
            write(
                out,
                "HTTP/1.1 207 So\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u001f\u0001\u0008\u0000"));
    scripts.put("507 for ever", (request, out) -> answer(out, 507, "full"));
    scripts.put("503 for ever", (request, out) -> answer(out, 503, "busy"));
    scripts.put(
        "429 for ever",
        (request, out) ->
            write(out, "HTTP/1.1 429 So\r\nRetry-After: 999999999\r\nContent-Length: 0\r\n\r\n"));
    return scripts;
  }

  private static String home(String request, String books) {
    return request.contains("/home/")
        ? multistatus(books)
        : multistatus(
            "<response><href>/</href><propstat><prop><c:addressbook-home-set><href>/home/</href>"
                + "</c:addressbook-home-set></prop><status>HTTP/1.1 200 OK</status></propstat>"
                + "</response>");
  }

  private static void drip(OutputStream out, String start)
      throws IOException, InterruptedException {
    again(out, start, "x", 20);
  }

  /** Without end, with so many milliseconds between the pieces. */
  private static void again(OutputStream out, String start, String piece, int pause)
      throws IOException, InterruptedException {
    write(out, start);
    String pieces = pause == 0 ? piece.repeat(1000) : piece;
    while (true) {
      write(out, pieces);
      out.flush();
      if (pause > 0) {
        Thread.sleep(pause);
      }
    }
  }

  static Stream<String> hostile() {
    return SCRIPTS.keySet().stream();
  }

  private DavTransport transport() {
    Set<String> here = Set.of("127.0.0.1");
    return DavTransport.toSources(
        new Connector(
            new ConnectionRules(
                false,
                here,
                false,
                here,
                SILENCE.multipliedBy(20),
                SILENCE,
                SILENCE.multipliedBy(4),
                null)),
        SILENCE,
        Set.of(),
        Clock.systemUTC());
  }

  private List<ImportResult> pull(RawHttpServer server) {
    try (var fresh = ScriptedDavServer.start(new FakeAddressBook())) {
      return new ProviderImport(
              transport(), importing.oneByOne(), new PulledResources(importing.database), spool)
          .pull(
              Groupware.CONTACTS,
              new ProviderImport.Source(
                  "ann@old.example",
                  server.uri("/book/"),
                  new DavLogin.Password("ann", Secret.of("secret"))),
              Importing.account(fresh.uri("/ann/contacts/"), true, "ann", "secret"),
              null,
              () -> {});
    }
  }

  /** What is thrown, or null; as deep as it goes in any thread, it must not be an Error. */
  private static @Nullable Throwable withALittleStack(ThrowingCallable work) throws Exception {
    FutureTask<@Nullable Throwable> thrown = new FutureTask<>(() -> catchThrowable(work));
    new Thread(null, thrown, "little stack", 256 << 10).start();
    return thrown.get();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aServerThatNeverGivesAnythingEndsInAProblem(String name) throws Exception {
    try (var server = RawHttpServer.start(Objects.requireNonNull(SCRIPTS.get(name)))) {
      assertThat(withALittleStack(() -> pull(server))).isInstanceOf(MigrationException.class);
      assertThat(server.requests()).isLessThan(20);
    }
  }

  static Stream<Arguments> refusals() {
    String sabre =
        "<d:error xmlns:d='DAV:' xmlns:s='http://sabredav.org/ns'><s:exception>Forbidden"
            + "</s:exception><s:message>Not in your plan</s:message></d:error>";
    String bomb =
        "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;'>]>"
            + multistatus("<response><href>&b;</href></response>");
    return Stream.of(
        arguments(403, sabre, "403 Not in your plan", Owner.OLD_HOST),
        arguments(403, "", "403 So", Owner.OLD_HOST),
        arguments(402, "pay first", "402 pay first", Owner.OLD_HOST),
        arguments(
            507,
            "<error xmlns='DAV:'><quota-not-exceeded/></error>",
            "507 quota-not-exceeded",
            Owner.OLD_HOST),
        arguments(
            500,
            "<html><title>Oops</title><body>It broke</body></html>",
            "500 Oops: It broke",
            Owner.OLD_HOST),
        arguments(
            400,
            "{\"error\":{\"code\":400,\"message\":\"Odd request\"}}",
            "400 Odd request",
            Owner.OLD_HOST),
        arguments(404, "<h1>404 Not Found</h1>", "404 Not Found", Owner.US),
        arguments(200, "<title>Welcome</title>", "200 Welcome", Owner.US),
        arguments(
            207,
            "<multistatus xmlns='DAV:'>" + DEEP,
            "207, but more than 64 XML elements lie within each other",
            Owner.OLD_HOST),
        arguments(
            207,
            bomb,
            "207, but its XML holds entities of its own, which are never read",
            Owner.OLD_HOST),
        arguments(207, "no XML", "207, but its XML is broken (line 1, column 1)", Owner.OLD_HOST),
        arguments(
            207,
            multistatus(BOOK.replace("c:addressbook", "c:x")),
            "207, without any address book of this account",
            Owner.US));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatTheServerAnswersIsToldWithWhoCanFixIt(int status, String body, String told, Owner owner)
      throws Exception {
    try (var server = RawHttpServer.start((request, out) -> answer(out, status, body))) {
      String here = "127.0.0.1:" + server.uri("/").getPort();
      Throwable thrown = withALittleStack(() -> pull(server));

      assertThat(thrown).isInstanceOf(NeedsAttention.class);
      Problem problem = ((NeedsAttention) Objects.requireNonNull(thrown)).problem();
      assertThat(problem.place().toString()).isEqualTo(here + "/book/");
      assertThat(problem.cause())
          .startsWith("no CardDAV server was found (" + here + "/book/ answers: " + told + "; ")
          .contains(here + "/.well-known/carddav answers: " + told);
      assertThat(problem.owner()).isEqualTo(owner);

      // Our own server is ours to fix, in the same words.
      DavClient client =
          new DavClient(
              DavTransport.toDestination(
                  Importing.anywhere(), SILENCE.multipliedBy(20), Set.of(), Clock.systemUTC()),
              new DavLogin.Password("ann", Secret.of("secret")));
      assertThatThrownBy(() -> new Discovery(client, Groupware.CONTACTS).from(server.uri("/book/")))
          .isInstanceOfSatisfying(
              NeedsAttention.class,
              ours -> {
                assertThat(ours.problem().cause()).isEqualTo(problem.cause());
                assertThat(ours.problem().owner()).isEqualTo(Owner.US);
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, 'the server does not list its collections (403 no)', /home/",
    "207, 'the server does not list all of its collections: its XML is broken', /home/",
  })
  void whatTheHomeAnswersIsTold(int status, String told, String place) {
    try (var server =
        RawHttpServer.start(
            (request, out) -> {
              if (request.contains("/home/")) {
                answer(out, status, "no");
              } else {
                answer(out, 207, home(request, ""));
              }
            })) {
      assertThat(catchThrowable(() -> pull(server)))
          .hasMessageContaining(told)
          .hasMessageContaining(place);
    }
  }

  @Test
  void whyTheContentsAreNotListedIsTold() {
    AtomicInteger looks = new AtomicInteger();
    try (var server =
        RawHttpServer.start(
            (request, out) -> {
              if (request.startsWith("PROPFIND") && looks.getAndIncrement() == 0) {
                answer(out, 207, multistatus(BOOK.formatted("/book/", "Book")));
              } else {
                answer(out, 403, "<error xmlns='DAV:'><message>Locked out</message></error>");
              }
            })) {
      assertThat(pull(server).get(0).refused())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.cause()).endsWith("what is in it (403 Locked out)");
                assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
              });
    }
  }

  @Test
  void aServerThatTakesNoPasswordIsNotToldAsAWrongPassword() {
    try (var server =
        RawHttpServer.start(
            (request, out) ->
                write(
                    out,
                    """
                    HTTP/1.1 401 So
                    WWW-Authenticate: Bearer realm="x"
                    WWW-Authenticate: Negotiate
                    Content-Length: 0

                    """))) {
      assertThat(catchThrowable(() -> pull(server)))
          .hasMessageContaining("takes no user name and password, only Bearer, Negotiate (401 So)");
    }
  }

  /** An address book that tells of cards, and what it answers to all else. */
  private static RawHttpServer.Script book(@Nullable String changes, String listed, int otherwise) {
    return (request, out) -> {
      if (request.startsWith("PROPFIND")) {
        answer(out, 207, multistatus(BOOK.formatted("/book/", "Book") + listed));
      } else if (changes != null && request.startsWith("REPORT")) {
        answer(out, 207, changes);
      } else {
        answer(out, otherwise, "no");
      }
    };
  }

  @Test
  void aServerThatListsCardsAndFailsAtEachIsGivenUp() {
    StringBuilder cards = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      cards.append(CARD.formatted("/book/" + i + ".vcf", "1"));
    }
    try (var server = RawHttpServer.start(book(null, cards.toString(), 507))) {
      assertThat(catchThrowable(() -> pull(server)))
          .isInstanceOf(TryAgain.class)
          .hasMessageContaining("without a result");
    }
  }

  @Test
  void aServerThatTellsItsChangesInPartsWithoutEndIsListedInAnotherWay() {
    AtomicInteger part = new AtomicInteger();
    try (var server =
        RawHttpServer.start(
            (request, out) -> {
              int n = part.incrementAndGet();
              String told = CARD.formatted("/book/" + n + ".vcf", "1") + CUT;
              book(multistatus(told + "<sync-token>" + n + "</sync-token>"), "", 404)
                  .answer(request, out);
            })) {
      assertThat(pull(server))
          .singleElement()
          .extracting(Importing::counts)
          .isEqualTo(Importing.imported(0, 0));
      assertThat(server.requests()).isLessThan(1010);
    }
  }

  @Test
  void whatIsLongerThanAnyServerTellsItIsNotRecorded() {
    String large = "x".repeat(1 << 20);
    String card = "BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:One\nN:One;;;;\nEND:VCARD\n";
    try (var server =
        RawHttpServer.start(
            (request, out) -> {
              if (request.startsWith("GET")) {
                answer(out, 200, card);
              } else if (request.startsWith("PROPFIND")) {
                answer(
                    out,
                    207,
                    multistatus(
                        BOOK.formatted("/book/", large) + CARD.formatted("/book/1.vcf", large)));
              } else {
                answer(out, 207, multistatus("<sync-token>" + large + "</sync-token>"));
              }
            })) {
      assertThat(pull(server))
          .singleElement()
          .satisfies(
              result -> {
                assertThat(result.imported()).isEqualTo(1);
                assertThat(result.file()).hasSize(1000);
              });
      List<String> database = importing.database.jdbc().sql("script").query(String.class).list();
      assertThat(database).noneMatch(row -> row.contains("x".repeat(5000)));
    }
  }

  @Test
  void aServerThatDripsItsHandshakeIsGivenUp() {
    try (var server = RawHttpServer.start((request, out) -> drip(out, "x"))) {
      DavClient client =
          new DavClient(transport(), new DavLogin.Password("ann", Secret.of("secret")));
      URI uri = URI.create(server.uri("/").toString().replace("http:", "https:"));

      assertThat(catchThrowable(() -> client.send("GET", uri, 1)))
          .isInstanceOf(TryAgain.class)
          .hasMessageContaining("the server did not finish its answer");
    }
  }

  @Test
  void anErrorInWhateverThreadIsTold() {
    try (InFlight<String> inFlight = new InFlight<>(2, result -> {})) {
      inFlight.give(1, HostileDavServerTest::endless);

      assertThat(catchThrowable(inFlight::await)).hasRootCauseInstanceOf(StackOverflowError.class);
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static String endless() {
    return endless() + "more";
  }
}
