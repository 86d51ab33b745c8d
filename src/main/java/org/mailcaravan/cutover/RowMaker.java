package org.mailcaravan.cutover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mailcaravan.cutover.Answers.Said;
import org.mailcaravan.cutover.ChecklistRow.Evidence;
import org.mailcaravan.cutover.DnsReply.Failed;

/** Makes a line of the checklist of what all servers say. */
final class RowMaker {
  /** Longer texts, such as keys, are cut where they are shown. */
  private static final int LONGEST_SHOWN = 300;

  private final boolean asksAuthorities;

  /**
   * @param asksAuthorities whether what the servers of the zone say decides
   */
  RowMaker(boolean asksAuthorities) {
    this.asksAuthorities = asksAuthorities;
  }

  /** A record of the checklist: what it is about, its name and type. */
  record Item(String title, String name, String type) {
    ChecklistRow notConfigured(String key) {
      return new ChecklistRow(
          title, name, type, Status.UNKNOWN, key, "not configured: " + key, List.of(), List.of());
    }

    ChecklistRow unknown(String why) {
      return row(Status.UNKNOWN, why, List.of(), List.of());
    }

    ChecklistRow row(Status status, String words, List<Evidence> evidence, List<String> publish) {
      return new ChecklistRow(title, name, type, status, "", words, evidence, publish);
    }
  }

  /**
   * The line.
   *
   * @param serials of the zone, by server; empty where nobody asked for them
   * @param judge of an answer
   */
  ChecklistRow row(
      Item item,
      Answers answers,
      Map<DnsServer, Long> serials,
      Function<DnsReply, Judgement> judge) {
    List<Said> decisive = asksAuthorities ? answers.authorities() : answers.resolvers();
    Map<String, Judgement> judged = new LinkedHashMap<>();
    for (Said said : decisive) {
      if (said.reply().isAnswer()) {
        judged.computeIfAbsent(said.reply().words(), words -> judge.apply(said.reply()));
      }
    }
    List<Evidence> evidence = new ArrayList<>(evidence(answers.authorities(), serials));
    evidence.addAll(evidence(answers.resolvers(), Map.of()));
    answers.zone().faults().forEach(fault -> evidence.add(new Evidence(List.of(), fault, 0)));
    if (judged.isEmpty()) {
      return item.row(
          Status.UNKNOWN,
          asksAuthorities
              ? "No server of the zone %s answers.".formatted(DnsReply.host(answers.zone().apex()))
              : "No resolver answers.",
          evidence,
          List.of());
    }
    Judgement worst = worst(judged);
    Status status = worst.status();
    String words = worst.words();
    if (judged.size() > 1) {
      status = status.or(Status.WARNING);
      words =
          asksAuthorities
              ? "The servers of the zone do not say the same, as below. " + words
              : "The resolvers do not say the same, as below; some may still have what was there"
                  + " before. "
                  + words;
    }
    if (status == Status.PASS && isKept(answers.resolvers(), judged, judge)) {
      status = Status.WARNING;
      words += " Resolvers still have what was there before, as below.";
    }
    return item.row(status, words, evidence, worst.publish());
  }

  private static Judgement worst(Map<String, Judgement> judged) {
    Judgement worst = Judgement.pass("");
    boolean first = true;
    for (Judgement each : judged.values()) {
      if (first || each.status().compareTo(worst.status()) > 0) {
        worst = each;
        first = false;
      }
    }
    return worst;
  }

  /** Whether a resolver has something else, which is not good. */
  private static boolean isKept(
      List<Said> resolvers, Map<String, Judgement> judged, Function<DnsReply, Judgement> judge) {
    return resolvers.stream()
        .map(Said::reply)
        .filter(reply -> reply.isAnswer() && !judged.containsKey(reply.words()))
        .anyMatch(reply -> judge.apply(reply).status().compareTo(Status.UNKNOWN) > 0);
  }

  /** What each says, and who say it alike. */
  private static List<Evidence> evidence(List<Said> said, Map<DnsServer, Long> serials) {
    Map<String, List<Said>> alike =
        said.stream()
            .filter(each -> !isOtherAddress(each, said))
            .collect(
                Collectors.groupingBy(
                    each -> words(each, serials), LinkedHashMap::new, Collectors.toList()));
    List<Evidence> evidence = new ArrayList<>();
    alike.forEach(
        (words, group) ->
            evidence.add(
                new Evidence(
                    group.stream().map(each -> each.server().words()).toList(),
                    cut(words),
                    group.stream().mapToLong(each -> each.reply().ttl()).max().orElse(0))));
    return evidence;
  }

  /** Whether it is a silent address of a server that answers at another, such as one of IPv6. */
  private static boolean isOtherAddress(Said said, List<Said> all) {
    return said.reply() instanceof Failed failed
        && failed.silent()
        && all.stream()
            .anyMatch(
                other ->
                    other.reply().isAnswer()
                        && other.server().isAuthority()
                        && other.server().name().equals(said.server().name()));
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
  }

  private static String words(Said said, Map<DnsServer, Long> serials) {
    Long serial = serials.get(said.server());
    return said.reply().words() + (serial == null ? "" : ", serial " + serial);
  }
}
