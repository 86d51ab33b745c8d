package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.cutover.MxLook.Answer;
import org.mailcaravan.cutover.MxLook.Said;
import org.mailcaravan.cutover.MxVerdict.Disagreeing;
import org.mailcaravan.cutover.MxVerdict.GoneBack;
import org.mailcaravan.cutover.MxVerdict.NotYet;
import org.mailcaravan.cutover.MxVerdict.Ours;
import org.mailcaravan.cutover.MxVerdict.Unknown;

/**
 * Stories of one domain, look by look. A look is written as what ns1, ns2 and the resolver say:
 * {@code old/3600} others with a TTL, {@code ours}, {@code both}, {@code none}, {@code -} for no
 * answer.
 */
class MxWatchTest {
  private static final Instant START = Instant.parse("2026-11-30T08:00:00Z");

  private Instant now = START;
  private MxMemory memory = MxMemory.NONE;
  private boolean authorities = true;

  private MxVerdict look(String... words) {
    List<Said> said = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      boolean authority = authorities && i < 2;
      said.add(said(authority ? "ns" + (i + 1) : "resolver", authority, words[i]));
    }
    MxWatch.State state =
        MxWatch.judge(new MxLook("shop.firm", now, authorities, said, List.of()), memory);
    memory = state.memory();
    return state.verdict();
  }

  /** After two looks, an hour apart. */
  private MxVerdict laterLook(String... words) {
    MxVerdict unused = look(words);
    hours(1);
    return look(words);
  }

  private static Said said(String server, boolean authority, String words) {
    String[] parts = words.split("/", -1);
    long ttl = parts.length > 1 ? Long.parseLong(parts[1]) : 300;
    Answer answer =
        switch (parts[0]) {
          case "ours" -> Answer.OURS;
          case "both" -> Answer.PARTLY;
          case "none" -> Answer.NO_MX;
          case "gone" -> Answer.NO_DOMAIN;
          case "-" -> Answer.NO_ANSWER;
          default -> Answer.OTHERS;
        };
    boolean others = answer == Answer.OTHERS || answer == Answer.PARTLY;
    return new Said(
        server,
        authority,
        answer,
        others ? List.of("mx.old.firm") : List.of(),
        answer == Answer.NO_ANSWER ? 0 : ttl,
        Said.NO_SERIAL,
        answer == Answer.NO_ANSWER ? "gave no answer (SERVFAIL)" : "");
  }

  private void hours(long hours) {
    now = now.plus(Duration.ofHours(hours));
  }

  @ParameterizedTest
  @CsvSource({
    "old old old, NotYet",
    "both both both, NotYet",
    "none none none, NotYet",
    "gone gone gone, NotYet",
    "old - -, NotYet",
    "ours old old, Disagreeing",
    "ours both ours, Disagreeing",
    "ours ours old, Disagreeing",
    "ours none ours, Disagreeing",
    "ours ours ours, Ours",
    "ours - ours, Ours",
    "ours ours -, Ours",
    "- - ours, Unknown",
    "- - old, Unknown",
    "- - -, Unknown"
  })
  void aFirstLookIsJudgedByAllWhoAnswer(String words, String verdict) {
    assertThat(look(words.split(" ")).getClass().getSimpleName()).isEqualTo(verdict);
  }

  @Test
  void theWordsOfAVerdictAreFewHoweverManyHostsThereAre() {
    List<String> many = IntStream.range(0, 40).mapToObj(i -> "mx" + i + ".old.firm").toList();
    assertThat(new NotYet(many, 60).words()).endsWith("mx5.old.firm and 34 more");
    assertThat(new Disagreeing(many).words()).endsWith("mx5.old.firm and 34 more");
    assertThat(new GoneBack(START, START, many).words()).endsWith("mx5.old.firm and 34 more again");
  }

  @Test
  void theOldTtlIsWhatCountsAfterTheChange() {
    assertThat(look("old/86400", "old/86400", "old/500"))
        .isEqualTo(new NotYet(List.of("mx.old.firm"), 86400));
    hours(5);
    assertThat(look("ours", "ours", "ours")).isEqualTo(new Ours(now, now.plus(Duration.ofDays(1))));
    Instant since = now;
    hours(2);
    assertThat(look("ours", "ours", "ours"))
        .isEqualTo(new Ours(since, since.plus(Duration.ofDays(1))));
  }

  @Test
  void aTtlThatWasLoweredInTimeCounts() {
    look("old/86400", "old/86400", "old");
    hours(48);
    look("old/300", "old/300", "old/10");
    hours(1);
    assertThat(look("ours", "ours", "ours"))
        .isEqualTo(new Ours(now, now.plus(Duration.ofMinutes(5))));
  }

  @Test
  void aTtlThatWasLoweredTooLateIsWaitedFor() {
    look("old/86400", "old/86400", "old");
    hours(1);
    look("old/300", "old/300", "old/10");
    hours(1);
    assertThat(look("ours", "ours", "ours"))
        .isEqualTo(new Ours(now, START.plus(Duration.ofDays(1))));
  }

  @Test
  void theTimeRunsFromTheChangeAtTheZoneThoughResolversLag() {
    look("old/7200", "old/7200", "old/7200");
    hours(1);
    Instant changed = now;
    assertThat(look("ours", "ours", "old/3600")).isInstanceOf(Disagreeing.class);
    hours(1);
    assertThat(look("ours", "ours", "ours"))
        .isEqualTo(new Ours(now, changed.plus(Duration.ofHours(2))));
  }

  @Test
  void aTtlThatWasNeverSeenIsTakenForADay() {
    assertThat(look("ours", "ours", "ours")).isEqualTo(new Ours(now, now.plus(Duration.ofDays(1))));
  }

  @Test
  void howLongNoRecordMayBeRememberedCountsToo() {
    assertThat(look("none/900", "none/900", "none/9")).isEqualTo(new NotYet(List.of(), 900));
    hours(1);
    assertThat(look("ours", "ours", "ours"))
        .isEqualTo(new Ours(now, now.plus(Duration.ofMinutes(15))));
  }

  @Test
  void whatIsNotKnownChangesNothing() {
    look("old/3600", "old/3600", "old");
    MxMemory before = memory;
    hours(1);
    assertThat(look("-", "-", "ours"))
        .isEqualTo(new Unknown("ns1 gave no answer (SERVFAIL); ns2 gave no answer (SERVFAIL)"));
    assertThat(memory).isEqualTo(before);
    hours(1);
    look("ours", "ours", "ours");
    before = memory;
    hours(1);
    assertThat(look("-", "-", "old")).isInstanceOf(Unknown.class);
    assertThat(memory).isEqualTo(before);
  }

  @Test
  void aLapseIsToldUntilItEnds() {
    look("old/3600", "old/3600", "old");
    hours(1);
    look("ours", "ours", "ours");
    Instant ours = now;
    hours(100);
    Instant lapse = now;
    assertThat(look("ours", "old/60", "ours")).isInstanceOf(Disagreeing.class);
    hours(1);
    assertThat(look("ours", "old/60", "ours"))
        .isEqualTo(new GoneBack(ours, lapse, List.of("mx.old.firm")));
    hours(1);
    assertThat(look("-", "-", "-")).isInstanceOf(Unknown.class);
    hours(1);
    assertThat(look("old/60", "old/60", "old"))
        .isEqualTo(new GoneBack(ours, lapse, List.of("mx.old.firm")));
    hours(1);
    assertThat(look("ours", "ours", "ours"))
        .isEqualTo(new Ours(now, now.plus(Duration.ofMinutes(1))));
    hours(1);
    look("gone", "gone", "gone");
    hours(2);
    assertThat(look("gone", "gone", "gone"))
        .isEqualTo(
            new GoneBack(
                now.minus(Duration.ofHours(3)), now.minus(Duration.ofHours(2)), List.of()));
  }

  /** Such as a secondary that answers now and then. */
  @Test
  void aServerThatIsOutOfStepForLessThanAnHourIsNoLapse() {
    look("old/60", "old/60", "old/60");
    hours(1);
    MxVerdict ours = look("ours", "ours", "ours");
    for (int i = 0; i < 5; i++) {
      hours(30);
      assertThat(look("ours", "old/60", "ours")).isInstanceOf(Disagreeing.class);
      now = now.plus(Duration.ofMinutes(59));
      assertThat(look("-", "-", "-")).isInstanceOf(Unknown.class);
      assertThat(look("ours", "old/60", "ours")).isInstanceOf(Disagreeing.class);
      now = now.plus(Duration.ofMinutes(10));
      assertThat(look("ours", "-", "ours")).isInstanceOf(Ours.class);
    }
    assertThat(memory.oursSince()).isEqualTo(((Ours) ours).since());
  }

  @Test
  void aResolverThatStillRemembersIsNoLapse() {
    look("old/3600", "old/3600", "old");
    hours(1);
    look("ours", "ours", "ours");
    assertThat(look("ours", "ours", "old/1800")).isInstanceOf(Disagreeing.class);
    assertThat(look("ours", "ours", "ours")).isInstanceOf(Ours.class);
    assertThat(memory.lapsedSince()).isNull();
  }

  @Test
  void whereOnlyResolversAreAskedTheyDecide() {
    authorities = false;
    assertThat(look("old/1800", "old/3600")).isEqualTo(new NotYet(List.of("mx.old.firm"), 3600));
    assertThat(look("ours", "old/3600")).isInstanceOf(Disagreeing.class);
    hours(1);
    assertThat(look("ours", "ours")).isEqualTo(new Ours(now, now.plus(Duration.ofHours(1))));
    // One of the caches behind the resolver.
    assertThat(look("old/60", "ours")).isInstanceOf(Disagreeing.class);
    hours(3);
    assertThat(look("old/60", "ours")).isInstanceOf(Disagreeing.class);
    hours(1);
    assertThat(look("old/60", "ours")).isInstanceOf(GoneBack.class);
  }

  @Test
  void everyVerdictHasWordsForPeople() {
    assertThat(
            Arrays.asList(
                look("old", "old", "old").words(),
                look("ours", "both", "none").words(),
                look("-", "-", "-").words(),
                look("ours", "ours", "ours").words(),
                laterLook("old", "old", "old").words(),
                laterLook("none", "none", "none").words()))
        .containsExactly(
            "mail still goes to mx.old.firm",
            "not all DNS servers name our MX hosts: ns2 still says mx.old.firm; resolver has no MX"
                + " record",
            "where mail goes is not known: ns1 gave no answer (SERVFAIL); ns2 gave no answer"
                + " (SERVFAIL); resolver gave no answer (SERVFAIL)",
            "all mail comes to us",
            "mail goes to mx.old.firm again",
            "the MX records of the domain, which were ours, are gone");
  }
}
