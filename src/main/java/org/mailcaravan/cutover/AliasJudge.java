package org.mailcaravan.cutover;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mailcaravan.cutover.DnsReply.Found;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Whether a name such as {@code webmail.DOMAIN} leads to our host. */
final class AliasJudge {
  private final String name;
  private final String target;
  private final DnsLook look;

  AliasJudge(String name, String target, DnsLook look) {
    this.name = name;
    this.target = target;
    this.look = look;
  }

  /** Of the answer to a question for the alias itself (CNAME). */
  Judgement judge(DnsReply reply) {
    List<String> publish = List.of(ZoneLine.cname(name, target));
    if (reply instanceof Found found) {
      String host =
          found.of(CNAMERecord.class).stream()
              .map(record -> DnsReply.host(record.getTarget()))
              .findFirst()
              .orElse("");
      return host.equals(target)
          ? Judgement.pass("It leads to us.")
          : Judgement.fail("It leads to " + host + ". Replace this record.", publish);
    }
    DnsReply addresses = look.resolve(Names.of(name), Type.A);
    if (!(addresses instanceof Found found)) {
      return addresses.isAnswer()
          ? Judgement.warning("There is no such record.", publish)
          : Judgement.unknown(
              "It is no alias, and its address is not known: the resolver "
                  + addresses.words()
                  + ".");
    }
    return ours().containsAll(addresses(found))
        ? Judgement.pass("It has the address of our host.")
        : Judgement.fail(
            "It leads to another host (" + found.words() + "). Replace this record.", publish);
  }

  private Set<String> ours() {
    return look.resolve(Names.of(target), Type.A) instanceof Found found
        ? addresses(found)
        : Set.of();
  }

  private static Set<String> addresses(Found found) {
    Set<String> addresses = new HashSet<>();
    for (Record record : found.records()) {
      if (record instanceof ARecord four) {
        addresses.add(four.getAddress().getHostAddress());
      } else if (record instanceof AAAARecord six) {
        addresses.add(six.getAddress().getHostAddress());
      }
    }
    return addresses;
  }
}
