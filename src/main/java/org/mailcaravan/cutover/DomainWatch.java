package org.mailcaravan.cutover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cutover.MxVerdict.Ours;
import org.mailcaravan.model.DomainVerdict;
import org.mailcaravan.store.CutoverDomains;
import org.mailcaravan.store.CutoverDomains.Known;
import org.mailcaravan.store.CutoverDomains.Seen;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks where the mail of domains goes that wait for their cutover, or have had it: the bean {@code
 * domain-watch} of the routes. Thread-safe.
 */
public final class DomainWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DomainWatch.class);

  /** Between two looks where nothing changes, and where no server answers. */
  private static final Duration SELDOM = Duration.ofHours(1);

  /** Where nothing has changed for so long, looks are seldom. */
  private static final Duration LONG = Duration.ofDays(14);

  /** While servers disagree, there are so many looks in the time of one. */
  private static final int LOOKS_WHILE_DISAGREEING = 3;

  private final CutoverDomains domains;
  private final Function<String, MxLook> looks;
  private final Duration usual;
  private final boolean configured;

  /**
   * @param looks at the MX records of a domain
   * @param usual the time between two looks
   * @param configured whether it is known which MX hosts are ours
   */
  public DomainWatch(
      CutoverDomains domains, Function<String, MxLook> looks, Duration usual, boolean configured) {
    this.domains = domains;
    this.looks = looks;
    this.usual = usual;
    this.configured = configured;
  }

  /** The domains whose turn it is. None where nobody knows which MX hosts are ours. */
  public List<String> due() {
    return configured ? domains.due() : List.of();
  }

  /** Looks at one domain, and records what that shows. What goes wrong is logged. */
  public void look(String domain) {
    try {
      MxLook look = looks.apply(domain);
      domains.record(domain, MxMemory.class, (known, memory) -> seen(look, known, memory));
    } catch (RuntimeException e) {
      LOG.warn("where the mail of {} goes could not be looked up; it is tried again", domain, e);
    }
  }

  private Seen seen(MxLook look, Known known, Optional<MxMemory> memory) {
    MxWatch.State state = MxWatch.judge(look, memory.orElse(MxMemory.NONE));
    DomainVerdict verdict = state.verdict().kind();
    String words = state.verdict().words();
    if (verdict == DomainVerdict.UNKNOWN) {
      LOG.warn("{}: {}", look.domain(), words);
      return new Seen(verdict, words, null, null, afterSilence(known));
    }
    if (verdict != known.verdict()) {
      LOG.info("{}: {}", look.domain(), words);
    }
    return new Seen(
        verdict, words, state.memory(), cachedUntil(state.verdict()), again(verdict, known));
  }

  private static @Nullable Instant cachedUntil(MxVerdict verdict) {
    return verdict instanceof Ours ours ? ours.cachedUntil() : null;
  }

  private Duration again(DomainVerdict verdict, Known known) {
    if (verdict == DomainVerdict.DISAGREEING) {
      return usual.dividedBy(LOOKS_WHILE_DISAGREEING);
    }
    boolean changes =
        verdict != known.verdict()
            || Duration.between(known.since(), known.now()).compareTo(LONG) < 0;
    return changes ? usual : longer(usual, SELDOM);
  }

  /** As long again as no server has answered so far. */
  private Duration afterSilence(Known known) {
    Instant last = known.lookedAt() == null ? known.since() : known.lookedAt();
    Duration silent = Duration.between(last, known.now());
    Duration most = longer(usual, SELDOM);
    return silent.compareTo(most) > 0 ? most : longer(silent, usual);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
