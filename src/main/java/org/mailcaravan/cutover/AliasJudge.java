package org.mailcaravan.cutover;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mailcaravan.cutover.DnsLook.Host;
import org.mailcaravan.cutover.DnsReply.Failed;
import org.mailcaravan.cutover.DnsReply.Found;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Record;

/**
 * Whether a name such as {@code webmail.DOMAIN} leads to our host: as an alias, over others, or by
 * the same address.
 */
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
    if (DnsReply.aliasOf(reply).equals(target)) {
      return look.host(Names.of(target)) == Host.NOWHERE
          ? Judgement.fail(
              "It leads to our host, which has no address. We have to correct this.", List.of())
          : Judgement.pass("It leads to us.");
    }
    DnsReply address = look.address(Names.of(name));
    DnsReply ours = look.address(Names.of(target));
    if (address instanceof Failed failed) {
      return Judgement.unknown(
          "Where it leads is not known: the resolver %s.".formatted(failed.words()));
    }
    if (!(address instanceof Found found)) {
      return reply instanceof Found alias
          ? Judgement.fail(
              "It leads to %s, which has no address. Replace this record.".formatted(alias.words()),
              publish)
          : Judgement.warning("There is no such record.", publish);
    }
    if (ours instanceof Failed failed) {
      return Judgement.unknown(
          "Whether it leads to us is not known: of our host, the resolver %s."
              .formatted(failed.words()));
    }
    return ours instanceof Found host && addresses(host).containsAll(addresses(found))
        ? Judgement.pass("It has the address of our host.")
        : Judgement.fail(
            "It leads to another host (%s). Replace this record."
                .formatted(reply instanceof Found alias ? alias.words() : found.words()),
            publish);
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
