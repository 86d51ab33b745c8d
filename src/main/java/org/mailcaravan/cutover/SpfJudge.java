package org.mailcaravan.cutover;

import java.util.List;
import java.util.function.Function;
import org.mailcaravan.cutover.SpfRecord.Term;
import org.mailcaravan.model.VisibleText;
import org.xbill.DNS.Name;

/** Whether the SPF record of a domain (RFC 7208) allows our servers, and is valid. */
final class SpfJudge {
  private final String domain;
  private final List<String> ours;
  private final Function<Name, DnsReply> texts;

  /**
   * @param ours the terms that it needs, in lower case; not empty
   * @param texts the TXT records of a name
   */
  SpfJudge(String domain, List<String> ours, Function<Name, DnsReply> texts) {
    this.domain = domain;
    this.ours = List.copyOf(ours);
    this.texts = texts;
  }

  Judgement judge(DnsReply reply) {
    List<SpfRecord> records =
        Texts.of(reply, SpfRecord.BEGIN).stream().map(SpfRecord::read).toList();
    if (records.isEmpty()) {
      return Judgement.fail(
          "There is no SPF record.", publish(new SpfRecord(List.of(), List.of())));
    }
    if (records.size() > 1) {
      return several(records);
    }
    SpfRecord record = records.get(0);
    if (!record.invalid().isEmpty()) {
      return Judgement.fail(
          "The record is an error to receivers, since it has what is no term of SPF: "
              + shown(record.invalid())
              + ". The line to publish leaves that out.",
          publish(record));
    }
    return judge(record, new SpfWalk(texts).walk(record, domain));
  }

  private Judgement several(List<SpfRecord> records) {
    SpfRecord merged = SpfRecord.merged(records);
    List<String> ends =
        records.stream()
            .flatMap(record -> record.terms().stream())
            .filter(Term::isAll)
            .map(Term::text)
            .distinct()
            .toList();
    return Judgement.fail(
        "There are %d SPF records, which is an error to receivers (RFC 7208, section 3.2). Publish one"
                .formatted(records.size())
            + " in their place."
            + (ends.size() > 1
                ? " They end in different ways (" + shown(ends) + "): see which one is meant."
                : "")
            + (merged.invalid().isEmpty()
                ? ""
                : " The line leaves out what is no term of SPF: " + shown(merged.invalid()) + "."),
        publish(merged));
  }

  private Judgement judge(SpfRecord record, SpfWalk walk) {
    List<Term> read = record.effective();
    if (read.stream().anyMatch(term -> term.isAll() && term.qualifier() == '+')) {
      return Judgement.fail(
          "The record allows everybody (+all). The line to publish ends with ~all instead.",
          publish(record));
    }
    List<String> missing = ours.stream().filter(term -> !walk.allowed().contains(term)).toList();
    String tooMany = tooMany(walk.lookups(), missing);
    if (!missing.isEmpty()) {
      return walk.gaps().isEmpty()
          ? Judgement.fail(
              "The record does not allow our servers: " + shown(missing) + " is missing." + tooMany,
              publish(record))
          : Judgement.unknown(
              "Whether the record allows our servers is not known: " + shown(walk.gaps()) + ".");
    }
    if (!tooMany.isEmpty()) {
      return Judgement.fail("The record allows our servers." + tooMany, List.of());
    }
    if (!walk.faults().isEmpty()) {
      return Judgement.fail(
          "The record is an error to receivers: "
              + shown(walk.faults())
              + ". Remove or correct it.",
          List.of());
    }
    return finer(record, read);
  }

  private Judgement finer(SpfRecord record, List<Term> read) {
    if (read.stream().anyMatch(term -> term.name().equals("ptr"))) {
      return Judgement.warning(
          "The record allows our servers. It has ptr, which many receivers ignore (RFC 7208,"
              + " section 5.5): remove it.",
          List.of());
    }
    return read.stream().noneMatch(term -> term.isAll() || term.isRedirect())
        ? Judgement.warning(
            "The record allows our servers. It has no \"all\" at its end, so it forbids nobody.",
            publish(record))
        : Judgement.pass("The record allows our servers.");
  }

  /** A sentence, or nothing where there are few enough. */
  private String tooMany(int lookups, List<String> missing) {
    long more = lookups + missing.stream().map(Term::of).filter(Term::isLookup).count();
    return more <= SpfWalk.MOST_LOOKUPS
        ? ""
        : " Receivers may ask %d questions for it, and this one needs %d%s (RFC 7208, section 4.6.4):"
                .formatted(
                    SpfWalk.MOST_LOOKUPS, more, missing.isEmpty() ? "" : " with what is missing")
            + " remove what no longer sends mail for the domain.";
  }

  private List<String> publish(SpfRecord record) {
    return List.of(ZoneLine.txt(domain, record.with(ours)));
  }

  private static String shown(List<String> words) {
    return VisibleText.of(String.join(", ", words));
  }
}
