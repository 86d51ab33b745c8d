package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.TryAgain;

/** Servers that fail at single cards, or tell less than they should. */
class StubbornServerTest {
  private static final String SABRE =
      "<?xml version='1.0'?><d:error xmlns:d='DAV:' xmlns:s='http://sabredav.org/ns'>"
          + "<s:exception>Sabre\\DAV\\Exception\\%s</s:exception><s:message>%s</s:message></d:error>";

  private final Path file;
  private final Importing importing = new Importing();
  private final GroupwareImport importer = importing.oneByOne();
  private final FakeAddressBook book = new FakeAddressBook();
  private final AtomicInteger progress = new AtomicInteger();

  StubbornServerTest(@TempDir Path folder) throws IOException {
    file =
        Files.writeString(
            folder.resolve("people.vcf"), card("one", "") + card("two", "") + card("three", ""));
  }

  private static String card(String uid, String more) {
    return "BEGIN:VCARD\nVERSION:3.0\nUID:%1$s\nFN:%1$s\nN:%1$s;;;;\n%2$sEND:VCARD\n"
        .formatted(uid, more);
  }

  @AfterEach
  void close() {
    importing.close();
  }

  private ImportResult importInto(ScriptedDavServer server) {
    URI uri = server.uri("/ann/contacts/");
    return importer
        .importFiles(
            Groupware.CONTACTS,
            new GroupwareSource.Exported(List.of(file)),
            Importing.account(uri, true, "ann", "secret"),
            null,
            progress::incrementAndGet)
        .get(0);
  }

  /** The address book, but for some requests. */
  private ScriptedDavServer server(Function<Request, @Nullable Answer> first) {
    return ScriptedDavServer.start(
        request -> {
          Answer answer = first.apply(request);
          return answer == null ? book.apply(request) : answer;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void aCardAtWhichTheServerAlwaysFailsIsToldAndTheNextAreStored(int status) {
    try (var server =
        server(
            request ->
                request.method().equals("PUT") && request.path().endsWith("/two.vcf")
                    ? Answer.of(status, "upstream")
                    : null)) {
      assertThat(catchThrowableOfType(TryAgain.class, () -> importInto(server))).isNotNull();
      assertThat(catchThrowableOfType(TryAgain.class, () -> importInto(server))).isNotNull();
      int before = progress.get();
      ImportResult result = importInto(server);

      assertThat(result.refused())
          .singleElement()
          .extracting(Problem::cause)
          .asString()
          .contains("fails each time", status + " upstream");
      assertThat(book.cards.keySet())
          .containsExactly("/ann/contacts/one.vcf", "/ann/contacts/three.vcf");
      assertThat(before).as("what was there already is no progress").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"404,,0", "401,Digest realm=x,0", "401,Basic realm=x,1", "207,,1"})
  void aServerThatIsOnlyGuessedAtGetsTheLoginWhenItAsksForIt(
      int status, @Nullable String challenge, int times) {
    try (var server =
        ScriptedDavServer.start(
            request ->
                challenge == null
                    ? Answer.of(status)
                    : Answer.of(status, "WWW-Authenticate", challenge))) {
      DavTransport transport =
          DavTransport.toDestination(
              Importing.anywhere(), Duration.ofSeconds(10), Set.of(), Clock.systemUTC());
      DavClient client =
          new DavClient(transport, new DavLogin.Password("ann", Secret.of("secret")), false);
      try {
        client.send("PROPFIND", server.uri("/"), 1000);
      } catch (NeedsAttention e) {
        assertThat(e)
            .hasMessageContaining(
                times == 0 ? "no user name and password, only Digest" : "refused the login");
      }

      assertThat(server.requests())
          .filteredOn(request -> request.headers().containsKey("Authorization"))
          .hasSize(times);
      assertThat(server.requests()).hasSize(1 + times);
    }
  }

  @Test
  void whatSabreSaysIsToldInItsWords() {
    try (var server =
        server(
            request ->
                request.method().equals("PUT") && request.path().endsWith("/two.vcf")
                    ? Answer.of(
                        415, SABRE.formatted("UnsupportedMediaType", "Validation error in vCard"))
                    : null)) {
      assertThat(importInto(server).refused())
          .singleElement()
          .extracting(Problem::cause)
          .asString()
          .contains("(415 Validation error in vCard)");
    }
  }

  @Test
  void anAddressBookThatMayNotBeWrittenIsToldOnceByWhatIsBuiltOnSabre() {
    try (var server =
        server(
            request ->
                request.method().equals("PUT")
                    ? Answer.of(403, SABRE.formatted("Forbidden", "No write access"))
                    : null)) {
      assertThatThrownBy(() -> importInto(server))
          .isInstanceOf(NeedsAttention.class)
          .hasMessageContaining("may not write to this address book (403 No write access)");
      assertThat(server.calls()).filteredOn(call -> call.startsWith("PUT")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"507", "207"})
  void whatAReportDoesNotGiveIsReadSingly(String status) {
    book.cards.put("/ann/contacts/of-the-user.vcf", card("two", ""));
    try (var server =
        server(
            request ->
                request.method().equals("REPORT")
                    ? Answer.of(Integer.parseInt(status), "<d:multistatus xmlns:d='DAV:'/>")
                    : null)) {
      assertThat(Importing.counts(importInto(server))).isEqualTo(Importing.imported(2, 1));
    }
  }

  @Test
  void aNameThatNoUrlHoldsIsReadAllTheSame() {
    book.cards.put("/ann/contacts/My%20card%20%5B1%5D.vcf", card("two", ""));
    try (var server =
        server(
            request ->
                request.method().equals("PROPFIND")
                    ? Answer.of(
                        207,
                        book.apply(request)
                            .body()
                            .replace("My%20card%20%5B1%5D.vcf", "My card [1].vcf"))
                    : null)) {
      assertThat(Importing.counts(importInto(server))).isEqualTo(Importing.imported(2, 1));
    }
  }

  @Test
  void aCardThatIsNotShownKeepsOnlyTheOneOutThatBelongsThere() {
    book.cards.put("/ann/contacts/two.vcf", card("unknown", ""));
    book.cards.put("/ann/contacts/other.vcf", card("other", ""));
    try (var server =
        server(
            request ->
                request.method().equals("GET") && request.path().matches(".*/(two|other)\\.vcf")
                    ? Answer.of(500, "index broken")
                    : null)) {
      ImportResult result = importInto(server);

      assertThat(Importing.counts(result))
          .isEqualTo("2 imported, 0 there, 0 updated, 0 kept, 0 repeated, 1 refused");
      assertThat(result.refused())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.place().toString()).contains("UID two");
                assertThat(problem.cause()).contains("does not return", "500 index broken");
                assertThat(problem.owner()).isEqualTo(Owner.US);
              });
      assertThat(book.cards.get("/ann/contacts/two.vcf")).contains("UID:unknown");
    }
  }
}
