package org.mailcaravan.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.mailcaravan.model.status.DomainStatus;

/** How a domain of a migration stands, in a line for us. */
final class DomainWords {
  private static final String DNS = "dns";

  private DomainWords() {}

  static String of(DomainStatus domain, Instant now) {
    List<String> words = new ArrayList<>();
    words.add(looked(domain, now));
    words.add(cutover(domain, now));
    if (domain.cutOver() > 0) {
      words.add(finalPasses(domain, now));
    }
    return (domain.domain() == null ? "other addresses" : domain.domain())
        + ": "
        + String.join("; ", words.stream().filter(each -> !each.isEmpty()).toList());
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
                + Amounts.count(domain.mailboxes(), "mailbox", "mailboxes"));
  }
}
