package org.mailcaravan.cutover;

import java.util.List;
import org.xbill.DNS.Name;

/**
 * What all servers that were asked say to one question.
 *
 * @param zone whose servers were asked; after aliases, that of the last name
 * @param authorities what the servers of the zone say; empty where only resolvers are asked
 * @param resolvers what resolvers say, who may still keep what was true before
 */
record Answers(Name name, Zone zone, List<Said> authorities, List<Said> resolvers) {
  /** What one server says. */
  record Said(DnsServer server, DnsReply reply) {}

  Answers {
    authorities = List.copyOf(authorities);
    resolvers = List.copyOf(resolvers);
  }
}
