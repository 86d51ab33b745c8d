package org.mailcaravan.cutover;

import java.util.List;
import org.xbill.DNS.Name;

/**
 * A part of the tree of names that the same servers have.
 *
 * @param servers each with one of its addresses
 * @param faults why others are not asked, or why there is none, in words for people
 */
record Zone(Name apex, List<DnsServer> servers, List<String> faults) {
  Zone {
    servers = List.copyOf(servers);
    faults = List.copyOf(faults);
  }
}
