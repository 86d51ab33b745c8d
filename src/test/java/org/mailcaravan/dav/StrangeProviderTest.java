package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.dav.ScriptedDavServer.Request;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Secret;

/** Old providers' servers that fail at single cards, or tell them in unusual ways. */
class StrangeProviderTest {
  private static final String SYNC =
      "<d:multistatus xmlns:d='DAV:'>%s<d:sync-token>%s</d:sync-token></d:multistatus>";
  private static final String ENTRY = "<d:response><d:href>%s</d:href>%s</d:response>";
  private static final String CUT = "<d:status>HTTP/1.1 507 Insufficient Storage</d:status>";
  private static final String ETAG =
      "<d:propstat><d:prop><d:getetag>\"1\"</d:getetag></d:prop>"
          + "<d:status>HTTP/1.1 200 OK</d:status></d:propstat>";

  private final Path spool;
  private final Importing importing = new Importing();
  private final FakeAddressBook old = new FakeAddressBook();
  private final FakeAddressBook fresh = new FakeAddressBook();

  StrangeProviderTest(@TempDir Path spool) {
    this.spool = spool;
  }

  @AfterEach
  void close() {
    importing.close();
  }

  private static String card(String uid, String name) {
    return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%1$s\r\nFN:%2$s\r\nN:%2$s;;;;\r\nEND:VCARD\r\n"
        .formatted(uid, name);
  }

  /** The old address book, but for some requests. */
  private List<ImportResult> pull(Function<Request, @Nullable Answer> first) {
    try (var from =
            ScriptedDavServer.start(
                request -> {
                  Answer answer = first.apply(request);
                  return answer == null ? old.apply(request) : answer;
                });
        var to = ScriptedDavServer.start(fresh)) {
      return pull(from, to);
    }
  }

  private List<ImportResult> pull(ScriptedDavServer from, ScriptedDavServer to) {
    return importing
        .fromProviders(spool)
        .pull(
            Groupware.CONTACTS,
            new ProviderImport.Source(
                "ann@old.example",
                from.uri("/old/book/"),
                new DavLogin.Password("ann", Secret.of("secret"))),
            Importing.account(to.uri("/ann/contacts/"), true, "ann", "secret"),
            null,
            () -> {});
  }

  @Test
  void aCardThatItDoesNotGiveIsToldAndTheOthersArrive() {
    for (String uid : List.of("one", "two", "three")) {
      old.cards.put("/old/book/" + uid + ".vcf", card(uid, uid));
    }
    List<ImportResult> results =
        pull(
            request ->
                request.method().equals("GET") && request.path().endsWith("/two.vcf")
                    ? Answer.of(403, "quarantined")
                    : null);

    assertThat(fresh.cards).hasSize(2);
    assertThat(results)
        .singleElement()
        .satisfies(
            result ->
                assertThat(result.refused())
                    .singleElement()
                    .satisfies(
                        problem -> {
                          assertThat(problem.place().toString()).isEqualTo("two.vcf");
                          assertThat(problem.cause()).endsWith("(403 quarantined)");
                          assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
                        }));
  }

  @Test
  void aLineThatIsNoPropertyIsToldOnceAndItsCardIsNotFetchedAgain() {
    old.cards.put("/old/book/one.vcf", card("one", "One").replace("END:", "no property\r\nEND:"));
    try (var from = ScriptedDavServer.start(old);
        var to = ScriptedDavServer.start(fresh)) {
      assertThat(pull(from, to))
          .singleElement()
          .extracting(Importing::counts)
          .isEqualTo("1 imported, 0 there, 0 updated, 0 kept, 0 repeated, 1 refused");
      assertThat(pull(from, to))
          .singleElement()
          .extracting(Importing::counts)
          .isEqualTo(Importing.imported(0, 1));
      assertThat(from.calls()).containsOnlyOnce("GET /old/book/one.vcf");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AAM%2Fk%2B.vcf",
        "M%FCller.vcf",
        "M%C3%BCller.vcf",
        "a%252Fb.vcf",
        "%EF%80%AF.vcf"
      })
  void aCardIsAskedForByTheNameThatItWasListedWith(String name) {
    old.cards.put("/old/book/" + name, card("one", "One"));

    assertThat(pull(request -> null))
        .singleElement()
        .extracting(Importing::counts)
        .isEqualTo(Importing.imported(1, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:1", "https://127.0.0.1", "http://127.0.0.1:8080"})
  void aCardThatIsListedUnderAnotherPortIsAskedForWhereTheListCameFrom(String server) {
    old.cards.put("/old/book/one.vcf", card("one", "One"));
    List<ImportResult> results =
        pull(
            request ->
                request.method().equals("PROPFIND")
                    ? Answer.of(
                        207,
                        old.apply(request)
                            .body()
                            .replace(
                                "<d:href>/old/book/one", "<d:href>" + server + "/old/book/one"))
                    : null);

    assertThat(results)
        .singleElement()
        .extracting(Importing::counts)
        .isEqualTo(Importing.imported(1, 0));
  }

  @Test
  void aCardInLatin1KeepsItsLetters() {
    old.cards.put("/old/book/one.vcf", "");
    pull(
        request ->
            request.method().equals("GET")
                ? new Answer(
                    200,
                    Map.of("Content-Type", "text/vcard; charset=ISO-8859-1"),
                    card("one", "M\u00fcller"))
                : null);

    assertThat(fresh.cards.values()).singleElement().asString().contains("FN:M\u00fcller");
  }

  @Test
  void oneThatTellsMoreAndMorePartsWithNothingInThemIsAskedInAnotherWay() {
    old.cards.put("/old/book/one.vcf", card("one", "One"));
    AtomicInteger parts = new AtomicInteger();

    List<ImportResult> results =
        pull(
            request ->
                request.body().contains("sync-collection")
                    ? Answer.of(
                        207,
                        SYNC.formatted(ENTRY.formatted("/old/book/", CUT), parts.incrementAndGet()))
                    : null);

    assertThat(results)
        .singleElement()
        .extracting(Importing::counts)
        .isEqualTo(Importing.imported(1, 0));
    assertThat(parts).hasValue(1);
  }

  @Test
  void oneThatListsCardsWithoutEndIsNotHeardToTheEnd() {
    AtomicInteger parts = new AtomicInteger();

    List<ImportResult> results =
        pull(
            request -> {
              if (!request.body().contains("sync-collection")) {
                return null;
              }
              StringBuilder entries = new StringBuilder(ENTRY.formatted("/old/book/", CUT));
              int part = parts.incrementAndGet();
              for (int i = 0; i < 50_000; i++) {
                entries.append(ENTRY.formatted("/old/book/" + part + "-" + i + ".vcf", ETAG));
              }
              return Answer.of(207, SYNC.formatted(entries, part));
            });

    assertThat(results)
        .singleElement()
        .satisfies(
            result ->
                assertThat(result.refused())
                    .singleElement()
                    .satisfies(
                        problem -> {
                          assertThat(problem.cause()).contains("more than 200000");
                          assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
                        }));
    assertThat(parts).hasValue(5);
  }
}
