package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** With a read timeout of five minutes and a longest wait of thirty, judged once a minute. */
class ProgressTest {
  private static final String SLOW = "transfers less than 256 octets a second";
  private static final String WAITING = "has kept us waiting for 30 minutes";
  private static final String FLOOD = "keeps sending what nobody asked for";

  private final Progress progress =
      new Progress(Duration.ofMinutes(5), Duration.ofMinutes(30), minutes(0));
  private long written;

  private static long minutes(long minutes) {
    return Duration.ofMinutes(minutes).toNanos();
  }

  /** What happens in each minute; gives the first judgement against the server within a day. */
  private @Nullable String judged(Runnable each) {
    for (int minute = 1; minute <= 24 * 60; minute++) {
      each.run();
      String why = progress.check(minutes(minute), true, minutes(0), written, 0);
      if (why != null) {
        return minute + ": " + why;
      }
    }
    return null;
  }

  private void body(long octets) {
    progress.markWanted();
    progress.received(octets);
  }

  private void unasked(long octets) {
    progress.received(octets);
    progress.responseEnded();
  }

  @Test
  void aDripIsNoProgress() {
    assertThat(judged(() -> body(60))).startsWith("10: " + SLOW);
  }

  @Test
  void aLineThatNeverEndsIsNoProgress() {
    assertThat(judged(() -> progress.received(100_000))).startsWith("10: " + SLOW);
  }

  @Test
  void keepAlivesAreHeardForTheLongestWait() {
    assertThat(judged(() -> unasked(17))).startsWith("30: " + WAITING);
  }

  @Test
  void aFloodEndsAtOnce() {
    assertThat(judged(() -> unasked(40 << 20))).isEqualTo("2: " + FLOOD);
  }

  @Test
  void bodiesThatNobodyAskedForAreAFloodThoughTheyLookedAsked() {
    assertThat(
            judged(
                () -> {
                  body(40 << 20);
                  progress.markUnwanted();
                  progress.responseEnded();
                }))
        .isEqualTo("2: " + FLOOD);
  }

  @Test
  void aSlowLineIsHonest() {
    assertThat(judged(() -> body(60 * 1024)))
        .as("1 KiB a second, as Gmail when throttled")
        .isNull();
    assertThat(judged(() -> written += 60 * 1024)).as("and so an upload").isNull();
  }

  @Test
  void anUploadThatIsTakenOctetByOctetIsNoProgress() {
    assertThat(judged(() -> written += 60)).startsWith("10: " + SLOW);
  }

  @Test
  void commandsThatEndAreProgress() {
    assertThat(
            judged(
                () -> {
                  unasked(17);
                  progress.commandEnded();
                }))
        .isNull();
  }

  @Test
  void aServerThatWakesUpLateIsNotADrip() {
    assertThat(progress.check(minutes(1), true, minutes(0), 0, 0)).isNull();
    assertThat(progress.check(minutes(4), true, minutes(0), 0, 0)).isNull();
    // After almost the read timeout a body begins.
    progress.markWanted();
    for (int minute = 5; minute < 100; minute++) {
      progress.received(60 * 1024);
      assertThat(progress.check(minutes(minute), true, minutes(0), 0, 0)).isNull();
    }
  }

  @Test
  void nothingIsExpectedOfAnIdleConnection() {
    for (int minute = 1; minute < 1000; minute++) {
      unasked(17);
      assertThat(progress.check(minutes(minute), false, minutes(0), 0, 0)).isNull();
    }
    // A command begins now.
    for (int minute = 1000; minute < 1030; minute++) {
      unasked(17);
      assertThat(progress.check(minutes(minute), true, minutes(1000), 0, 0)).isNull();
    }
    unasked(17);
    assertThat(progress.check(minutes(1030), true, minutes(1000), 0, 0)).startsWith("has kept us");
  }
}
