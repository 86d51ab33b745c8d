package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Secret;

/** Calls that wait for a server hold no other call. */
@Timeout(60)
class SlowCallsTest {
  private static final String PATH = "/api/v1/mailboxes/m.1/password";

  @TempDir private Path home;
  private RunningApi api;
  private final CountDownLatch answers = new CountDownLatch(1);
  private final AtomicInteger waiting = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    api = new RunningApi(home);
    api.database
        .jdbc()
        .sql(
            "insert into mailbox (id, source_account, destination_account, source_address,"
                + " source_host, source_port, source_security, source_username,"
                + " destination_address, state) values ('m.1', 'a', 'a', 'a@old.example',"
                + " 'old.example', 993, 'TLS', 'a', 'a@new.example', 'BLOCKED')")
        .update();
    api.actions.server =
        () -> {
          waiting.incrementAndGet();
          try {
            answers.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
  }

  @AfterEach
  void stop() {
    answers.countDown();
    api.close();
  }

  private void awaitWaiting(int count) {
    await().untilAsserted(() -> assertThat(waiting).hasValue(count));
  }

  private HttpRequest.Builder password(String password) throws IOException {
    return api.call(PATH)
        .header("Content-Type", "application/json")
        .PUT(HttpRequest.BodyPublishers.ofString("{\"password\":\"" + password + "\"}"));
  }

  private HttpRequest.Builder request() throws IOException {
    return api.call("/api/v1/migrations")
        .header("Content-Type", "text/csv")
        .POST(HttpRequest.BodyPublishers.ofString("source_email\n"));
  }

  @Test
  void passwordsAtSlowServersKeepNoOtherCallWaiting() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
    for (int each = 0; each < Steering.MOST_TRIALS; each++) {
      slow.add(api.begin(password("right " + each)));
    }
    for (int each = 0; each < BodyBounds.MOST_UPLOADS; each++) {
      slow.add(api.begin(request()));
    }
    awaitWaiting(slow.size());

    for (int each = 0; each < 4; each++) {
      HttpResponse<String> more = api.send(password("more").timeout(Duration.ofSeconds(5)));
      assertThat(more.statusCode()).isEqualTo(503);
      assertThat(more.headers().firstValue("Retry-After")).contains("5");
      assertThat(more.body())
          .contains(
              "\"code\":\"busy\"",
              "other passwords are being tried",
              "Try again in a few seconds; nothing was changed.");
    }
    assertThat(api.get("/health").body()).contains("{\"name\":\"database\",\"status\":\"up\"");
    assertThat(api.get("/api/v1/status").statusCode()).isEqualTo(200);
    assertThat(api.get("/metrics").statusCode()).isEqualTo(200);
    assertThat(slow).noneMatch(CompletableFuture::isDone);

    answers.countDown();
    for (CompletableFuture<HttpResponse<String>> each : slow) {
      assertThat(each.join().statusCode()).isIn(202, 204);
    }
    assertThat(api.send(password("last")).statusCode()).isEqualTo(204);
    assertThat(api.actions.passwords)
        .extracting(ScriptedActions.Password::password)
        .extracting(Secret::reveal)
        .containsExactlyInAnyOrder("right 0", "right 1", "last");
  }

  @Test
  void callsThatWaitForTheirAnswersKeepNoOtherFromBeingTaken() throws Exception {
    api.actions.server = () -> {};
    List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
    for (int each = 0; each < Submission.MOST_WAITING; each++) {
      slow.add(api.begin(request().header("Prefer", "respond-async, wait=50")));
    }
    await().until(() -> api.actions.submitted.size() == Submission.MOST_WAITING);

    HttpResponse<String> more =
        api.send(request().header("Prefer", "wait=50").timeout(Duration.ofSeconds(10)));
    assertThat(more.statusCode()).as("too many wait already").isEqualTo(202);
    assertThat(more.headers().firstValue("Preference-Applied")).isEmpty();
    assertThat(more.body()).contains("\"text\":null");
    assertThat(slow).noneMatch(CompletableFuture::isDone);

    api.actions.answer = "all is well";
    for (CompletableFuture<HttpResponse<String>> each : slow) {
      assertThat(each.join().statusCode()).isEqualTo(200);
      assertThat(each.join().headers().firstValue("Preference-Applied")).contains("wait=50");
      assertThat(each.join().body()).contains("\"text\":\"all is well\"");
    }
    api.actions.answer = null;
    HttpResponse<String> late = api.send(request().header("Prefer", "wait=0"));
    assertThat(late.statusCode()).isEqualTo(202);
    assertThat(late.headers().firstValue("Preference-Applied")).contains("wait=0");
  }

  @Test
  void healthIsToldWhileEveryOtherCallWaits() throws Exception {
    api.database
        .jdbc()
        .sql(
            "insert into request (id, channel, name, received_at)"
                + " values ('m', 'TEST', 'm', current_timestamp)")
        .update();
    api.database
        .jdbc()
        .sql(
            "insert into migration (id, name, opened_at, request_id)"
                + " values ('m', 'm', current_timestamp, 'm')")
        .update();
    List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
    for (int each = 0; each < ApiServer.WORKERS; each++) {
      slow.add(api.begin(api.call("/api/v1/migrations/m/report")));
    }
    awaitWaiting(ApiServer.WORKERS);
    assertThat(api.get("/health").body()).contains("{\"name\":\"database\",\"status\":\"up\"");
    assertThat(slow).noneMatch(CompletableFuture::isDone);
  }
}
