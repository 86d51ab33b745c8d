package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.intake.RequestReader;
import org.mailcaravan.intake.Upload;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.status.FailingRoute;
import org.mailcaravan.store.FailedLooks;
import org.mailcaravan.store.LifeRows;

class ApiServerTest {
  @TempDir private Path home;
  private RunningApi api;

  @BeforeEach
  void start() throws Exception {
    api = new RunningApi(home);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void theTokenIsMadeOnceForTheUserAlone() throws Exception {
    String token = api.token();
    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("api.token"))))
        .isEqualTo("rw-------");
    api.close();
    api = new RunningApi(home);
    assertThat(api.token()).isEqualTo(token);
  }

  private Path file(String name) {
    return home.resolve("data").resolve(name);
  }

  @Test
  void aTokenThatOthersCanReadIsNotUsed() throws Exception {
    api.close();
    Files.setPosixFilePermissions(file("api.token"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> ApiToken.in(home.resolve("data")))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("api.token")
        .hasMessageContaining("Delete it");
  }

  @Test
  void theServiceFileNamesTheUrlWhileTheServerListens() throws Exception {
    String text = Files.readString(file("service.json"));
    assertThat(text)
        .contains("\"url\":\"" + api.server.url() + "\"")
        .contains("\"node\":\"node-a\"")
        .contains("\"pid\":" + ProcessHandle.current().pid())
        .contains("\"started\":\"2");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("service.json"))))
        .isEqualTo("rw-------");
    api.close();
    assertThat(file("service.json")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/events",
        "/api/v1/status",
        "/api/v1/mailboxes/x/pause",
        "/api/v1/openapi.json",
        "/api/v1/nothing",
        "/metrics",
        "/"
      })
  void nothingIsToldWithoutTheToken(String path) throws Exception {
    for (String authorization :
        new String[] {"", "Bearer", "Bearer wrong", "Basic " + api.token(), api.token()}) {
      HttpRequest.Builder call = HttpRequest.newBuilder(URI.create(api.server.url() + path));
      if (!authorization.isEmpty()) {
        call.header("Authorization", authorization);
      }
      HttpResponse<String> answer = api.send(call);
      assertThat(answer.statusCode()).as(authorization).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(answer.body())
          .contains("\"code\":\"unauthorized\"", "\"next_step\":")
          .doesNotContain(api.token());
    }
  }

  @Test
  void eventsAreToldWithTheToken() throws Exception {
    api.events.add("node", "start", null, null, null, null, null, "it runs");
    HttpResponse<String> answer = api.get("/api/v1/events");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    assertThat(answer.body())
        .contains("\"events\":[{\"number\":1,", "\"reason\":\"it runs\"", "\"next_after\":null");
  }

  @Test
  void whatMayNotBeSeenIsEscaped() throws Exception {
    api.events.add("node", "start", null, null, null, null, null, "a\u202eb\u0007c");
    assertThat(api.get("/api/v1/events").body()).contains("a\\u202eb\\u0007c");
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example, 403",
    "evil.example:PORT, 403",
    "127.0.0.1.evil.example:PORT, 403",
    "localhost:PORT, 200",
    "127.0.0.1:PORT, 200",
    "[::1]:PORT, 200",
    "'', 403"
  })
  void onlyTheNamesOfThisMachineAreItsHost(String host, int status) throws Exception {
    String port = String.valueOf(URI.create(api.server.url()).getPort());
    String answer =
        raw(
            "GET /api/v1/events HTTP/1.1\r\nHost: "
                + host.replace("PORT", port)
                + "\r\nAuthorization: Bearer "
                + api.token()
                + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
  }

  private String get(String path) throws IOException {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + api.token()
        + "\r\nConnection: close\r\n\r\n";
  }

  private String raw(String request) throws IOException {
    URI url = URI.create(api.server.url());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void pagesInBrowsersAreRefused() throws Exception {
    HttpResponse<String> answer =
        api.send(api.call("/api/v1/events").header("Origin", api.server.url()));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("foreign-origin");
  }

  @Test
  void anUnknownPathMethodOrParameterIsExplained() throws Exception {
    assertThat(api.get("/api/v1/mailbox").body())
        .contains("\"code\":\"not-found\"", "openapi.json");
    HttpResponse<String> answer = api.send(api.call("/api/v1/events").DELETE());
    assertThat(answer.statusCode()).isEqualTo(405);
    answer = api.get("/api/v1/events?affter=3");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("affter", "Use one of: after, limit.");
    assertThat(raw(get("/api/v1/events?after=%zz"))).startsWith("HTTP/1.1 400 ");
    assertThat(api.get("/api/v1/events?after=-1").body()).contains("no whole number");
    assertThat(api.get("/api/v1/events?limit=1001").body()).contains("1 to 1000");
  }

  @Test
  void bodiesAreBounded() throws Exception {
    String large = "{\"priority\":1,\"x\":\"" + "x".repeat(70_000) + "\"}";
    HttpResponse<String> answer = api.post("/api/v1/mailboxes/1/priority", large);
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("64 KiB");
    HttpResponse<String> form =
        api.send(
            api.call("/api/v1/migrations")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("a=b")));
    assertThat(form.statusCode()).isEqualTo(415);
  }

  @Test
  void requestsAreBounded() throws Exception {
    byte[] large = new byte[(64 << 20) + 1];
    HttpRequest.Builder call =
        api.call("/api/v1/migrations")
            .header("Content-Type", "text/csv")
            .POST(HttpRequest.BodyPublishers.ofByteArray(large));
    HttpResponse<String> answer = api.send(call);
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(api.actions.submitted).isEmpty();
  }

  @Test
  void aRequestIsNamedSafelyAndNotWrittenToDisk() throws Exception {
    HttpResponse<String> answer =
        api.send(
            api.call("/api/v1/migrations?name=..%2F..%2Fetc%2Fcustomers%201.csv")
                .header("Content-Type", "text/csv; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString("source_email\nä@example.org\n")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Location"))
        .contains("/api/v1/migrations/20261128-1-w%C3%B6rk%201");
    assertThat(answer.body()).contains("\"id\":\"20261128-1-wörk 1\"", "\"mailboxes\":0");
    assertThat(api.actions.submitted).extracting(Upload::name).containsExactly("customers 1.csv");
    // It holds passwords.
    assertThat(home.resolve("data/incoming")).doesNotExist();
  }

  @Test
  void aRequestIsCalledByItsKindWhateverItsNameSays() throws Exception {
    for (String type : List.of("text/csv", "application/json", RequestReader.WORKBOOK)) {
      HttpResponse<String> answer =
          api.send(
              api.call("/api/v1/migrations?name=list.csv")
                  .header("Content-Type", type)
                  .POST(HttpRequest.BodyPublishers.ofString("x")));
      assertThat(answer.statusCode()).as(type).isEqualTo(202);
      assertThat(answer.body()).contains("\"reading\":{\"kind\":");
    }
    assertThat(api.actions.submitted)
        .extracting(Upload::name)
        .containsExactly("list.csv", "list.json", "list.xlsx");
  }

  @Test
  void aRequestMayNameAFileOfThisMachine() throws Exception {
    Path file = Files.writeString(home.resolve("customers.csv"), "source_email\n");
    HttpRequest.Builder call =
        api.call("/api/v1/migrations?file=" + file).POST(HttpRequest.BodyPublishers.noBody());
    assertThat(api.send(call).statusCode()).isEqualTo(202);
    assertThat(api.actions.submitted).extracting(Upload::name).containsExactly("customers.csv");
    assertThat(file).exists();
    HttpResponse<String> missing =
        api.send(
            api.call("/api/v1/migrations?file=/etc/passwd")
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(missing.statusCode()).isEqualTo(422);
    assertThat(missing.body()).contains("no-file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded: for=192.0.2.7;proto=https",
        "forwarded: for=127.0.0.1",
        "X-Forwarded-For: 192.0.2.7",
        "x-forwarded-for: 127.0.0.1",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: ",
        "X-Real-IP: 192.0.2.7",
        "Via: 1.1 proxy"
      })
  void whoComesThroughAProxyNamesNoFileOfThisMachine(String header) throws Exception {
    Path file = Files.writeString(home.resolve("customers.csv"), "source_email\n");
    String[] parts = header.split(": ", -1);
    HttpRequest.Builder call =
        api.call("/api/v1/migrations?file=" + file)
            .header(parts[0], parts[1])
            .POST(HttpRequest.BodyPublishers.noBody());
    HttpResponse<String> answer = api.send(call);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("\"code\":\"not-local\"", "Send it as the body.");
    assertThat(api.actions.submitted).isEmpty();
  }

  @Test
  void whatACustomerKeepsIsOneFile() throws Exception {
    assertThat(api.get("/api/v1/migrations/m/files").body()).contains("there is no migration");
    new LifeRows(api.database).migration("m");
    HttpResponse<String> none = api.get("/api/v1/migrations/m/files");
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(none.body()).contains("\"code\":\"no-files\"", "data/reports/m of the node");
    api.actions.files.put("m", "PK".getBytes(StandardCharsets.US_ASCII));
    HttpResponse<String> files = api.get("/api/v1/migrations/m/files");
    assertThat(files.headers().firstValue("Content-Type")).contains("application/zip");
    assertThat(files.body()).isEqualTo("PK");
  }

  @Test
  void whatIsRemovedIsToldWithItsDay() throws Exception {
    LifeRows rows = new LifeRows(api.database);
    rows.migration("m");
    int unused =
        rows.set(
            "migration", "removed_at = timestamp with time zone '2026-11-30 23:59:00Z'", "true");
    for (String what : List.of("answer", "files")) {
      HttpResponse<String> gone = api.get("/api/v1/migrations/m/" + what);
      assertThat(gone.statusCode()).isEqualTo(404);
      assertThat(gone.body()).contains("\"code\":\"removed\"", "was removed on 2026-11-30, and");
    }
    assertThat(api.post("/api/v1/migrations/m/report", "").body())
        .contains("\"code\":\"removed\"", "and its report with it");
  }

  @Test
  void aPortThatIsTakenIsAProblemThatTellsWhatToDo() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  new RunningApi(
                      home.resolve("other"), "127.0.0.1", other.getLocalPort(), RunningApi.FAST))
          .isInstanceOf(RequestRejected.class)
          .hasMessageContaining("api.port = " + other.getLocalPort())
          .hasMessageContaining("another program uses this port")
          .hasMessageContaining("set api.port");
    }
    assertThat(home.resolve("other/data/service.json")).doesNotExist();
  }

  @Test
  void healthTellsStrangersOnlyWhetherTheServiceIsUp() throws Exception {
    HttpRequest.Builder stranger = HttpRequest.newBuilder(URI.create(api.server.url() + "/health"));
    HttpResponse<String> answer = api.send(stranger);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("{\"status\":\"down\"}");
    assertThat(api.get("/health").body())
        .contains("{\"name\":\"database\",\"status\":\"up\"")
        .contains("{\"name\":\"leases\",\"status\":\"down\"")
        .contains("{\"name\":\"drop_folder\",\"status\":\"up\"")
        .contains("{\"name\":\"disk\",\"status\":\"up\"");
  }

  @Test
  void aNodeThatRenewsItsLeaseIsUp() throws Exception {
    api.seen();
    HttpResponse<String> answer = api.get("/health");
    assertThat(answer.body())
        .startsWith("{\"status\":\"up\"")
        .contains("{\"name\":\"support_mailbox\",\"status\":\"up\"");
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void aSupportMailboxThatCannotBeReadIsToldAndTakesNoNodeOutOfService() throws Exception {
    api.seen();
    new FailedLooks(api.database, Clock.systemUTC()).failed(true, "its server refuses our login");
    HttpResponse<String> answer = api.get("/health");
    assertThat(answer.body())
        .startsWith("{\"status\":\"up\"")
        .contains("{\"name\":\"support_mailbox\",\"status\":\"down\"")
        .contains("its server refuses our login; Correct mail.username or mail.password");
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void aRouteThatTakesNothingIsToldAndTakesNoNodeOutOfService() throws Exception {
    api.seen();
    Instant since = Instant.parse("2026-11-30T10:00:00Z");
    api.actions.failingRoutes =
        List.of(new FailingRoute("take-files", "sftp:f.example:22", since, 3, null, "Auth fail"));
    HttpResponse<String> answer = api.get("/health");
    assertThat(answer.body())
        .startsWith("{\"status\":\"up\"")
        .contains(
            "{\"name\":\"entrances\",\"status\":\"down\",\"detail\":\"the route take-files has taken"
                + " nothing from sftp:f.example:22 since 2026-11-30T10:00:00Z (tried 3 times):"
                + " Auth fail; Look whether its server runs");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(api.get("/api/v1/status").body())
        .contains("\"failing_routes\":[{\"route\":\"take-files\"");
  }

  @Test
  void metricsCountWhatThisProcessDoes() throws Exception {
    api.copied.set(17);
    HttpResponse<String> answer = api.get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body())
        .contains("# TYPE mailcaravan_messages_copied_total counter\n")
        .contains("\nmailcaravan_messages_copied_total 17\n")
        .containsPattern("\njvm_memory_used_bytes\\{area=\"heap\"} \\d+\n");
  }
}
