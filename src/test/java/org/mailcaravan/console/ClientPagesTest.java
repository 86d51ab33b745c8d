package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientPagesTest {
  private static final String QUESTION =
      "<Autodiscover><Request><EMailAddress>anna@example.org</EMailAddress></Request></Autodiscover>";

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

  private HttpRequest.Builder stranger(String path) {
    return HttpRequest.newBuilder(URI.create(api.server.url() + path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"})
  void thunderbirdIsAnsweredWithoutAToken(String path) throws Exception {
    HttpResponse<String> answer = api.send(stranger(path + "?emailaddress=anna%40example.org"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/xml; charset=utf-8");
    assertThat(answer.body())
        .contains("<domain>example.org</domain>", "<hostname>smtp.example.net</hostname>");
    for (String host : List.of("autoconfig.example.org", "Autoconfig.Example.ORG", "example.org")) {
      assertThat(api.send(stranger(path).header("X-Forwarded-Host", host)).body())
          .isEqualTo(answer.body());
    }
    for (String host : List.of("localhost", "<x>.example.org", "autoconfig.", "a".repeat(300))) {
      assertThat(api.send(stranger(path).header("X-Forwarded-Host", host)).statusCode())
          .isEqualTo(404);
    }
    assertThat(api.send(stranger(path)).statusCode()).isEqualTo(404);
    assertThat(api.send(stranger(path + "?emailaddress=anna")).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/autodiscover/autodiscover.xml", "/AutoDiscover/AutoDiscover.XML"})
  void outlookIsAnsweredWithoutAToken(String path) throws Exception {
    HttpResponse<String> answer =
        api.send(
            stranger(path)
                .header("Content-Type", "text/xml")
                .POST(HttpRequest.BodyPublishers.ofString(QUESTION)));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("<LoginName>anna@example.org</LoginName>");
  }

  @Test
  void aLargeQuestionIsNotRead() throws Exception {
    assertThat(
            api.send(
                    stranger("/autodiscover/autodiscover.xml")
                        .POST(HttpRequest.BodyPublishers.ofString(" ".repeat(20_000) + QUESTION)))
                .statusCode())
        .isEqualTo(413);
  }

  @Test
  void whatElseIsThereNeedsTheToken() throws Exception {
    String file = "/api/v1/clients/example.org/example.org.mobileconfig";
    for (HttpRequest.Builder call :
        new HttpRequest.Builder[] {
          stranger(file),
          stranger("/mail/config-v1.1.xml").POST(HttpRequest.BodyPublishers.noBody()),
          stranger("/autodiscover/autodiscover.xml"),
          stranger("/mail/../api/v1/status")
        }) {
      assertThat(api.send(call).statusCode()).isEqualTo(401);
    }
    HttpResponse<String> answer = api.get(file + "?emailaddress=anna@example.org");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/x-apple-aspen-config");
    assertThat(answer.body()).contains("<string>anna@example.org</string>");
    assertThat(api.get("/api/v1/clients/localhost/config-v1.1.xml").statusCode()).isEqualTo(404);
    assertThat(api.get("/api/v1/clients/example.org/x").statusCode()).isEqualTo(404);
    assertThat(api.get(file + "?email=x").statusCode()).isEqualTo(400);
  }
}
