package org.mailcaravan.cutover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cutover.MxLook.Answer;
import org.mailcaravan.cutover.MxLook.Said;
import org.mailcaravan.cutover.MxVerdict.Disagreeing;
import org.mailcaravan.cutover.MxVerdict.GoneBack;
import org.mailcaravan.cutover.MxVerdict.NotYet;
import org.mailcaravan.cutover.MxVerdict.Ours;
import org.mailcaravan.cutover.MxVerdict.Unknown;

/**
 * Makes of one look, and of what earlier ones have shown, where the mail of a domain goes. Silent
 * servers count neither way, but one server of the zone has to answer where these are asked.
 * Stateless; the times are those of the looks.
 */
public final class MxWatch {
  /** What is taken for the TTL of what was there before, where no look has seen it. */
  static final Duration ASSUMED_TTL = Duration.ofDays(1);

  /** Looks have to show a lapse for so long: a server that is out of step now and then is none. */
  static final Duration LEAST_LAPSE = Duration.ofHours(1);

  private static final int MOST_REASONS = 6;

  /** That are named of one server. */
  private static final int MOST_HOSTS = 2;

  private MxWatch() {}

  /**
   * What a look means.
   *
   * @param memory to give to the next one
   */
  public record State(MxVerdict verdict, MxMemory memory) {}

  /** Judges one look. */
  public static State judge(MxLook look, MxMemory before) {
    List<Said> answers =
        look.said().stream().filter(said -> said.answer() != Answer.NO_ANSWER).toList();
    List<Said> decisive =
        look.asksAuthorities() ? answers.stream().filter(Said::authority).toList() : answers;
    if (decisive.isEmpty()) {
      return new State(new Unknown(why(look)), before);
    }
    List<Said> old = old(answers);
    MxMemory memory = remembered(look, before, old, old(decisive));
    if (old.isEmpty()) {
      return ours(look.at(), memory);
    }
    Instant oursSince = before.oursSince();
    if (oursSince != null) {
      return after(look, before, memory, oursSince, old);
    }
    boolean some = answers.stream().anyMatch(said -> said.answer() == Answer.OURS);
    return new State(
        some ? new Disagreeing(words(old)) : new NotYet(hosts(old), longest(old)), memory);
  }

  private static List<Said> old(List<Said> answers) {
    return answers.stream().filter(said -> said.answer() != Answer.OURS).toList();
  }

  private static MxMemory remembered(
      MxLook look, MxMemory before, List<Said> old, List<Said> decisiveOld) {
    Instant changedAt = before.changedAt();
    long ttl = before.oldTtlSeconds();
    if (decisiveOld.isEmpty()) {
      changedAt = changedAt == null ? look.at() : changedAt;
    } else {
      changedAt = null;
      // A resolver tells what is left of it, a server of the zone the whole.
      ttl = look.asksAuthorities() ? longest(decisiveOld) : Math.max(ttl, longest(decisiveOld));
    }
    Instant cached =
        old.isEmpty()
            ? before.oldCachedUntil()
            : later(before.oldCachedUntil(), look.at().plusSeconds(longest(old)));
    return new MxMemory(before.oursSince(), before.lapsedSince(), null, changedAt, ttl, cached);
  }

  private static State ours(Instant now, MxMemory memory) {
    Instant since = memory.oursSince();
    if (since != null && memory.lapsedSince() == null) {
      return new State(new Ours(since, later(memory.oldCachedUntil(), since)), memory);
    }
    Duration ttl =
        memory.oldTtlSeconds() == MxMemory.NEVER_SEEN
            ? ASSUMED_TTL
            : Duration.ofSeconds(memory.oldTtlSeconds());
    Instant changedAt = memory.changedAt() == null ? now : memory.changedAt();
    Instant cached = later(memory.oldCachedUntil(), changedAt.plus(ttl));
    return new State(
        new Ours(now, cached),
        new MxMemory(now, null, null, changedAt, memory.oldTtlSeconds(), cached));
  }

  /** All mail came to us before, and now some server says otherwise. */
  private static State after(
      MxLook look, MxMemory before, MxMemory memory, Instant oursSince, List<Said> old) {
    Instant cached = before.oldCachedUntil();
    boolean mayBeCached =
        before.lapsedSince() == null && cached != null && look.at().isBefore(cached);
    boolean lapsed = look.asksAuthorities() ? old.stream().anyMatch(Said::authority) : !mayBeCached;
    if (!lapsed) {
      return new State(new Disagreeing(words(old)), memory);
    }
    Instant told = before.lapsedSince();
    Instant doubted = before.doubtedSince();
    Instant since = told != null ? told : doubted != null ? doubted : look.at();
    boolean holds = told != null || !look.at().isBefore(since.plus(LEAST_LAPSE));
    MxVerdict verdict =
        holds ? new GoneBack(oursSince, since, hosts(old)) : new Disagreeing(words(old));
    return new State(
        verdict,
        new MxMemory(
            oursSince,
            holds ? since : null,
            holds ? null : since,
            memory.changedAt(),
            memory.oldTtlSeconds(),
            memory.oldCachedUntil()));
  }

  private static long longest(List<Said> said) {
    return said.stream().mapToLong(Said::ttlSeconds).max().orElse(0);
  }

  private static Instant later(@Nullable Instant one, Instant other) {
    return one == null || one.isBefore(other) ? other : one;
  }

  private static List<String> hosts(List<Said> said) {
    return said.stream().flatMap(each -> each.others().stream()).distinct().sorted().toList();
  }

  private static List<String> words(List<Said> said) {
    return said.stream().map(MxWatch::words).toList();
  }

  private static String words(Said said) {
    return said.server()
        + (said.others().isEmpty()
            ? " has no MX record"
            : " still says "
                + said.others().stream().limit(MOST_HOSTS).collect(Collectors.joining(", ")))
        + (said.serial() == Said.NO_SERIAL ? "" : ", serial " + said.serial());
  }

  private static String why(MxLook look) {
    List<String> reasons =
        Stream.concat(
                look.faults().stream(),
                look.said().stream()
                    .filter(said -> said.answer() == Answer.NO_ANSWER)
                    .map(said -> said.server() + " " + said.why()))
            .distinct()
            .limit(MOST_REASONS)
            .toList();
    return reasons.isEmpty() ? "no server of the zone was found" : String.join("; ", reasons);
  }
}
