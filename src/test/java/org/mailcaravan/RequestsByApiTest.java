package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.store.Database;

/**
 * Requests that come over HTTP, with their files, again and at the same time. In the end no file of
 * the program has their password, as {@code PasswordSearch} sees.
 */
class RequestsByApiTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String PASSWORD = UsedPasswords.add("s3cret-words");
  private static final String HEADER =
      "source_email,source_password,source_imap_server,source_port,source_security,destination_password,contacts\n";

  @TempDir private static Path folder = Path.of("");

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Installation installation;
  private static Launcher.Running service;

  @BeforeAll
  static void start() {
    installation =
        new Installation(folder)
            .set("destination.carddav-url", "http://127.0.0.1:1/{email}/")
            .set("destination.port", "1");
    service = installation.start(Launcher.Mode.SERVICE);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String row(String name, String contacts) {
    return "%s@old.example,%s,127.0.0.1,1,none,new,%s\n".formatted(name, PASSWORD, contacts);
  }

  private static HttpRequest.Builder call(String path) {
    try {
      Path data = installation.data();
      String url =
          new ObjectMapper().readTree(data.resolve("service.json").toFile()).get("url").asText();
      return HttpRequest.newBuilder(URI.create(url + "/api/v1/migrations" + path))
          .header("Authorization", "Bearer " + Files.readString(data.resolve("api.token")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpRequest csv(String key, String rows) {
    HttpRequest.Builder call = call("?name=list.csv").header("Content-Type", "text/csv");
    if (!key.isEmpty()) {
      call.header("Idempotency-Key", key);
    }
    return call.POST(BodyPublishers.ofString(HEADER + rows)).build();
  }

  private static HttpRequest form(String key, String boundary, String parts) {
    return call("")
        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofString(parts.replace("\n", "\r\n").replace("--x", "--" + boundary)))
        .build();
  }

  private static String part(String field, String file, String content) {
    return "--x\nContent-Disposition: form-data; name=\"%s\"%s\n\n%s\n"
        .formatted(field, file.isEmpty() ? "" : "; filename=\"" + file + "\"", content);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }

  private static String accepted(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return json(response).get("id").asText();
  }

  private static int count(String of, Object... parameters) {
    try (Database database = Database.inFolder(installation.data())) {
      return database
          .jdbc()
          .sql("select count(*) from " + of)
          .params(List.of(parameters))
          .query(Integer.class)
          .single();
    }
  }

  @Test
  void aFormBringsTheFilesOfItsMailboxesAndItsAnswerCanBeRead() throws Exception {
    String parts =
        part(
                "request",
                "müller.csv",
                HEADER + row("anna", "") + row("ben", "team.vcf") + "x,,,,,,\n")
            + part("a", "anna@old.example.vcf", "BEGIN:VCARD\nFN:Ada\nEND:VCARD")
            + part("b", "team.vcf", "BEGIN:VCARD\nFN:Bea\nEND:VCARD")
            + part("c", "whose.vcf", "BEGIN:VCARD\nFN:Cleo\nEND:VCARD")
            // There is no server for calendars.
            + part("d", "anna@old.example.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR")
            + "--x--\n";
    HttpResponse<String> response = send(form("form-1", "x1", parts));

    String id = accepted(response);
    assertThat(json(response).get("name").asText()).isEqualTo("müller.csv");
    assertThat(json(response).get("mailboxes").asInt()).isEqualTo(2);
    assertThat(json(response).get("rejected").get(0).get("column").asText())
        .isEqualTo("source_email");
    assertThat(
            count(
                "mailbox b join migration_mailbox m on m.mailbox_id = b.id"
                    + " where contacts is not null and m.migration_id = ?",
                id))
        .isEqualTo(2);
    assertThat(count("request where channel = 'api' and id = ?", id)).isEqualTo(1);
    // The same, as a client sends it that draws its boundary anew.
    assertThat(accepted(send(form("\"form-1\"", "x2", parts)))).isEqualTo(id);
    assertThat(count("migration where name = 'müller.csv'")).isEqualTo(1);

    await().atMost(LIMIT).until(() -> send(call("/" + id + "/answer").build()).statusCode() == 200);
    HttpResponse<String> text = send(call("/" + id + "/answer").build());
    assertThat(text.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    assertThat(text.body())
        .contains("anna@old.example from 127.0.0.1", "Line 4, source_email", "whose.vcf", id)
        .contains(
            "The calendar in anna@old.example.ics stays where it is: we do not move calendars.")
        .doesNotContain(PASSWORD);
    HttpResponse<String> page =
        send(call("/" + id + "/answer").header("Accept", "text/html").build());
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.body()).contains("<li>anna@old.example from 127.0.0.1");

    assertThat(holders(folder, PASSWORD)).isEmpty();
    assertThat(Path.of("file-uploads")).doesNotExist();
  }

  @Test
  void aRequestIsOfTheTicketThatItsCallerNamesElseOfThatInItsRows() throws Exception {
    String rows = HEADER.strip() + ",ticket\n" + row("tina", "").strip() + ",#12\n";
    String named = accepted(send(form("t-1", "x3", part("request", "t.csv", rows) + "--x--\n")));
    String beside =
        accepted(
            send(
                form(
                    "t-2",
                    "x4",
                    part("request", "t.csv", rows) + part("ticket", "", "4711") + "--x--\n")));
    HttpRequest.Builder call = call("?name=t.csv&ticket=4712").header("Content-Type", "text/csv");
    String asked = accepted(send(call.POST(BodyPublishers.ofString(rows)).build()));
    HttpResponse<String> unfit =
        send(
            call("?name=t.csv&ticket=" + "1".repeat(101))
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofString(rows))
                .build());

    assertThat(count("request where id = ? and ticket = '#12'", named)).isEqualTo(1);
    assertThat(count("request where id = ? and ticket = '4711'", beside)).isEqualTo(1);
    assertThat(count("request where id = ? and ticket = '4712'", asked)).isEqualTo(1);
    assertThat(unfit.statusCode()).isEqualTo(400);
    assertThat(unfit.body()).contains("longer than 100 characters");
  }

  /** The files that hold a text. */
  private static List<Path> holders(Path in, String text) throws IOException {
    try (Stream<Path> files = Files.walk(in)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file -> {
                try {
                  return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
                } catch (IOException e) {
                  return false;
                }
              })
          .toList();
    }
  }

  @Test
  void theSameKeyOpensOneMigrationAndAnotherBodyIsToldApart() throws Exception {
    String id = accepted(send(csv("key-1", row("carl", ""))));

    HttpResponse<String> again = send(csv("key-1", row("carl", "")));
    assertThat(accepted(again)).isEqualTo(id);
    assertThat(json(again).at("/reading/kind").asText()).isEqualTo("CSV");
    HttpResponse<String> other =
        send(csv("key-1", row("carl", "").replace(PASSWORD, "another-password")));
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(json(other).get("code").asText()).isEqualTo("key-reused");
    assertThat(accepted(send(csv("key-2", row("carl", ""))))).isNotEqualTo(id);
    assertThat(accepted(send(csv("", row("carl", ""))))).isNotEqualTo(id);
    assertThat(send(csv("k".repeat(129), row("carl", ""))).statusCode()).isEqualTo(400);
  }

  @Test
  void theSameCallAtTheSameTimeOpensOneMigration() throws Exception {
    Set<String> ids = new HashSet<>();
    List<CompletableFuture<HttpResponse<String>>> calls =
        IntStream.range(0, 8)
            .mapToObj(
                unused -> HTTP.sendAsync(csv("at-once", row("dora", "")), BodyHandlers.ofString()))
            .toList();
    for (CompletableFuture<HttpResponse<String>> each : calls) {
      HttpResponse<String> response = each.get();
      // Others are being taken in; nothing was done.
      if (response.statusCode() != 503) {
        ids.add(accepted(response));
      }
    }
    assertThat(ids).hasSize(1);
    assertThat(count("request where request_key = 'api:at-once'")).isEqualTo(1);
  }

  @Test
  void aRequestMayBeJson() throws Exception {
    String body =
        """
        [{"source_email": "gus@old.example", "source_password": "%s", "source_imap_server": "127.0.0.1",
          "source_port": 1, "source_security": "none", "destination_password": "new"}]
        """
            .formatted(PASSWORD);
    String id =
        accepted(
            send(
                call("?name=list.json")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build()));
    assertThat(count("migration_mailbox where migration_id = ?", id)).isEqualTo(1);
  }

  @Test
  void aRequestWithoutAGoodRowStoresNothingAndItsKeyIsFree() throws Exception {
    int before = count("request");
    HttpResponse<String> response = send(csv("bad-1", "emil,%s,,,,,\n".formatted(PASSWORD)));

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(json(response).get("code").asText()).isEqualTo("no-good-row");
    JsonNode rejected = json(response).get("rejected").get(0);
    assertThat(rejected.get("line").asInt()).isEqualTo(2);
    assertThat(rejected.get("column").asText()).isEqualTo("source_email");
    assertThat(rejected.get("problem").asText()).isEqualTo("is not an e-mail address");
    assertThat(rejected.get("remedy").asText()).startsWith("Write the address");
    assertThat(json(response).at("/problems/0/parts/line").asInt()).isEqualTo(2);
    assertThat(response.body()).doesNotContain(PASSWORD);
    assertThat(count("request")).isEqualTo(before);
    String id = accepted(send(csv("bad-1", row("emil", ""))));
    assertThat(id).isNotEmpty();
  }

  static List<Arguments> unfitForms() {
    String request = part("request", "a.csv", HEADER + row("fritz", ""));
    return List.of(
        Arguments.of("no field", part("other", "a.vcf", "x") + "--x--\n"),
        Arguments.of("two fields", request + request + "--x--\n"),
        Arguments.of("no file with a name", request + part("a", "", "x") + "--x--\n"),
        Arguments.of("no contacts", request + part("a", "a.exe", "x") + "--x--\n"),
        Arguments.of("no field", "no form at all"),
        Arguments.of(
            "more than 100 files", request + part("a", "a.vcf", "x").repeat(101) + "--x--\n"),
        Arguments.of("broken", "--x\nContent-Disposition: " + "a".repeat(70_000) + "\n\n--x--\n"),
        Arguments.of(
            "no file with a name",
            request
                + "--x\nContent-Type: multipart/mixed; boundary=y\n"
                + "Content-Disposition: form-data; name=\"a\"; filename=\"a.vcf\"\n\n--y\n\nx\n--y--\n--x--\n"));
  }

  @ParameterizedTest
  @MethodSource("unfitForms")
  void aFormThatCannotBeUsedIsExplained(String why, String parts) throws Exception {
    HttpResponse<String> response = send(form("unfit", "x", parts));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(json(response).get("code").asText()).isEqualTo("bad-form");
    assertThat(json(response).get("cause").asText()).contains(why);
    assertThat(json(response).get("next_step").asText()).isNotEmpty();
  }

  @Test
  void whoWaitsForTheAnswerGetsItWithTheResponse() throws Exception {
    HttpRequest waits =
        call("?name=list.csv")
            .header("Content-Type", "text/csv")
            .header("Prefer", "wait=60")
            .POST(BodyPublishers.ofString(HEADER + row("frida", "")))
            .build();

    HttpResponse<String> response = send(waits);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=60");
    assertThat(json(response).get("text").asText())
        .contains("frida@old.example from 127.0.0.1", json(response).get("id").asText())
        .doesNotContain(PASSWORD);
  }

  @Test
  void anAnswerIsInTheLanguageThatTheCallerOrTheListHas() throws Exception {
    HttpRequest.Builder german =
        call("?name=list.csv")
            .header("Content-Type", "text/csv")
            .header("Accept-Language", "de-DE");
    String asked =
        accepted(send(german.POST(BodyPublishers.ofString(HEADER + row("dora", ""))).build()));
    String listed =
        accepted(
            send(
                call("?name=list.csv")
                    .header("Content-Type", "text/csv")
                    .POST(
                        BodyPublishers.ofString(
                            "E-Mail-Adresse;Passwort;source_imap_server;source_port;source_security;destination_password\n"
                                + "emil@old.example;%s;127.0.0.1;1;none;new\n".formatted(PASSWORD)))
                    .build()));

    for (String id : List.of(asked, listed)) {
      await()
          .atMost(LIMIT)
          .until(() -> send(call("/" + id + "/answer").build()).statusCode() == 200);
      assertThat(send(call("/" + id + "/answer").build()).body()).startsWith("Guten Tag");
    }
    assertThat(send(call("/" + asked + "/answer").header("Accept-Language", "en").build()).body())
        .startsWith("Hello");
  }
}
