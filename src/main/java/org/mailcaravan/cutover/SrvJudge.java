package org.mailcaravan.cutover;

import java.util.List;
import org.mailcaravan.cutover.DnsReply.Found;
import org.mailcaravan.settings.HostAndPort;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;

/** Whether the SRV record of a service (RFC 6186, RFC 6764, RFC 8314) names our server. */
final class SrvJudge {
  private final String name;
  private final HostAndPort server;

  SrvJudge(String name, HostAndPort server) {
    this.name = name;
    this.server = server;
  }

  Judgement judge(DnsReply reply) {
    List<String> publish = List.of(ZoneLine.srv(name, server));
    if (!(reply instanceof Found found)) {
      return Judgement.warning("There is no such record.", publish);
    }
    List<SRVRecord> others =
        found.of(SRVRecord.class).stream().filter(record -> !isOurs(record)).toList();
    if (others.isEmpty()) {
      return Judgement.pass("It names our server.");
    }
    return others.stream().allMatch(record -> record.getTarget().equals(Name.root))
        ? Judgement.warning(
            "It says that the domain has no such service. Replace this record.", publish)
        : Judgement.fail(
            "It names %s. Replace this record."
                .formatted(
                    String.join(", ", others.stream().map(SrvJudge::words).distinct().toList())),
            publish);
  }

  private boolean isOurs(SRVRecord record) {
    return record.getPort() == server.port()
        && DnsReply.host(record.getTarget()).equals(server.host());
  }

  private static String words(SRVRecord record) {
    return "%s port %d".formatted(DnsReply.host(record.getTarget()), record.getPort());
  }
}
