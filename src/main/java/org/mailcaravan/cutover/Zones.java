package org.mailcaravan.cutover;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.mailcaravan.cutover.DnsReply.Failed;
import org.mailcaravan.cutover.DnsReply.Found;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Finds and remembers the servers of zones, for one look. Thread-safe. */
final class Zones {
  /** As many as the root has. */
  static final int MOST_NAMES = 13;

  static final int MOST_ADDRESSES = 2;

  private final BiFunction<Name, Integer, DnsReply> resolver;
  private final AskedServers asked;
  private final Map<Name, Zone> zones = new ConcurrentHashMap<>();

  /**
   * @param resolver what resolvers say, by name and type
   */
  Zones(BiFunction<Name, Integer, DnsReply> resolver, AskedServers asked) {
    this.resolver = resolver;
    this.asked = asked;
  }

  /**
   * The zone in which a name lies, as the resolvers know it. Where they fail at a name, the zone
   * above it is asked, which may know more.
   */
  Zone of(Name name) {
    Name at = name;
    String fault = "";
    while (true) {
      Zone known = zones.get(at);
      if (known != null) {
        return known;
      }
      DnsReply reply = resolver.apply(at, Type.NS);
      if (reply instanceof Found found && found.records().get(0).getName().equals(at)) {
        return zones.computeIfAbsent(at, apex -> withServers(apex, found.of(NSRecord.class)));
      }
      if (reply instanceof Failed failed && fault.isEmpty()) {
        fault =
            "the servers of %s are not known: the resolver %s"
                .formatted(DnsReply.host(at), failed.words());
      }
      if (at.equals(Name.root) || (reply instanceof Failed failed && failed.silent())) {
        Zone none =
            new Zone(
                at,
                List.of(),
                List.of(
                    fault.isEmpty()
                        ? "no resolver knows the servers of " + DnsReply.host(name)
                        : fault));
        return zones.computeIfAbsent(name, apex -> none);
      }
      at = new Name(at, 1);
    }
  }

  private Zone withServers(Name apex, List<NSRecord> records) {
    List<Name> names =
        records.stream().map(NSRecord::getTarget).distinct().sorted().limit(MOST_NAMES).toList();
    List<DnsServer> servers = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    List<CompletableFuture<List<InetAddress>>> lookups =
        names.stream().map(name -> CompletableFuture.supplyAsync(() -> addresses(name))).toList();
    for (int i = 0; i < names.size(); i++) {
      String name = DnsReply.host(names.get(i));
      List<InetAddress> addresses = lookups.get(i).join();
      if (addresses.isEmpty()) {
        faults.add(name + ": no address is known");
      } else if (!addresses.stream().allMatch(address -> asked.allowed().test(name, address))) {
        // One is enough, as for a mail server.
        faults.add(name + " has a loopback, private or link-local address, and is not asked");
      } else {
        addresses.stream()
            .limit(MOST_ADDRESSES)
            .map(address -> new DnsServer(name, new InetSocketAddress(address, asked.port())))
            .forEach(servers::add);
      }
    }
    return new Zone(apex, servers, faults);
  }

  /** The first one of IPv4 and IPv6 come first. */
  private List<InetAddress> addresses(Name name) {
    List<InetAddress> all = new ArrayList<>();
    List<InetAddress> others = new ArrayList<>();
    if (resolver.apply(name, Type.A) instanceof Found found) {
      found.of(ARecord.class).stream().map(ARecord::getAddress).forEach(others::add);
    }
    if (!others.isEmpty()) {
      all.add(others.remove(0));
    }
    if (resolver.apply(name, Type.AAAA) instanceof Found found) {
      found.of(AAAARecord.class).stream().map(AAAARecord::getAddress).forEach(all::add);
    }
    all.addAll(others);
    return all;
  }
}
