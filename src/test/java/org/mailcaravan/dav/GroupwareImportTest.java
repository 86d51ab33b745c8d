package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.dav.ScriptedDavServer.Request;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.server.Lengthy;

/** What goes over the wire, and what is made of each answer. */
@Lengthy
class GroupwareImportTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
  private static final String PASSWORD = "pä:ss wörd%&";
  private static final String BOOK =
      """
      <?xml version="1.0"?>
      <d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:response>
      <d:href>/x/</d:href><d:propstat><d:prop><d:resourcetype>%s<d:collection/></d:resourcetype>
      </d:prop></d:propstat></d:response></d:multistatus>
      """;
  private static final Answer IS_BOOK = Answer.of(207, BOOK.formatted("<c:addressbook/>"));

  private final Path cards;
  private final Importing importing = new Importing();
  private final GroupwareImport importer;

  @AfterEach
  void close() {
    importing.close();
  }

  GroupwareImportTest(@TempDir Path folder) throws IOException {
    cards =
        Files.writeString(
            folder.resolve("contacts.vcf"),
            """
            BEGIN:VCARD
            VERSION:3.0
            UID:one
            FN:One
            N:One;;;;
            END:VCARD
            BEGIN:VCARD
            VERSION:3.0
            UID:urn:uuid/../2
            FN:Two
            N:Two;;;;
            END:VCARD
            """);
    importer = importing.with(1, Duration.ofSeconds(5), CLOCK);
  }

  @Test
  void storesEachCardOnlyWhereNothingIsAndShowsThePasswordNowhereButInItsHeader() {
    try (var server = ScriptedDavServer.start(new FakeAddressBook())) {
      ImportResult result = importInto(server);

      assertThat(Importing.counts(result)).isEqualTo(Importing.imported(2, 0));
      assertThat(server.calls())
          .containsExactly(
              "PROPFIND /ann%40example.org/contacts/",
              "PROPFIND /ann%40example.org/contacts/",
              "PUT /ann%40example.org/contacts/one.vcf",
              "PUT /ann%40example.org/contacts/" + Digest.of("urn:uuid/../2") + ".vcf");
      Request put = server.requests().get(2);
      assertThat(put.headers())
          .containsEntry("If-None-Match", "*")
          .containsEntry("Content-Type", "text/vcard; charset=utf-8")
          .containsEntry(
              "Authorization",
              "Basic "
                  + Base64.getEncoder()
                      .encodeToString(
                          ("ann@example.org:" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
      assertThat(put.body()).startsWith("BEGIN:VCARD\r\n").contains("UID:one\r\n", "FN:One\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "412| | 2 | 0",
        "409|<e:error xmlns:e='DAV:'><C:no-uid-conflict xmlns:C='urn:x'/></e:error> | 0 | 2",
        "403|<error xmlns='DAV:'><x:no-uid-conflict xmlns:x='urn:x'><href>/a/one.vcf</href></x:no-uid-conflict></error> | 1 | 1",
      })
  void whatIsThereAlreadyIsComparedAndLeftAlone(
      int status, @Nullable String body, int there, int kept) {
    try (var server =
        server(
            request ->
                request.method().equals("GET")
                    ? Answer.of(
                        200,
                        "BEGIN:VCARD\nVERSION:3.0\nN:%1$s\nFN:%1$s\nUID:%2$s\nREV:1\nEND:VCARD\n"
                            .formatted(
                                request.path().endsWith("one.vcf") ? "One" : "Two",
                                request.path().endsWith("one.vcf") ? "one" : "urn:uuid/../2"))
                    : Answer.of(status, body == null ? "" : body))) {
      ImportResult result = importInto(server);

      assertThat(result.alreadyThere()).isEqualTo(there);
      assertThat(result.kept()).isEqualTo(kept);
      assertThat(result.notes()).hasSize(kept);
      assertThat(server.calls()).filteredOn(call -> call.startsWith("PUT")).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, <html><head><title>x</title></head><p>Bad  Request</p></html>, 400 x: Bad Request, CUSTOMER",
    "403, <error xmlns='DAV:'><valid-address-data/></error>, 403 valid-address-data, CUSTOMER",
    "413, too large, 413 too large, CUSTOMER",
    "500, oops, 500 oops, US",
    "303, elsewhere, 303 elsewhere, CUSTOMER",
  })
  void whatTheServerRefusesIsToldWithItsWordsAndTheNextIsStored(
      int status, String body, String words, Owner owner) {
    try (var server =
        server(
            request ->
                request.path().endsWith("one.vcf") ? Answer.of(status, body) : Answer.of(201))) {
      ImportResult result = importInto(server);

      assertThat(result.imported()).isEqualTo(1);
      assertThat(result.refused())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.place().toString()).isEqualTo("contacts.vcf line 1 (UID one)");
                assertThat(problem.cause()).contains("(" + words + ")");
                assertThat(problem.owner()).isEqualTo(owner);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 507})
  void whatConcernsTheWholeAccountStopsTheImport(int status) {
    try (var server = server(request -> Answer.of(status))) {
      NeedsAttention thrown = catchThrowableOfType(NeedsAttention.class, () -> importInto(server));

      assertThat(thrown.problem().owner()).isEqualTo(Owner.US);
      assertThat(thrown.problem().place().toString()).contains("/ann%40example.org/contacts/");
      assertSilent(thrown);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "429, 17, PT17S",
        "503, 'Sun, 22 Nov 2026 10:01:30 GMT', PT1M30S",
        "503, 'Sun, 22 Nov 2026 09:00:00 GMT', PT0S",
        "503, soon, none",
        "504, 99999999999999999999, none",
      })
  void aBusyServerIsTriedAgainAfterTheTimeItAskedFor(
      int status, String retryAfter, @Nullable Duration wait) {
    try (var server = server(request -> Answer.of(status, "Retry-After", retryAfter))) {
      TryAgain thrown = catchThrowableOfType(TryAgain.class, () -> importInto(server));

      assertThat(thrown.after()).isEqualTo(wait);
      assertSilent(thrown);
    }
  }

  @Test
  void aConnectionThatIsClosedWhenItIsUsedAgainIsReplacedAtOnce() {
    AtomicInteger asked = new AtomicInteger();
    FakeAddressBook book = new FakeAddressBook();
    try (var server =
        ScriptedDavServer.start(
            request ->
                request.path().endsWith("one.vcf") && asked.getAndIncrement() == 0
                    ? Answer.of(0)
                    : book.apply(request))) {
      assertThat(Importing.counts(importInto(server))).isEqualTo(Importing.imported(2, 0));
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void aConnectionThatIsLostAgainAndAgainIsTriedLaterAndGoesOnWhereItWas() {
    AtomicInteger asked = new AtomicInteger();
    FakeAddressBook book = new FakeAddressBook();
    try (var server =
        ScriptedDavServer.start(
            request ->
                request.method().equals("PUT")
                        && !request.path().endsWith("one.vcf")
                        && asked.getAndIncrement() < 2
                    ? Answer.of(0)
                    : book.apply(request))) {
      assertSilent(catchThrowableOfType(TryAgain.class, () -> importInto(server)));
      assertThat(Importing.counts(importInto(server))).isEqualTo(Importing.imported(1, 1));
      assertThat(server.calls()).filteredOn(call -> call.endsWith("/one.vcf")).hasSize(1);
    }
  }

  @Test
  void aServerThatCannotBeReachedIsTriedAgain() {
    URI gone;
    try (var server = server(request -> Answer.of(201))) {
      gone = server.uri("/x/");
    }
    assertSilent(catchThrowableOfType(TryAgain.class, () -> importInto(gone)));
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws NoSuchAlgorithmException {
    CountDownLatch end = new CountDownLatch(1);
    GroupwareImport hasty = importing.with(1, Duration.ofMillis(200), CLOCK);
    try (var server =
        server(
            request -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Answer.of(0);
            })) {
      assertSilent(
          catchThrowableOfType(
              TryAgain.class,
              () ->
                  hasty.importFiles(
                      Groupware.CONTACTS,
                      new GroupwareSource.Exported(List.of(cards)),
                      Importing.account(server.uri("/x/"), true, "ann@example.org", PASSWORD),
                      null,
                      () -> {})));
      end.countDown();
    }
  }

  @Test
  void aServerWithoutATrustedCertificateNeedsAttention() throws Exception {
    // GreenMail brings a key whose certificate nobody trusts.
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
    URI collection = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/x/");

    NeedsAttention thrown =
        catchThrowableOfType(NeedsAttention.class, () -> importInto(collection));
    server.stop(0);

    assertThat(thrown.problem().cause()).contains("no secure connection");
    assertThat(thrown.problem().nextStep()).contains("certificate");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void aRedirectOnTheSameHostIsFollowed(int status) {
    try (var server =
        ScriptedDavServer.start(
            request -> {
              if (request.path().startsWith("/ann")) {
                return Answer.of(status, "Location", "/dav" + request.path());
              }
              return request.method().equals("PROPFIND") ? IS_BOOK : Answer.of(201);
            })) {
      assertThat(importInto(server).imported()).isEqualTo(2);
      assertThat(server.calls())
          .containsSubsequence(
              "PROPFIND /dav/ann%40example.org/contacts/",
              "PUT /dav/ann%40example.org/contacts/one.vcf");
      assertThat(server.requests())
          .filteredOn(request -> request.method().equals("PUT"))
          .first()
          .satisfies(put -> assertThat(put.body()).contains("FN:One"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:1/x/",
        "https://dav.example.org/",
        "http://ann:secret@127.0.0.1/",
        "mailto:x",
        "::",
        "/ann%40example.org/contacts/"
      })
  void aRedirectElsewhereOrForEverIsNotFollowed(String location) {
    try (var server = ScriptedDavServer.start(request -> Answer.of(302, "Location", location))) {
      assertSilent(catchThrowableOfType(NeedsAttention.class, () -> importInto(server)));
      assertThat(server.requests()).hasSizeLessThanOrEqualTo(6);
    }
  }

  @Test
  void aMissingCollectionIsCreated() {
    AtomicBoolean there = new AtomicBoolean();
    try (var server =
        ScriptedDavServer.start(
            request -> {
              if (request.method().equals("MKCOL")) {
                there.set(true);
                return Answer.of(201);
              }
              return Answer.of(there.get() ? 201 : 404);
            })) {
      assertThat(importInto(server).imported()).isEqualTo(2);
      assertThat(server.calls().get(1)).isEqualTo("MKCOL /ann%40example.org/contacts/");
      assertThat(server.requests().get(1).body()).contains("addressbook");
    }
  }

  @Test
  void aCollectionThatVanishesIsMadeAgainByTheNextTry() {
    FakeAddressBook book = new FakeAddressBook();
    AtomicBoolean gone = new AtomicBoolean();
    AtomicInteger puts = new AtomicInteger();
    try (var server =
        ScriptedDavServer.start(
            request -> {
              if (request.method().equals("MKCOL")) {
                gone.set(false);
                return Answer.of(201);
              }
              if (request.path().endsWith("one.vcf") && puts.getAndIncrement() == 0) {
                gone.set(true);
              }
              return gone.get() ? Answer.of(404) : book.apply(request);
            })) {
      assertSilent(catchThrowableOfType(TryAgain.class, () -> importInto(server)));
      assertThat(Importing.counts(importInto(server))).isEqualTo(Importing.imported(2, 0));
    }
  }

  @Test
  void aThousandCardsAreSentAFewAtOnce(@TempDir Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      text.append("BEGIN:VCARD\nVERSION:3.0\nUID:c%d\nFN:Card %d\nEND:VCARD\n".formatted(i, i));
    }
    Path file = Files.writeString(folder.resolve("many.vcf"), text);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch four = new CountDownLatch(4);
    FakeAddressBook book = new FakeAddressBook();
    try (var server =
        ScriptedDavServer.start(
            request -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              try {
                if (request.method().equals("PUT")) {
                  four.countDown();
                  assertThat(four.await(20, TimeUnit.SECONDS)).isTrue();
                }
                int status = request.path().endsWith("7.vcf") ? 400 : 0;
                return status == 0 ? book.apply(request) : Answer.of(status, "no sevens");
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Answer.of(0);
              } finally {
                now.decrementAndGet();
              }
            })) {
      ImportResult result =
          importing
              .with(4, Duration.ofSeconds(20), CLOCK)
              .importFiles(
                  Groupware.CONTACTS,
                  new GroupwareSource.Exported(List.of(file)),
                  Importing.account(server.uri("/a/"), true, "ann@example.org", PASSWORD),
                  null,
                  () -> {})
              .get(0);

      assertThat(result.imported()).isEqualTo(900);
      assertThat(book.cards).hasSize(900);
      assertThat(most).hasValue(4);
      // Told in the order of the file, whichever answer came first.
      assertThat(result.refused())
          .extracting(problem -> problem.place().toString())
          .containsExactlyElementsOf(
              IntStream.range(0, 100)
                  .mapToObj(i -> i * 10 + 7)
                  .map(i -> "many.vcf line %d (UID c%d)".formatted(i * 5 + 1, i))
                  .toList());
    }
  }

  @Test
  void aServerThatTellsNoETagIsAskedWhatItMadeOfACard() {
    FakeAddressBook book = new FakeAddressBook(false);
    try (var server = ScriptedDavServer.start(book)) {
      assertThat(Importing.counts(importInto(server))).isEqualTo(Importing.imported(2, 0));
      assertThat(server.calls()).filteredOn(call -> call.startsWith("GET")).hasSize(2);
      assertThat(Importing.counts(importInto(server))).isEqualTo(Importing.imported(0, 2));
      assertThat(server.calls()).filteredOn(call -> call.startsWith("GET")).hasSize(2);
    }
  }

  @Test
  void whatIsLargerThanTheServerTakesIsNotSent() {
    try (var server =
        ScriptedDavServer.start(
            request ->
                Answer.of(
                    207,
                    BOOK.formatted("<c:addressbook/>")
                        .replace(
                            "</d:prop>",
                            "<c:max-resource-size>20</c:max-resource-size></d:prop>")))) {
      assertThat(importInto(server).refused())
          .hasSize(2)
          .allSatisfy(problem -> assertThat(problem.cause()).contains("takes 20 at most"));
      assertThat(server.calls()).noneMatch(call -> call.startsWith("PUT"));
    }
  }

  @Test
  void aCollectionThatCannotBeCreatedStopsTheImport() {
    try (var server = ScriptedDavServer.start(request -> Answer.of(404, "no such user"))) {
      NeedsAttention thrown = catchThrowableOfType(NeedsAttention.class, () -> importInto(server));

      assertThat(thrown.problem().cause()).contains("404 no such user");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void nothingIsPutIntoACollectionOfAnotherKind() {
    try (var server = ScriptedDavServer.start(request -> Answer.of(207, BOOK.formatted("")))) {
      assertSilent(catchThrowableOfType(NeedsAttention.class, () -> importInto(server)));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"405, ''", "207, garbage", "207, <a><b/>", "200, {}", "501, x"})
  void aServerThatAnswersOddlyToTheFirstQuestionIsGivenAChance(int status, String body) {
    try (var server =
        ScriptedDavServer.start(
            request ->
                request.method().equals("PROPFIND") ? Answer.of(status, body) : Answer.of(204))) {
      assertThat(importInto(server).imported()).isEqualTo(2);
    }
  }

  @Test
  void aHugeAnswerIsReadOver() {
    try (var server = server(request -> Answer.of(400, "word ".repeat(1_000_000)))) {
      assertThat(importInto(server).refused())
          .hasSize(2)
          .allSatisfy(problem -> assertThat(problem.cause()).hasSizeLessThan(300));
    }
  }

  @Test
  void aFileThatIsNotThereOrNotReadableAsTextIsToldAsSuch(@TempDir Path folder) throws IOException {
    try (var server = server(request -> Answer.of(201))) {
      NeedsAttention thrown =
          catchThrowableOfType(
              NeedsAttention.class,
              () -> importFile(folder.resolve("gone.vcf"), server.uri("/x/")));
      assertThat(thrown.problem().place().toString()).isEqualTo("gone.vcf");

      Path picture = Files.write(folder.resolve("a.vcf"), new byte[] {(byte) 0xFF, (byte) 0xD8, 0});
      assertThat(importFile(picture, server.uri("/x/")).refused())
          .singleElement()
          .satisfies(problem -> assertThat(problem.cause()).contains("no contact"));
    }
  }

  private static ScriptedDavServer server(Function<Request, Answer> script) {
    return ScriptedDavServer.start(
        request -> request.method().equals("PROPFIND") ? IS_BOOK : script.apply(request));
  }

  private ImportResult importInto(ScriptedDavServer server) {
    return importInto(server.uri("/ann%40example.org/contacts/"));
  }

  private ImportResult importInto(URI collection) {
    return importFile(cards, collection);
  }

  private ImportResult importFile(Path file, URI collection) {
    return importer
        .importFiles(
            Groupware.CONTACTS,
            new GroupwareSource.Exported(List.of(file)),
            Importing.account(collection, true, "ann@example.org", PASSWORD),
            null,
            () -> {})
        .get(0);
  }

  private static void assertSilent(@Nullable Throwable thrown) {
    assertThat(thrown).isNotNull();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      assertThat(t.toString()).doesNotContain(PASSWORD, "Basic ", "secret");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 60})
  void aLookIntoALargeFileEndsAsSoonAsItIsToEnd(int after) throws IOException {
    String card = Files.readString(cards);
    Path large =
        Files.writeString(
            cards.resolveSibling("large.vcf"),
            IntStream.range(0, 30_000)
                .mapToObj(i -> card.replace("UID:one", "UID:" + i))
                .collect(Collectors.joining()));
    AtomicInteger asked = new AtomicInteger();
    assertThat(
            catchThrowableOfType(
                PassStopped.class,
                () ->
                    importer.look(
                        Groupware.CONTACTS,
                        GroupwareSource.Exported.of(List.of(large)),
                        () -> {
                          if (asked.incrementAndGet() >= after) {
                            throw new PassStopped("it takes too long");
                          }
                        })))
        .isNotNull();
    assertThat(asked).hasValue(after);
  }

  @Test
  void aLookAtAServerEndsBeforeItsNextRequest() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedDavServer server = ScriptedDavServer.start(request -> IS_BOOK)) {
      assertThat(
              catchThrowableOfType(
                  PassStopped.class,
                  () ->
                      importer.look(
                          Groupware.CONTACTS,
                          Importing.account(server.uri("/"), false, "u", PASSWORD),
                          () -> {
                            asked.incrementAndGet();
                            throw new PassStopped("it takes too long");
                          })))
          .isNotNull();
      assertThat(server.requests()).isEmpty();
    }
    assertThat(asked).hasValue(1);
  }
}
