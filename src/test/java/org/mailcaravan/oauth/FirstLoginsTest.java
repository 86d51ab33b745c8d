package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.server.TestClock;

@Timeout(60)
class FirstLoginsTest {
  private static final Problem REFUSED =
      new Problem(
          ProblemCode.TOKEN_REFUSED,
          Where.MAILBOX,
          "the server refused the access token",
          Owner.CUSTOMER,
          "Register the application.");

  private final TestClock clock = TestClock.at(Instant.EPOCH);
  private final FirstLogins logins = new FirstLogins(clock);
  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private CompletableFuture<Void> waiting(String mailbox) {
    return CompletableFuture.runAsync(
        () -> {
          logins.begin("p", mailbox);
          begun.add(mailbox);
        },
        threads);
  }

  @Test
  void theOthersWaitForTheFirstAndGoTogetherOnceItIsIn() {
    logins.begin("p", "a");
    logins.begin("p", "a");
    List<CompletableFuture<Void>> others = Stream.of("b", "c", "d").map(this::waiting).toList();
    logins.begin("another", "x");
    assertThat(begun).isEmpty();

    logins.accepted("p");

    others.forEach(CompletableFuture::join);
    assertThat(begun).containsExactlyInAnyOrder("b", "c", "d");
    logins.failed("p", "b", REFUSED);
    logins.begin("p", "e");
  }

  @Test
  void aRefusedTokenIsToldToTheOthersForAMinute() {
    logins.begin("p", "a");
    CompletableFuture<Void> other = waiting("b");
    logins.failed("p", "a", REFUSED);

    assertThatThrownBy(other::join)
        .cause()
        .isInstanceOfSatisfying(
            TryAgain.class,
            again -> {
              assertThat(again.problem().cause())
                  .isEqualTo(
                      "not tried, since a token of the OAuth profile p was refused for a"
                          + " (the server refused the access token)");
              assertThat(again.problem().owner()).isEqualTo(Owner.CUSTOMER);
              assertThat(again.problem().nextStep())
                  .contains("Register the application.", "take its row out");
              assertThat(again.after()).isEqualTo(FirstLogins.COUNTS);
            });
    logins.begin("p", "a");
    logins.failed("p", "a", null);
    clock.pass(FirstLogins.COUNTS);
    logins.begin("p", "b");
  }

  @Test
  void aLoginThatFailsForAnotherReasonGivesTheTurnToTheNext() {
    logins.begin("p", "a");
    CompletableFuture<Void> next = waiting("b");
    logins.failed("p", "a", null);
    next.join();
    assertThat(begun).containsExactly("b");
  }

  @Test
  void nobodyWaitsForEverForALoginThatHangs() {
    logins.begin("p", "a");
    CompletableFuture<Void> other = waiting("b");
    await().during(Duration.ofMillis(100)).until(() -> !other.isDone());
    clock.pass(FirstLogins.PATIENCE);
    other.join();
  }

  @Test
  void whoIsToldToStopWaitsNoLonger() {
    logins.begin("p", "a");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> logins.begin("p", "b")).isInstanceOf(PassStopped.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
