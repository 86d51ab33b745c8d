package org.mailcaravan.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;

/** What the client makes of what a service answers, or something that is none. */
class ServiceClientTest {
  private final ScriptedService service = new ScriptedService();

  @TempDir private Path folder = Path.of("");

  @AfterEach
  void stop() {
    service.close();
  }

  private ServiceClient client() {
    service.in(folder);
    return new ServiceClient(ServicePlace.in(folder));
  }

  @Test
  void anyCharacterMayStandInAnIdAndAParameter() {
    service.answer("GET mailboxes/a%2F..%2Fb%20%3F%23%25%C3%BC%2B", 200, "{\"x\":1}");
    service.answer("GET status?id=a%26b%3D%2B&id=c", 200, "{\"x\":2}");
    assertThat(client().get(ServiceClient.path("mailboxes", "a/../b ?#%ü+")).get("x").asInt())
        .isEqualTo(1);
    assertThat(
            client()
                .get(
                    "status",
                    new ServiceClient.Parameter("id", "a&b=+"),
                    new ServiceClient.Parameter("id", "c"))
                .get("x")
                .asInt())
        .isEqualTo(2);
  }

  @Test
  void anErrorOfTheServiceIsAProblemWithItsCauseAndNextStep() {
    service.answer(
        "GET hosts",
        422,
        "{\"code\":\"wrong-password\",\"cause\":\"login refused\",\"next_step\":\"Ask again.\",\"owner\":\"customer\"}");
    assertThatThrownBy(() -> client().get("hosts"))
        .isInstanceOfSatisfying(
            RequestRejected.class,
            rejected -> {
              assertThat(rejected.problem().code()).isEqualTo(ProblemCode.WRONG_PASSWORD);
              assertThat(rejected.problem().cause()).isEqualTo("login refused");
              assertThat(rejected.problem().nextStep()).isEqualTo("Ask again.");
              assertThat(rejected.problem().owner().words()).isEqualTo("the customer");
            });
    service.answer("GET nodes", 500, "{\"code\":\"fault\",\"cause\":\"boom\",\"next_step\":\"\"}");
    assertThatThrownBy(() -> client().get("nodes"))
        .isInstanceOf(NeedsAttention.class)
        .hasMessageContaining("boom")
        .hasMessageContaining("See the log of the service.");
  }

  @Test
  void aRefusedTokenIsExplained() throws IOException {
    service.in(folder);
    Files.writeString(folder.resolve("api.token"), "another-token-than-the-service-has-now-12345");
    ServiceClient client = new ServiceClient(ServicePlace.in(folder));
    assertThatThrownBy(() -> client.get("hosts"))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("does not accept the token")
        .hasMessageNotContaining("another-token");
  }

  @Test
  void theTokenFollowsNoRedirect() {
    service.answer("GET hosts", 302, "");
    service.answer("GET /elsewhere", 200, "{}");
    assertThatThrownBy(() -> client().get("hosts"))
        .isInstanceOf(NoService.class)
        .hasMessageContaining("not Mail Caravan (status 302)");
    assertThat(service.lines()).containsExactly("GET hosts");
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 404, 405, 500})
  void whatIsNoServiceIsTold(int status) {
    service.answer("GET hosts", status, "<html>It works!</html>");
    assertThatThrownBy(() -> client().get("hosts"))
        .isInstanceOf(NoService.class)
        .hasMessageContaining("not Mail Caravan");
  }

  @Test
  void aPasswordIsSentAndInNoMessage() {
    service.answer(
        "PUT mailboxes/a/password",
        422,
        "{\"code\":\"wrong-password\",\"cause\":\"NO [AUTH] no\",\"next_step\":\"Ask.\"}");
    assertThatThrownBy(() -> client().put("mailboxes/a/password", "password", "s3cret \"ü\""))
        .hasMessageNotContaining("s3cret")
        .hasMessageContaining("NO [AUTH] no");
    assertThat(service.calls().get(0).body()).isEqualTo("{\"password\":\"s3cret \\\"ü\\\"\"}");
  }

  @Test
  void nobodyAnswersWhereAServiceHasStopped() {
    ServiceClient client = client();
    service.close();
    assertThatThrownBy(() -> client.get("hosts"))
        .isInstanceOf(NoService.class)
        .hasMessageContaining("nothing answers there");
  }

  private static void askForAChange(ServiceClient client, String method) {
    switch (method) {
      case "POST" -> client.post("mailboxes/a/pause", ServiceClient.Patience.USUAL);
      case "POST file" -> client.postFile("migrations", "/a.csv", List.of(), "key");
      case "PUT" -> client.put("mailboxes/a/password", "password", "x");
      default -> throw new IllegalArgumentException(method);
    }
  }

  private static void assertThatItIsNotKnown(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NoService.class,
            lost -> {
              assertThat(lost.problem().cause())
                  .contains("it is not known whether the service has done what it was asked for");
              assertThat(lost.problem().nextStep()).contains("mailcaravan status");
            });
  }

  @ParameterizedTest
  @CsvSource({"POST, ''", "POST, HTTP/1.1 200 OK", "POST file, ''", "PUT, ''"})
  void whatWasAskedForMayBeDoneWhereOnlyTheAnswerIsLost(String method, String beginning)
      throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> end(listening, beginning));
      ServiceClient client = new ServiceClient(place(listening), Duration.ofSeconds(30));
      assertThatItIsNotKnown(() -> askForAChange(client, method));
      closing.join();
    }
  }

  @Test
  void whatWasAskedForMayBeDoneWhereNoAnswerComesInTime() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> silent = CompletableFuture.runAsync(() -> begin(listening, ""));
      ServiceClient client = new ServiceClient(place(listening), Duration.ofSeconds(1));
      assertThatItIsNotKnown(() -> askForAChange(client, "POST"));
      silent.cancel(true);
    }
  }

  @Test
  void whatWasAskedForMayBeDoneWhereAProxyHasLostTheAnswer() {
    service.answer("POST mailboxes/a/pause", 504, "<html>Gateway Time-out</html>");
    assertThatItIsNotKnown(() -> askForAChange(client(), "POST"));
  }

  @Test
  void nothingIsDoneWhereNobodyAnswersOrTheServiceIsBusy() {
    service.answer(
        "POST mailboxes/a/pause",
        503,
        "{\"code\":\"busy\",\"cause\":\"others are tried\",\"next_step\":\"Try again.\"}");
    ServiceClient client = client();
    assertThatThrownBy(() -> askForAChange(client, "POST"))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("others are tried");
    service.close();
    assertThatThrownBy(() -> askForAChange(client, "POST"))
        .isInstanceOf(NoService.class)
        .hasMessageContaining("nothing answers there")
        .hasMessageNotContaining("not known");
  }

  private static void end(ServerSocket listening, String answer) {
    try (Socket socket = listening.accept()) {
      assertThat(socket.getInputStream().read()).isPositive();
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What trickles in, what never comes, and what has no end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
      })
  void aServiceThatFallsSilentIsGivenUp(String beginning) throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> silent =
          CompletableFuture.runAsync(() -> begin(listening, beginning));
      ServiceClient client = new ServiceClient(place(listening), Duration.ofSeconds(1));
      assertThatThrownBy(() -> client.get("hosts"))
          .isInstanceOf(NoService.class)
          .hasMessageContaining("no answer within");
      silent.cancel(true);
    }
  }

  private static ServicePlace place(ServerSocket listening) {
    String url = "http://127.0.0.1:" + listening.getLocalPort();
    return new ServicePlace(
        java.net.URI.create(url), Secret.of("t"), Where.url(url), "Start it.", false);
  }

  private static void begin(ServerSocket listening, String answer) {
    try {
      Socket socket = listening.accept();
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
