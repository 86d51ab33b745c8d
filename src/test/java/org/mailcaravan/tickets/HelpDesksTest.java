package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.docs.Document;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Secret;

/** The exact calls of each API, and what is made of their answers. */
class HelpDesksTest {
  private static final String KEY = "Key-of-the-help-desk-4711";
  private static final Instant NOW = Instant.parse("2026-11-30T03:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final ScriptedApi api = new ScriptedApi();
  private final HttpConnections http =
      new HttpConnections(
          new Connector(
              new ConnectionRules(
                  true,
                  Set.of(),
                  true,
                  Set.of(),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(5),
                  null)),
          Duration.ofMillis(700));

  @AfterEach
  void stop() {
    api.close();
  }

  private static TicketMessage message(String ticket) {
    return new TicketMessage(
        4711,
        Instant.parse("2026-11-30T02:59:00Z"),
        "first-pass-done",
        "zammad",
        "20261130-030000-000-list",
        "list.csv",
        ticket,
        "waiting-for-cutover",
        12,
        List.of("example.org"),
        "the first passes of all 12 mailboxes are done",
        "en",
        "Your mail is copied",
        "Hello,\n\n<b> & ü\n",
        "<html></html>",
        false,
        false,
        true,
        List.of());
  }

  private static TicketMessage message() {
    return message("17");
  }

  private HelpDesk desk(String name) {
    URI url = api.url();
    Secret key = Secret.of(KEY);
    return switch (name) {
      case "whmcs" ->
          new Whmcs(url.resolve("/includes/api.php"), "an-identifier", key, "anna", http, CLOCK);
      case "zammad" -> new Zammad(url, key, http, CLOCK);
      case "zendesk" -> new Zendesk(url.resolve("/"), "anna@new.example", key, http, CLOCK);
      default -> new Freshdesk(url, key, http, CLOCK);
    };
  }

  private String calls() {
    StringBuilder calls = new StringBuilder();
    for (ScriptedApi.Asked asked : api.asked()) {
      calls.append("%s %s %s\n".formatted(asked.method(), asked.path(), asked.body()));
    }
    return calls.toString();
  }

  @Test
  void zammad() throws NotTaken {
    HelpDesk desk = desk("zammad");
    api.next(200, Map.of(), "{\"id\":17,\"customer\":\"anna@kunde.example\"}");
    desk.reply(message());
    api.next(200, Map.of(), "{\"id\":17,\"customer\":\"anna\"}");
    desk.reply(message());
    desk.note(message());
    desk.close(message());
    String article =
        "POST /api/v1/ticket_articles {\"subject\":\"Your mail is copied\",\"body\":\"Hello,\\n\\n<b> & ü\\n\","
            + "\"content_type\":\"text/plain\",\"type\":";
    assertThat(calls().lines().limit(5))
        .containsExactly(
            "GET /api/v1/tickets/17?expand=true ",
            article
                + "\"email\",\"internal\":false,\"to\":\"anna@kunde.example\",\"ticket_id\":17}",
            "GET /api/v1/tickets/17?expand=true ",
            article + "\"note\",\"internal\":false,\"ticket_id\":17}",
            article + "\"note\",\"internal\":true,\"ticket_id\":17}");
    ScriptedApi.Asked last = api.asked().get(5);
    assertThat(last.method() + " " + last.path()).isEqualTo("PUT /api/v1/tickets/17");
    JsonNode closing = json(5);
    assertThat(closing.path("state").asText()).isEqualTo("closed");
    assertThat(closing.path("article").path("internal").asBoolean()).isTrue();
    assertThat(api.asked())
        .allSatisfy(
            asked -> {
              assertThat(asked.header("Authorization")).isEqualTo("Token token=" + KEY);
              assertThat(asked.header("Content-type")).isEqualTo("application/json");
            });
  }

  private JsonNode json(int call) {
    try {
      return new ObjectMapper().readTree(api.asked().get(call).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void zendesk() throws NotTaken {
    HelpDesk desk = desk("zendesk");
    desk.reply(message());
    desk.note(message());
    desk.close(message());
    String comment = "{\"ticket\":{\"comment\":{";
    assertThat(calls().lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).startsWith("PUT /api/v2/tickets/17.json " + comment));
    assertThat(json(0).path("ticket").path("comment").path("public").asBoolean()).isTrue();
    assertThat(json(0).path("ticket").path("comment").path("body").asText())
        .isEqualTo(message().text());
    assertThat(json(0).path("ticket").has("status")).isFalse();
    assertThat(json(1).path("ticket").path("comment").path("public").asBoolean(true)).isFalse();
    assertThat(json(2).path("ticket").path("comment").path("public").asBoolean(true)).isFalse();
    assertThat(json(2).path("ticket").path("status").asText()).isEqualTo("solved");
    assertThat(api.asked().get(0).header("Authorization"))
        .isEqualTo("Basic " + base64("anna@new.example/token:" + KEY));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void freshdesk() throws NotTaken {
    HelpDesk desk = desk("freshdesk");
    desk.reply(message());
    desk.note(message());
    desk.close(message());
    String html = "Hello,<br>\n<br>\n&lt;b&gt; &amp; ü<br>\n";
    assertThat(api.asked())
        .extracting(asked -> asked.method() + " " + asked.path())
        .containsExactly(
            "POST /api/v2/tickets/17/reply",
            "POST /api/v2/tickets/17/notes",
            "POST /api/v2/tickets/17/notes",
            "PUT /api/v2/tickets/17");
    assertThat(json(0).path("body").asText()).isEqualTo(html);
    assertThat(json(1).path("private").asBoolean()).isTrue();
    assertThat(api.asked().get(3).body()).isEqualTo("{\"status\":5}");
    assertThat(json(2).path("private").asBoolean()).isTrue();
    assertThat(api.asked().get(0).header("Authorization")).isEqualTo("Basic " + base64(KEY + ":X"));
  }

  @Test
  void whmcs() throws NotTaken {
    HelpDesk desk = desk("whmcs");
    desk.reply(message());
    desk.note(message());
    desk.close(message());
    assertThat(api.asked())
        .allSatisfy(
            asked -> {
              assertThat(asked.method() + " " + asked.path()).isEqualTo("POST /includes/api.php");
              assertThat(asked.header("Content-type"))
                  .isEqualTo("application/x-www-form-urlencoded");
              assertThat(form(asked.body()))
                  .containsEntry("identifier", "an-identifier")
                  .containsEntry("secret", KEY)
                  .containsEntry("responsetype", "json")
                  .containsEntry("ticketid", "17");
            });
    List<Map<String, String>> forms =
        api.asked().stream().map(asked -> form(asked.body())).toList();
    assertThat(forms)
        .extracting(form -> form.get("action"))
        .containsExactly("AddTicketReply", "AddTicketNote", "UpdateTicket", "AddTicketNote");
    assertThat(forms.get(0))
        .containsEntry("message", message().text())
        .containsEntry("adminusername", "anna");
    assertThat(forms.get(2)).containsEntry("status", "Closed").doesNotContainKey("message");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zammad", "whmcs", "zendesk", "freshdesk"})
  void theNumberThatCustomersSeeLeadsToTheTicket(String name) throws NotTaken {
    api.next(
        200,
        Map.of(),
        name.equals("zammad")
            ? "[{\"id\":17,\"group\":\"a\",\"number\":\"202611\",\"article_ids\":[3,"
            : "{\"result\":\"success\",\"ticketid\":17,\"tid\":\"202611\",\"replies\":{\"reply\":[{\"ticketid\":\"5\"");
    desk(name).reply(message("#202611"));

    assertThat(api.asked()).hasSize(name.equals("zammad") ? 3 : name.equals("whmcs") ? 2 : 1);
    ScriptedApi.Asked last = api.asked().get(api.asked().size() - 1);
    switch (name) {
      case "zammad" -> {
        assertThat(api.asked().get(0).method() + " " + api.asked().get(0).path())
            .isEqualTo(
                "GET /api/v1/tickets/search?expand=true&limit=10&query=number%3A%22202611%22");
        assertThat(last.body()).contains("\"ticket_id\":17");
      }
      case "whmcs" -> {
        assertThat(form(api.asked().get(0).body()))
            .containsEntry("action", "GetTicket")
            .containsEntry("ticketnum", "202611")
            .doesNotContainKey("ticketid");
        assertThat(form(last.body()))
            .containsEntry("action", "AddTicketReply")
            .containsEntry("ticketid", "17");
      }
      default -> assertThat(last.path()).contains("/tickets/202611");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          zammad | [{"id":17,"number":"2026110"}]                         | Zammad knows no ticket "#202611"
          zammad | []                                                      | Zammad knows no ticket "#202611"
          whmcs  | {"result":"error","message":"Ticket ID Not Found"}      | WHMCS does not take it (Ticket ID Not Found)
          """)
  void aTicketThatIsNotThereIsGivenUp(String name, String answer, String words) {
    api.next(200, Map.of(), answer);
    assertThatThrownBy(() -> desk(name).reply(message("#202611")))
        .isInstanceOfSatisfying(NotTaken.class, no -> assertThat(no.isFinal()).isTrue())
        .hasMessageContaining(words);
    assertThat(api.asked()).hasSize(name.equals("zammad") ? 2 : 1);
  }

  @Test
  void aZammadWithoutElasticsearchIsAskedForTheNumberAlone() throws NotTaken {
    api.next(200, Map.of(), "[]");
    api.next(
        200,
        Map.of(),
        """
        [{"id":5,"number":"2026112","customer":{"number":"202611"}},
         {"id":17,"tags":[],"number":"202611","title":"Move"},{"id":6,"num""");
    desk("zammad").note(message("#202611"));
    assertThat(api.asked().get(1).path())
        .isEqualTo("/api/v1/tickets/search?expand=true&limit=10&query=202611");
    assertThat(json(2).path("ticket_id").asInt()).isEqualTo(17);
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new TreeMap<>();
    Arrays.stream(body.split("&", -1))
        .map(each -> each.split("=", 2))
        .forEach(each -> form.put(each[0], URLDecoder.decode(each[1], StandardCharsets.UTF_8)));
    return form;
  }

  @Test
  void theWebhookIsSignedOverTheTimeAndTheBody() throws Exception {
    new Webhook(api.url().resolve("/hook?of=us"), Secret.of(KEY), http, CLOCK).tell(message(""));
    ScriptedApi.Asked asked = api.asked().get(0);
    assertThat(asked.method() + " " + asked.path()).isEqualTo("POST /hook?of=us");
    assertThat(asked.body())
        .isEqualTo(
            "{\"version\":1,\"event\":4711,\"at\":\"2026-11-30T02:59:00Z\",\"message\":\"first-pass-done\","
                + "\"migration\":\"20261130-030000-000-list\",\"name\":\"list.csv\",\"ticket\":null,"
                + "\"stage\":\"waiting-for-cutover\",\"mailboxes\":12,\"domains\":[\"example.org\"],"
                + "\"reason\":\"the first passes of all 12 mailboxes are done\",\"language\":\"en\","
                + "\"subject\":\"Your mail is copied\",\"text\":\"Hello,\\n\\n<b> & ü\\n\","
                + "\"files\":\"/api/v1/migrations/20261130-030000-000-list/files\"}");
    assertThat(asked.header("Idempotency-key")).isEqualTo("4711");
    assertThat(asked.header("Mailcaravan-timestamp"))
        .isEqualTo(String.valueOf(NOW.getEpochSecond()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    assertThat(asked.header("Mailcaravan-signature"))
        .isEqualTo(
            "v1="
                + HexFormat.of()
                    .formatHex(
                        mac.doFinal(
                            (NOW.getEpochSecond() + "." + asked.body())
                                .getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void theDocumentSaysHowToVerifyTheSignature() throws Exception {
    new Webhook(api.url(), Secret.of(KEY), http, CLOCK).tell(message(""));
    ScriptedApi.Asked asked = api.asked().get(0);
    String command =
        Document.of("docs/tickets.md").blocks("text").stream()
            .map(Document.Block::text)
            .filter(text -> text.contains("openssl"))
            .findFirst()
            .orElseThrow();
    ProcessBuilder shell = new ProcessBuilder("bash", "-c", command);
    shell.environment().put("timestamp", asked.header("Mailcaravan-timestamp"));
    shell.environment().put("body", asked.body());
    shell.environment().put("secret", KEY);
    Process run = shell.start();
    assertThat(
            "v1=" + new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
        .isEqualTo(asked.header("Mailcaravan-signature"));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # status, given up, the receiver is left alone, what we have to do
          400, true,  false, see in its log why
          401, false, true,  correct tell.zammad.token
          403, false, false, correct tell.zammad.token
          404, false, true,  its URL is right
          405, false, true,  its URL is right
          408, false, false, Its log
          409, false, false, Its log
          422, true,  false, see in its log why
          429, false, true,  left alone
          500, false, false, Its log
          503, false, true,  left alone
          301, false, true,  its URL is right
          """)
  void anAnswerSaysWhetherItIsTriedAgain(
      int status, boolean isFinal, boolean isOfReceiver, String todo) {
    api.next(
        status, Map.of("Location", "http://127.0.0.1:1/"), "no: " + KEY + " \u001b[31m".repeat(99));
    NotTaken no = refused("zammad");
    assertThat(no)
        .hasMessageContaining("Zammad answers with HTTP status " + status + " (no: ********")
        .hasMessageContaining(todo)
        .hasMessageNotContaining(KEY)
        .hasMessageNotContaining("\u001b");
    assertThat(no.isFinal()).isEqualTo(isFinal);
    assertThat(no.isOfReceiver()).isEqualTo(isOfReceiver);
    assertThat(no.after()).isNull();
    assertThat(api.asked()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"404, ''", "404, '{\"error\":\"RecordNotFound\"}'", "410, '{}'"})
  void aTicketThatTheApiDoesNotKnowIsGivenUp(int status, String body) {
    api.next(status, Map.of(), body).next(status, Map.of(), body);
    NotTaken no = refused("freshdesk");
    assertThat(no).hasMessageContaining("ticket 17 exists");
    assertThat(no.isFinal()).isTrue();
    assertThatThrownBy(() -> new Webhook(api.url(), Secret.of(KEY), http, CLOCK).tell(message()))
        .as("a webhook has no tickets")
        .isInstanceOfSatisfying(NotTaken.class, hook -> assertThat(hook.isFinal()).isFalse());
  }

  private NotTaken refused(String desk) {
    return catchThrowableOfType(NotTaken.class, () -> desk(desk).reply(message()));
  }

  @Test
  void aReceiverSaysHowLongToWait() {
    api.next(429, Map.of("Retry-After", "93"), "")
        .next(503, Map.of("Retry-After", "Mon, 30 Nov 2026 03:02:00 GMT"), "")
        .next(429, Map.of("Retry-After", "soon"), "");
    assertThat(refused("zendesk").after()).isEqualTo(Duration.ofSeconds(93));
    assertThat(refused("freshdesk").after()).isEqualTo(Duration.ofMinutes(2));
    assertThat(refused("zammad").after()).isNull();
  }

  @Test
  void aReceiverThatHangsOrIsNotThereIsTriedAgain() {
    api.hang();
    NotTaken hangs = refused("zammad");
    assertThat(hangs).hasMessageContaining("Zammad");
    assertThat(List.of(hangs.isFinal(), hangs.isOfReceiver())).containsExactly(false, true);
    api.close();
    NotTaken gone = refused("whmcs");
    assertThat(gone).hasMessageContaining("WHMCS cannot be reached");
    assertThat(List.of(gone.isFinal(), gone.isOfReceiver())).containsExactly(false, true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"result":"error","message":"Ticket ID Not Found"}    | true  | false | by its tid with #
          {"result":"error","message":"Authentication Failed"}  | false | false | correct tell.whmcs.identifier
          {"result":"error","message":"Name and email address are required if not a client"} | false | false | tell.whmcs.admin
          {"result":"error","message":"Invalid Permissions: Key-of-the-help-desk-4711"} | false | false | Permissions: ********
          <html>Log in</html>                                   | false | true  | correct tell.whmcs.url
          {}                                                    | false | true  | correct tell.whmcs.url
          [                                                     | false | true  | correct tell.whmcs.url
          """)
  void whmcsSaysInTheBodyWhetherItWorked(
      String body, boolean isFinal, boolean isOfReceiver, String words) {
    api.next(200, Map.of(), body);
    NotTaken no = refused("whmcs");
    assertThat(no).hasMessageContaining(words).hasMessageNotContaining(KEY);
    assertThat(no.isFinal()).isEqualTo(isFinal);
    assertThat(no.isOfReceiver()).isEqualTo(isOfReceiver);
  }

  @ParameterizedTest
  @CsvSource({"ABC-123456", "17/../1", "0", "-1", "17&action=X", "''", "99999999999999999999"})
  void aTicketThatIsNoNumberIsToldToNobody(String ticket) {
    for (String name : List.of("whmcs", "zammad", "zendesk", "freshdesk")) {
      NotTaken no = catchThrowableOfType(NotTaken.class, () -> desk(name).close(message(ticket)));
      assertThat(no).hasMessageContaining("wants the number");
      assertThat(no.isFinal()).isTrue();
    }
    assertThat(api.asked()).isEmpty();
  }
}
