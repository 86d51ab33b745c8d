package org.mailcaravan.dav;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InFlightTest {
  @Test
  void twoLargePiecesAreNotUnderWayAtOnce() {
    List<String> results = new ArrayList<>();
    Thread giver = Thread.currentThread();
    AtomicBoolean firstIsDone = new AtomicBoolean();
    AtomicBoolean secondIsGiven = new AtomicBoolean();
    CountDownLatch secondRan = new CountDownLatch(1);
    try (InFlight<String> inFlight = new InFlight<>(4, results::add)) {
      inFlight.give(
          10 << 20,
          () -> {
            // Until the giver waits for this one, or the other has begun beside it.
            while (secondRan.getCount() > 0
                && (secondIsGiven.get() || giver.getState() != Thread.State.WAITING)) {
              Thread.onSpinWait();
            }
            firstIsDone.set(true);
            return "first";
          });
      inFlight.give(
          10 << 20,
          () -> {
            String result = firstIsDone.get() ? "second" : "second, beside the first";
            secondRan.countDown();
            return result;
          });
      secondIsGiven.set(true);
      inFlight.await();
    }
    assertThat(results).containsExactly("first", "second");
  }

  @Test
  void onePieceAloneMayBeLarger() {
    List<String> results = new ArrayList<>();
    try (InFlight<String> inFlight = new InFlight<>(4, results::add)) {
      inFlight.give(1L << 40, () -> "large");
      inFlight.give(1, () -> "small");
      inFlight.await();
    }
    assertThat(results).containsExactly("large", "small");
  }
}
