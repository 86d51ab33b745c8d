package org.mailcaravan.cutover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.mailcaravan.cutover.SpfRecord.Term;
import org.xbill.DNS.Name;

/**
 * Follows an SPF record through what it includes, as a receiver of mail does, and counts the
 * questions to the DNS. It stops soon after the number that receivers allow.
 */
final class SpfWalk {
  /** RFC 7208, section 4.6.4. */
  static final int MOST_LOOKUPS = 10;

  private static final int MOST_FOLLOWED = 15;

  private final Function<Name, DnsReply> texts;
  private final Set<String> allowed = new HashSet<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private int lookups;

  /**
   * @param texts the TXT records of a name
   */
  SpfWalk(Function<Name, DnsReply> texts) {
    this.texts = texts;
  }

  /** The same for the record of a domain. */
  SpfWalk walk(SpfRecord record, String domain) {
    follow(record, true, Set.of(domain));
    return this;
  }

  /** Terms that let a sender pass, wherever they stand. */
  Set<String> allowed() {
    return allowed;
  }

  /** What makes the whole record an error. */
  List<String> faults() {
    return faults;
  }

  /** What could not be followed. */
  List<String> gaps() {
    return gaps;
  }

  /** The questions that a receiver asks; where there are too many, at least so many. */
  int lookups() {
    return lookups;
  }

  private void follow(SpfRecord record, boolean passes, Set<String> path) {
    for (Term term : record.effective()) {
      boolean passesHere = passes && term.qualifier() == '+';
      if (passesHere) {
        allowed.add(term.plain());
      }
      if (term.isLookup()) {
        lookups++;
      }
      if (term.name().equals("include") || term.isRedirect()) {
        followInto(term, term.isRedirect() ? passes : passesHere, path);
      }
    }
  }

  private void followInto(Term term, boolean passes, Set<String> path) {
    if (lookups > MOST_FOLLOWED) {
      return;
    }
    if (term.value().indexOf('%') >= 0) {
      gaps.add(term.text() + " depends on the mail");
      return;
    }
    String domain = term.value().replaceFirst("\\.$", "");
    if (path.contains(domain)) {
      faults.add(term.text() + " leads back to a record that includes it");
      return;
    }
    DnsReply reply;
    try {
      reply = texts.apply(Names.of(domain));
    } catch (IllegalArgumentException e) {
      faults.add(term.text() + " names no domain");
      return;
    }
    if (!reply.isAnswer()) {
      gaps.add(term.text() + ": the resolver " + reply.words());
      return;
    }
    List<String> records = Texts.of(reply, SpfRecord.BEGIN);
    if (records.size() != 1) {
      faults.add(
          term.text() + (records.isEmpty() ? " has no SPF record" : " has several SPF records"));
      return;
    }
    SpfRecord record = SpfRecord.read(records.get(0));
    if (!record.invalid().isEmpty()) {
      faults.add(term.text() + " has a term that is none: " + record.invalid().get(0));
    }
    Set<String> longer = new HashSet<>(path);
    longer.add(domain);
    follow(record, passes, longer);
  }
}
