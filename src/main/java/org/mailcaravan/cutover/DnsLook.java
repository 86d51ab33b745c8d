package org.mailcaravan.cutover;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.cutover.Answers.Said;
import org.mailcaravan.cutover.DnsReply.Alias;
import org.mailcaravan.cutover.DnsReply.Failed;
import org.mailcaravan.cutover.DnsReply.Found;
import org.mailcaravan.cutover.DnsReply.None;
import org.mailcaravan.cutover.DnsReply.Referral;
import org.xbill.DNS.Name;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * One look at the DNS: asks every server of a zone, and the resolvers, and remembers which servers
 * a zone has and which ones are silent. Bounds: the time in all, {@link Zones#MOST_NAMES} servers
 * of a zone with {@link Zones#MOST_ADDRESSES} addresses each, zones within zones, aliases.
 * Thread-safe.
 */
final class DnsLook {
  private static final int MOST_REFERRALS = 4;

  private final DnsClient client;
  private final AskedServers asked;
  private final long end;
  private final Zones zones;
  private final Set<DnsServer> silent = ConcurrentHashMap.newKeySet();

  /**
   * @param patience for all questions together
   */
  DnsLook(DnsClient client, AskedServers asked, Duration patience) {
    this.client = client;
    this.asked = asked;
    this.zones = new Zones(this::resolve, asked);
    this.end = System.nanoTime() + patience.toNanos();
  }

  /**
   * What all servers say. In the place of a server that only tells an alias stand the servers of
   * its target.
   */
  Answers ask(Name name, int type) {
    Answers first = askOnce(name, type);
    Set<Name> asked = new HashSet<>(Set.of(name));
    Zone zone = first.zone();
    List<Said> authorities = first.authorities();
    for (Optional<Name> target = target(authorities); target.isPresent(); ) {
      Name alias = target.get();
      List<Said> next = new ArrayList<>();
      long ttl = aliasTtl(authorities, alias);
      boolean isNew = asked.add(alias) && asked.size() <= DnsClient.MOST_ALIASES;
      for (Said said : authorities) {
        if (!isAlias(said, alias)) {
          next.add(said);
        } else if (!isNew) {
          next.add(
              new Said(
                  said.server(),
                  new Failed("has aliases (CNAME) in a circle, or too many", false)));
        }
      }
      if (isNew) {
        Answers last = askOnce(alias, type);
        zone = last.zone();
        last.authorities()
            .forEach(each -> next.add(new Said(each.server(), each.reply().behindAlias(ttl))));
      }
      authorities = next;
      target = target(authorities);
    }
    return new Answers(name, zone, authorities, first.resolvers());
  }

  private static Optional<Name> target(List<Said> authorities) {
    return authorities.stream()
        .map(Said::reply)
        .filter(Alias.class::isInstance)
        .map(reply -> ((Alias) reply).target())
        .findFirst();
  }

  private static long aliasTtl(List<Said> authorities, Name target) {
    return authorities.stream()
        .filter(said -> isAlias(said, target))
        .mapToLong(said -> said.reply().ttl())
        .max()
        .orElse(0);
  }

  private static boolean isAlias(Said said, Name target) {
    return said.reply() instanceof Alias alias && alias.target().equals(target);
  }

  /** The serials of the zone, where its servers say different things: they tell who is behind. */
  Map<DnsServer, Long> serials(Answers answers) {
    long different =
        answers.authorities().stream()
            .map(Said::reply)
            .filter(DnsReply::isAnswer)
            .map(DnsReply::words)
            .distinct()
            .count();
    Map<DnsServer, Long> serials = new HashMap<>();
    if (different > 1) {
      for (Said said : ask(answers.zone().apex(), Type.SOA).authorities()) {
        if (said.reply() instanceof Found found) {
          found
              .of(SOARecord.class)
              .forEach(record -> serials.put(said.server(), record.getSerial()));
        }
      }
    }
    return serials;
  }

  /** What the first resolver says that knows. */
  DnsReply resolve(Name name, int type) {
    DnsReply last = new Failed("no resolver answered", false);
    for (InetSocketAddress address : asked.resolvers()) {
      DnsServer resolver = DnsServer.resolver(address);
      if (silent.contains(resolver)) {
        continue;
      }
      last = client.ask(resolver, name, type, end).join();
      remember(resolver, last);
      if (last.isAnswer()) {
        return last;
      }
    }
    return last;
  }

  private Answers askOnce(Name name, int type) {
    if (!asked.authorities()) {
      return new Answers(
          name, new Zone(name, List.of(), List.of()), List.of(), toAll(resolvers(), name, type));
    }
    Zone zone = zones.of(name);
    List<DnsServer> all = new ArrayList<>(zone.servers());
    all.addAll(resolvers());
    List<Said> said = toAll(all, name, type);
    List<Said> authorities = said.stream().filter(each -> each.server().isAuthority()).toList();
    for (int i = 0; i < MOST_REFERRALS; i++) {
      Optional<Name> below = referral(authorities, zone, name);
      if (below.isEmpty()) {
        break;
      }
      zone = zones.of(below.get());
      authorities = toAll(zone.servers(), name, type);
    }
    return new Answers(
        name,
        zone,
        authorities.stream().map(DnsLook::withoutReferral).toList(),
        said.stream().filter(each -> !each.server().isAuthority()).toList());
  }

  private List<DnsServer> resolvers() {
    return asked.resolvers().stream().map(DnsServer::resolver).toList();
  }

  private List<Said> toAll(List<DnsServer> servers, Name name, int type) {
    List<CompletableFuture<Said>> answers =
        servers.stream()
            .map(
                server ->
                    silent.contains(server)
                        ? CompletableFuture.completedFuture(
                            new Said(server, new Failed("did not answer in time", true)))
                        : client
                            .ask(server, name, type, end)
                            .thenApply(reply -> new Said(server, reply)))
            .toList();
    List<Said> said = answers.stream().map(CompletableFuture::join).toList();
    said.forEach(each -> remember(each.server(), each.reply()));
    return said;
  }

  private void remember(DnsServer server, DnsReply reply) {
    if (reply instanceof Failed failed && failed.silent()) {
      silent.add(server);
    }
  }

  private static Optional<Name> referral(List<Said> authorities, Zone zone, Name name) {
    return authorities.stream()
        .map(Said::reply)
        .filter(Referral.class::isInstance)
        .map(reply -> ((Referral) reply).zone())
        .filter(below -> below.labels() > zone.apex().labels() && name.subdomain(below))
        .findFirst();
  }

  private static Said withoutReferral(Said said) {
    return said.reply() instanceof Referral
        ? new Said(
            said.server(), new Failed("does not have the zone (it names other servers)", false))
        : said;
  }

  /** Whether a name leads to an address, and whether it is an alias. */
  enum Host {
    THERE,
    ALIAS,
    NOWHERE,
    UNKNOWN
  }

  /** What the resolvers know of a host. */
  Host host(Name name) {
    DnsReply address = address(name);
    if (address instanceof Found found) {
      return found.records().get(0).getName().equals(name) ? Host.THERE : Host.ALIAS;
    }
    return address instanceof None ? Host.NOWHERE : Host.UNKNOWN;
  }

  /** Its addresses of IPv4, or those of IPv6 where it has no others. */
  DnsReply address(Name name) {
    DnsReply four = resolve(name, Type.A);
    if (four instanceof Found) {
      return four;
    }
    DnsReply six = resolve(name, Type.AAAA);
    return six instanceof Found || four instanceof None ? six : four;
  }
}
