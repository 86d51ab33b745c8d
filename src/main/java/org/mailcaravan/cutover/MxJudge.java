package org.mailcaravan.cutover;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.mailcaravan.cutover.DnsLook.Host;
import org.mailcaravan.cutover.DnsReply.Found;
import org.mailcaravan.cutover.DnsReply.None;
import org.mailcaravan.settings.MxHost;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;

/**
 * Where the mail of a domain goes (RFC 5321, section 5.1). All MX hosts have to be ours: a sender
 * may take any of them.
 */
final class MxJudge {
  private final String domain;
  private final List<MxHost> ours;
  private final Function<Name, Host> hosts;

  /**
   * @param ours not empty
   * @param hosts what is known of a host
   */
  MxJudge(String domain, List<MxHost> ours, Function<Name, Host> hosts) {
    this.domain = domain;
    this.ours = List.copyOf(ours);
    this.hosts = hosts;
  }

  static boolean isOurs(List<MxHost> ours, String host) {
    return ours.stream().anyMatch(each -> each.matches(host));
  }

  private List<String> publish() {
    return ours.stream()
        .filter(MxHost::isHost)
        .map(host -> ZoneLine.mx(domain, host.priority(), host.name()))
        .toList();
  }

  Judgement judge(DnsReply reply) {
    if (!(reply instanceof Found found)) {
      return none(reply);
    }
    List<MXRecord> records =
        found.of(MXRecord.class).stream()
            .sorted(Comparator.comparingInt(MXRecord::getPriority))
            .toList();
    List<Name> names = records.stream().map(MXRecord::getTarget).distinct().toList();
    if (names.contains(Name.root)) {
      return Judgement.fail(
          names.size() == 1
              ? "The domain takes no mail (null MX, RFC 7505). Replace that record."
              : "One MX record says that the domain takes no mail (null MX, RFC 7505), and others"
                  + " name hosts. Remove it.",
          publish());
    }
    List<String> hosts = names.stream().map(DnsReply::host).toList();
    List<String> old = hosts.stream().filter(host -> !isOurs(ours, host)).toList();
    List<String> addresses = old.stream().filter(MxJudge::isAddress).toList();
    if (!addresses.isEmpty()) {
      return Judgement.fail(
          "An MX record names an address, and has to name a host (RFC 5321, section 5.1): "
              + String.join(", ", addresses)
              + ". Replace it.",
          publish());
    }
    if (old.size() == hosts.size()) {
      return Judgement.fail(
          "Mail goes to the old provider: " + String.join(", ", old) + ". Replace these records.",
          publish());
    }
    if (!old.isEmpty()) {
      return Judgement.fail(
          "Some mail still goes to the old provider: "
              + String.join(", ", old)
              + ". Remove these records; ours are there.",
          List.of());
    }
    return ours(names);
  }

  private static boolean isAddress(String host) {
    return host.matches("[0-9.]+");
  }

  private Judgement none(DnsReply reply) {
    if (reply instanceof None none && none.noSuchName()) {
      return Judgement.fail(
          "The domain does not exist (NXDOMAIN). See with the customer that it is registered and"
              + " spelled like this.",
          List.of());
    }
    Host host = hosts.apply(Names.of(domain));
    return Judgement.fail(
        host == Host.THERE || host == Host.ALIAS
            ? "There is no MX record, so mail goes to the address of the domain itself (RFC 5321,"
                + " section 5.1)."
            : "There is no MX record, so the domain gets no mail.",
        publish());
  }

  /** Whether our own hosts are fit to be named. */
  private Judgement ours(List<Name> names) {
    List<String> aliases = new ArrayList<>();
    for (Name name : names) {
      Host host = hosts.apply(name);
      if (host == Host.NOWHERE) {
        return Judgement.fail(
            "All mail is to come to us, but "
                + DnsReply.host(name)
                + " has no address. We have to correct this.",
            List.of());
      }
      if (host == Host.ALIAS) {
        aliases.add(DnsReply.host(name));
      }
    }
    return aliases.isEmpty()
        ? Judgement.pass("All mail comes to us.")
        : Judgement.warning(
            "All mail comes to us, but some senders refuse an MX host that is an alias (CNAME;"
                + " RFC 2181, section 10.3): "
                + String.join(", ", aliases)
                + ". We have to correct this.",
            List.of());
  }
}
