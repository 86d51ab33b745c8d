package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.dav.ScriptedDavServer.Request;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;

/** Servers that repeat the login that they were given: nobody gets to see it. */
class EchoingServerTest {
  private static final String PASSWORD = "Hunter2 & Söhne";
  private static final String USER = "ann@example.org";
  private static final String BASIC = base64(USER + ":" + PASSWORD);
  private static final String ERROR =
      "<?xml version='1.0'?><d:error xmlns:d='DAV:' xmlns:s='http://sabredav.org/ns'>"
          + "<s:message>login of %s failed</s:message></d:error>";

  private static final SecretMask MASK = new SecretMask();

  static {
    MASK.hide(PASSWORD);
  }

  private final Importing importing = new Importing();
  private final FakeAddressBook book = new FakeAddressBook();
  private final StringBuilder told = new StringBuilder();
  private final Path folder;
  private final Path file;

  EchoingServerTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    file = Files.writeString(folder.resolve("people.vcf"), card("one") + card("two"));
  }

  @AfterEach
  void close() {
    importing.close();
  }

  private static String card(String uid) {
    return "BEGIN:VCARD\nVERSION:3.0\nUID:%1$s\nFN:%1$s\nN:%1$s;;;;\nEND:VCARD\n".formatted(uid);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final List<String> FORMS =
      List.of(
          PASSWORD,
          "Basic " + BASIC,
          BASIC.substring(0, 30) + "\r\n " + BASIC.substring(30),
          base64(PASSWORD),
          "Hunter2 &amp; S&#246;hne",
          "Hunter2+%26+S%C3%B6hne",
          "Hunter2 <b>&amp;amp;</b> S&amp;#xF6;hne",
          "Hunter2 \\u0026 S\\u00f6hne",
          "Hunter2=20=26=20S=C3=B6hne",
          "48756e74657232202620 53c3b6686e65");

  private void into(ScriptedDavServer server) {
    tell(
        () ->
            importing
                .oneByOne()
                .importFiles(
                    Groupware.CONTACTS,
                    new GroupwareSource.Exported(List.of(file)),
                    Importing.account(server.uri("/ann/contacts/"), true, USER, PASSWORD),
                    null,
                    () -> {}));
  }

  private void from(ScriptedDavServer server, ScriptedDavServer destination) {
    tell(
        () ->
            importing
                .fromProviders(folder)
                .pull(
                    Groupware.CONTACTS,
                    new ProviderImport.Source(
                        USER,
                        server.uri("/old/"),
                        new DavLogin.Password(USER, Secret.of(PASSWORD))),
                    Importing.account(destination.uri("/ann/contacts/"), true, "bob", "other"),
                    null,
                    () -> {}));
  }

  private interface Imports {
    List<ImportResult> run();
  }

  /** Keeps what a log would show, with the causes of a failure. */
  private void tell(Imports imports) {
    try {
      told.append(imports.run());
    } catch (MigrationException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      told.append(e.problem()).append(trace);
    }
  }

  private void assertThatNothingShowsTheLogin() {
    assertThatNothingToldShowsTheLogin();
    List<String> database = importing.database.jdbc().sql("script").query(String.class).list();
    assertThat(database).isNotEmpty();
    assertThat(database.stream().filter(MASK::isIn)).isEmpty();
  }

  private void assertThatNothingToldShowsTheLogin() {
    assertThat(MASK.isIn(told.toString())).as(told.toString()).isFalse();
    assertThat(told.toString()).doesNotContain("Hunter2", "SHVud", BASIC.substring(20, 30));
  }

  @Test
  void theWordsOfAnErrorDoNotShowIt() {
    int round = 0;
    for (String form : FORMS) {
      for (String body : List.of("login " + form + " failed", ERROR.formatted(form))) {
        int status = List.of(400, 401, 503).get(round++ % 3);
        told.setLength(0);
        try (var server =
                ScriptedDavServer.start(
                    request ->
                        request.method().equals("PUT")
                            ? Answer.of(status, body)
                            : book.apply(request));
            var old = ScriptedDavServer.start(request -> Answer.of(status, body))) {
          into(server);
          assertThat(told.toString()).as(body).contains(Secret.MASK);
          from(old, server);
        }
        assertThatNothingToldShowsTheLogin();
      }
    }
    assertThatNothingShowsTheLogin();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://Hunter2%20%26%20S%C3%B6hne.example/", "/Hunter2%20&%20S%C3%B6hne/", "a:b"})
  void aRedirectDoesNotShowIt(String location) {
    try (var server = ScriptedDavServer.start(request -> Answer.of(301, "Location", location))) {
      into(server);
      from(server, server);
    }
    assertThatNothingShowsTheLogin();
  }

  @Test
  void hrefsETagsAndTokensDoNotKeepIt() {
    FakeAddressBook old = new FakeAddressBook();
    String path = "/old/contacts/Hunter2%20%26%20S%C3%B6hne/";
    old.cards.put(path + "one.vcf", card("one"));
    old.cards.put(path + "Hunter2%20%26%20S%C3%B6hne.vcf", "no card at all");
    try (var server = ScriptedDavServer.start(request -> echoing(book, request));
        var source = ScriptedDavServer.start(request -> listing(old, path, request))) {
      into(server);
      try (var plain = ScriptedDavServer.start(new FakeAddressBook())) {
        from(source, plain);
      }
    }
    assertThat(book.cards).containsKey("/ann/contacts/one.vcf");
    assertThat(told).contains(Secret.MASK.replace('*', '_') + ".vcf");
    assertThatNothingShowsTheLogin();
  }

  /** The login is in each ETag. */
  private static Answer echoing(FakeAddressBook book, Request request) {
    Answer answer = book.apply(request);
    String etag = answer.headers().get("ETag");
    return new Answer(
        answer.status(),
        etag == null ? Map.of() : Map.of("ETag", "\"" + BASIC + etag.substring(1)),
        answer.body().replace("<d:getetag>\"", "<d:getetag>\"" + BASIC));
  }

  /** One address book, by its principal. */
  private static Answer listing(FakeAddressBook old, String path, Request request) {
    if (request.path().equals("/old/")) {
      return Answer.of(
          207,
          "<d:multistatus xmlns:d='DAV:' xmlns:c='%s'><d:response><d:href>/old/</d:href><d:propstat><d:prop><c:addressbook-home-set><d:href>%s</d:href></c:addressbook-home-set></d:prop></d:propstat></d:response></d:multistatus>"
              .formatted(DavXml.CARDDAV, path));
    }
    if (request.method().equals("GET")) {
      return Answer.of(200, Objects.requireNonNull(old.cards.get(request.path())));
    }
    assertThat(request.path()).isEqualTo(path);
    return echoing(old, request);
  }
}
