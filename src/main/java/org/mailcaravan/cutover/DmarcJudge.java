package org.mailcaravan.cutover;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.xbill.DNS.Type;

/** Whether a domain says what becomes of forged mail (DMARC, RFC 7489, section 6). */
final class DmarcJudge {
  static final String LABEL = "_dmarc.";
  private static final Pattern BEGIN = Pattern.compile("v\\s*=\\s*DMARC1\\s*(?=;|$)");
  private static final Set<String> POLICIES = Set.of("none", "quarantine", "reject");

  private final String domain;
  private final String record;
  private final DnsLook look;

  /**
   * @param record to publish where there is none
   */
  DmarcJudge(String domain, String record, DnsLook look) {
    this.domain = domain;
    this.record = record;
    this.look = look;
  }

  Judgement judge(DnsReply reply) {
    List<String> records = Texts.of(reply, BEGIN);
    List<String> publish = List.of(ZoneLine.txt(LABEL + domain, record));
    if (records.isEmpty()) {
      String above = above();
      return above.isEmpty()
          ? Judgement.warning(
              "There is no DMARC record; large providers want one of whoever sends much mail.",
              publish)
          : Judgement.pass("The record of " + above + " holds for it, too.");
    }
    if (records.size() > 1) {
      return Judgement.fail(
          "There are %d DMARC records, and receivers ignore all of them. Leave one."
              .formatted(records.size()),
          List.of());
    }
    String policy = Texts.tag(records.get(0), "p").toLowerCase(Locale.ROOT);
    return POLICIES.contains(policy)
        ? Judgement.pass("Its policy is " + policy + ".")
        : Judgement.warning(
            "The record has no valid policy (p=none, quarantine or reject). Correct it.", publish);
  }

  /**
   * The domain above that has a record, section 6.6.3; empty when there is none. Which one is the
   * registered domain is not known here, but others have none.
   */
  private String above() {
    String at = domain;
    while (at.indexOf('.') != at.lastIndexOf('.')) {
      at = at.substring(at.indexOf('.') + 1);
      if (Texts.of(look.resolve(Names.of(LABEL + at), Type.TXT), BEGIN).size() == 1) {
        return at;
      }
    }
    return "";
  }
}
