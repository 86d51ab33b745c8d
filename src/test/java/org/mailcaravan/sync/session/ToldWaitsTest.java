package org.mailcaravan.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Progress;
import org.mailcaravan.report.Results;
import org.mailcaravan.sync.PassingTime;

class ToldWaitsTest {
  private final PassingTime clock = new PassingTime();
  private final List<String> told = new ArrayList<>();
  private final ToldWaits waits =
      new ToldWaits(
          new PassTally(
              Results.mailbox(1, "ann@old.example", "ann@new.example"),
              new Progress() {
                @Override
                public void mailboxWaits(Mailbox mailbox, Instant until, String why) {
                  told.add(why);
                }

                @Override
                public void mailboxGoesOn(Mailbox mailbox) {
                  told.add("goes on");
                }
              },
              0),
          clock);

  @Test
  void lanesThatWaitForTheSameServerAreToldOfOnce() {
    waits.waits(Duration.ofMinutes(2), "first");
    waits.waits(Duration.ofMinutes(2), "second lane");
    waits.used();
    clock.pass(Duration.ofMinutes(3));
    waits.used();
    waits.used();

    assertThat(told).containsExactly("first", "goes on");
  }

  @Test
  void aLongerWaitIsToldAnew() {
    waits.waits(Duration.ofMinutes(2), "first");
    waits.waits(Duration.ofMinutes(5), "longer");
    clock.pass(Duration.ofMinutes(3));
    waits.used();

    assertThat(told).containsExactly("first", "longer");
  }

  @Test
  void aWaitOfASecondIsNoNews() {
    waits.waits(Duration.ofSeconds(1), "short");
    clock.pass(Duration.ofSeconds(2));
    waits.used();

    assertThat(told).isEmpty();
  }
}
