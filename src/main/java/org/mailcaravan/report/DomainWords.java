package org.mailcaravan.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.model.DomainVerdict;
import org.mailcaravan.model.status.DomainStatus;

/** How a domain of a migration stands, in a line for us. */
public final class DomainWords {
  private static final String DNS = "dns";

  private static final Set<String> ELSEWHERE =
      Arrays.stream(DomainVerdict.values())
          .filter(DomainVerdict::isElsewhere)
          .map(DomainVerdict::id)
          .collect(Collectors.toUnmodifiableSet());

  private DomainWords() {}

  static String of(DomainStatus domain, Instant now) {
    List<String> words = new ArrayList<>();
    words.add(looked(domain, now));
    words.add(cutover(domain, now));
    if (domain.cutOver() > 0) {
      words.add(finalPasses(domain, now));
    }
    return name(domain)
        + ": "
        + String.join("; ", words.stream().filter(each -> !each.isEmpty()).toList());
  }

  /**
   * What the last look at the MX records has shown where they do not name us alone; empty where
   * they do, or nobody knows.
   */
  public static String elsewhere(DomainStatus domain, Instant now) {
    Instant at = domain.lookedAt();
    return domain.domain() == null
            || at == null
            || !ELSEWHERE.contains(String.valueOf(domain.verdict()))
        ? ""
        : domain.domain() + ": " + domain.words() + ", as of " + StatusWords.time(at, now);
  }

  /** What a closing leaves undone; empty where the old server is quiet. */
  public static String unfinished(DomainStatus domain, Instant now) {
    String elsewhere = elsewhere(domain, now);
    if (!elsewhere.isEmpty()) {
      return elsewhere;
    }
    String name = name(domain);
    if (domain.cutOver() < domain.mailboxes()) {
      return name
          + ": nobody has seen that mail of "
          + Amounts.count(domain.mailboxes() - domain.cutOver(), "mailbox", "mailboxes")
          + " comes to us";
    }
    return domain.quiet() < domain.mailboxes() && domain.nextFinalPass() != null
        ? name + ": all mail comes to us, but final passes are still due"
        : "";
  }

  private static String name(DomainStatus domain) {
    return domain.domain() == null ? "other addresses" : domain.domain();
  }

  private static String looked(DomainStatus domain, Instant now) {
    if (domain.domain() == null) {
      return "DNS cannot tell where their mail goes, so say \"mailcaravan cutover\" when it comes to us";
    }
    Instant since = domain.since();
    if (since != null) {
      return domain.words() + ", since " + StatusWords.time(since, now);
    }
    return Objects.requireNonNullElse(domain.words(), "nobody looks where its mail goes")
        + (domain.cutOver() < domain.mailboxes()
            ? "; say \"mailcaravan cutover " + domain.domain() + "\" when it comes to us"
            : "");
  }

  private static String cutover(DomainStatus domain, Instant now) {
    Instant at = domain.cutoverAt();
    if (at == null) {
      return Amounts.count(domain.mailboxes(), "mailbox waits", "mailboxes wait")
          + " for the cutover";
    }
    String of =
        domain.cutOver() < domain.mailboxes()
            ? " for "
                + Amounts.count(domain.cutOver())
                + " of "
                + Amounts.count(domain.mailboxes(), "mailbox", "mailboxes")
            : "";
    String by = DNS.equals(domain.cutoverBy()) ? "" : ", as " + domain.cutoverBy() + " has said";
    return "cutover " + StatusWords.time(at, now) + of + by;
  }

  private static String finalPasses(DomainStatus domain, Instant now) {
    Instant next = domain.nextFinalPass();
    return Amounts.count(domain.finalPasses(), "final pass has", "final passes have")
        + " ended, "
        + (next == null
            ? "and no more are due"
            : "the next one is due " + StatusWords.time(next, now))
        + (domain.quiet() == 0
            ? ""
            : "; the old server is quiet for "
                + Amounts.count(domain.quiet())
                + " of "
                + Amounts.count(domain.mailboxes(), "mailbox", "mailboxes"))
        + (next == null ? "" : remembered(domain, now));
  }

  /** Why passes that bring nothing are not the last ones yet. */
  private static String remembered(DomainStatus domain, Instant now) {
    Instant until = domain.oldUntil();
    return until == null || !until.isAfter(now)
        ? ""
        : "; resolvers may remember the old MX records until "
            + StatusWords.time(until, now)
            + ", and the last final pass begins after that";
  }
}
