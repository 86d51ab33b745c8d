package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.status.DomainStatus;

class DomainWordsTest {
  private static final Instant NOW = Instant.parse("2026-12-03T12:00:00Z");
  private static final Instant SINCE = Instant.parse("2026-12-01T08:00:00Z");
  private static final String DOMAIN = "old.example";

  private static String words(DomainStatus domain) {
    return DomainWords.of(domain, NOW);
  }

  private static String time(String time) {
    return StatusWords.time(Instant.parse(time), NOW);
  }

  @Test
  void aDomainWaitsForItsCutover() {
    assertThat(
            words(
                new DomainStatus(
                    DOMAIN,
                    "not-yet",
                    "mail still goes to mx.old.example",
                    SINCE,
                    NOW,
                    1,
                    0,
                    null,
                    null,
                    null,
                    0,
                    0,
                    null)))
        .isEqualTo(
            "old.example: mail still goes to mx.old.example, since "
                + time("2026-12-01T08:00:00Z")
                + "; 1 mailbox waits for the cutover");
  }

  @Test
  void whereNobodyLooksAPersonSaysIt() {
    assertThat(
            words(
                new DomainStatus(
                    DOMAIN,
                    null,
                    "cutover.mx-hosts is empty, so nobody looks",
                    null,
                    null,
                    1,
                    0,
                    null,
                    null,
                    null,
                    0,
                    0,
                    null)))
        .isEqualTo(
            "old.example: cutover.mx-hosts is empty, so nobody looks; say \"mailcaravan cutover old.example\" when"
                + " it comes to us; 1 mailbox waits for the cutover");
  }

  @Test
  void finalPassesFollowTheCutover() {
    assertThat(
            words(
                new DomainStatus(
                    DOMAIN,
                    "ours",
                    "all mail comes to us",
                    SINCE,
                    NOW,
                    3,
                    3,
                    SINCE,
                    "dns",
                    Instant.parse("2026-12-03T20:00:00Z"),
                    7,
                    1,
                    Instant.parse("2026-12-04T08:00:00Z"))))
        .isEqualTo(
            "old.example: all mail comes to us, since "
                + time("2026-12-01T08:00:00Z")
                + "; cutover "
                + time("2026-12-01T08:00:00Z")
                + "; 7 final passes have ended, the next one is due "
                + time("2026-12-04T08:00:00Z")
                + "; the old server is quiet for 1 of 3 mailboxes; resolvers may remember the old MX records until "
                + time("2026-12-03T20:00:00Z")
                + ", and the last final pass begins after that");
  }

  @Test
  void aPersonHasSaidItOfAddressesThatDnsCannotTellOf() {
    assertThat(
            words(
                new DomainStatus(
                    null, null, null, null, null, 2, 1, SINCE, "anna@desk", SINCE, 1, 0, null)))
        .isEqualTo(
            "other addresses: DNS cannot tell where their mail goes, so say \"mailcaravan cutover\" when it"
                + " comes to us; cutover "
                + time("2026-12-01T08:00:00Z")
                + " for 1 of 2 mailboxes, as anna@desk has said; 1 final pass has ended, and no more are due");
  }

  private static DomainStatus domain(
      @Nullable String name, @Nullable String verdict, long cutOver, @Nullable Instant next) {
    return new DomainStatus(
        name,
        verdict,
        verdict == null ? null : "words",
        verdict == null ? null : SINCE,
        verdict == null ? null : NOW,
        2,
        cutOver,
        cutOver == 0 ? null : SINCE,
        cutOver == 0 ? null : "api",
        cutOver == 0 ? null : SINCE,
        3,
        next == null ? cutOver : 0,
        next);
  }

  @Test
  void aClosingTellsWhatItLeavesUndone() {
    String elsewhere = DOMAIN + ": words, as of " + time("2026-12-03T12:00:00Z");
    for (String verdict : List.of("not-yet", "disagreeing", "gone-back")) {
      for (long cutOver : new long[] {0, 2}) {
        DomainStatus domain = domain(DOMAIN, verdict, cutOver, null);
        assertThat(DomainWords.elsewhere(domain, NOW)).isEqualTo(elsewhere);
        assertThat(DomainWords.unfinished(domain, NOW)).isEqualTo(elsewhere);
      }
    }
    for (String verdict : List.of("ours", "unknown")) {
      assertThat(DomainWords.elsewhere(domain(DOMAIN, verdict, 0, null), NOW)).isEmpty();
    }
    assertThat(DomainWords.unfinished(domain(DOMAIN, "unknown", 1, null), NOW))
        .isEqualTo(DOMAIN + ": nobody has seen that mail of 1 mailbox comes to us");
    assertThat(DomainWords.unfinished(domain(null, null, 0, null), NOW))
        .isEqualTo("other addresses: nobody has seen that mail of 2 mailboxes comes to us");
    assertThat(DomainWords.unfinished(domain(DOMAIN, "ours", 2, NOW), NOW))
        .isEqualTo(DOMAIN + ": all mail comes to us, but final passes are still due");
    assertThat(DomainWords.unfinished(domain(DOMAIN, "ours", 2, null), NOW)).isEmpty();
  }
}
