package org.mailcaravan.cutover;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.server.ScriptedDns;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.settings.SettingsFile;

/**
 * A resolver at 127.0.0.1, and two servers of the zone shop.firm, at 127.0.0.2 and 127.0.0.3. Our
 * MX hosts are mx1.host.net and mx2.host.net.
 */
final class DnsWorld implements AutoCloseable {
  static final String ZONE = "shop.firm";

  final ScriptedDns resolver;
  final ScriptedDns ns1;
  final ScriptedDns ns2;
  private final List<ScriptedDns> all = ScriptedDns.startAtOnePort(3);
  private final Map<String, String> overrides = new HashMap<>();
  Set<String> allowed = Set.of("ns1.shop.firm", "ns2.shop.firm");
  Duration aTry = Duration.ofMillis(800);
  Duration patience = Duration.ofSeconds(6);

  DnsWorld() {
    resolver = all.get(0).follows();
    ns1 = all.get(1).ttl(3600).zone(ZONE, 7);
    ns2 = all.get(2).ttl(3600).zone(ZONE, 7);
    resolver
        .answer(ZONE, "NS", "ns1.shop.firm.", "ns2.shop.firm.")
        .answer("ns1.shop.firm", "A", "127.0.0.2")
        .answer("ns2.shop.firm", "A", "127.0.0.3")
        .answer("mx1.host.net", "A", "198.51.100.1")
        .answer("mx2.host.net", "A", "198.51.100.2");
    set("destination.host", "imap.host.net");
    set("cutover.mx-hosts", "10 mx1.host.net, 20 mx2.host.net");
    set("dns.servers", "127.0.0.1:" + port());
  }

  int port() {
    return resolver.address().getPort();
  }

  DnsWorld set(String key, String value) {
    overrides.put(key, value);
    return this;
  }

  /** Puts records into the zone, at both of its servers and at the resolver. */
  DnsWorld publish(String name, String type, String... data) {
    all.forEach(server -> server.answer(name, type, data));
    return this;
  }

  Settings settings() {
    return SettingsFile.read(Path.of("config"), Path.of(""), overrides, Map.of());
  }

  DomainDns dns(Clock clock) {
    ConnectionRules rules =
        new ConnectionRules(
            false, allowed, false, Set.of(), Duration.ofSeconds(5), Duration.ofSeconds(5), null);
    return new DomainDns(settings(), rules, clock, port(), aTry, patience);
  }

  Checklist checklist(String domain) {
    try (DomainDns dns = dns(Clock.systemUTC())) {
      return dns.checklist(domain);
    }
  }

  /** The line about one record of shop.firm. */
  ChecklistRow row(String item) {
    return row(ZONE, item);
  }

  ChecklistRow row(String domain, String item) {
    return checklist(domain).rows().stream()
        .filter(row -> row.item().equals(item))
        .findFirst()
        .orElseThrow();
  }

  MxLook mx(String domain) {
    try (DomainDns dns = dns(Clock.systemUTC())) {
      return dns.mx(domain);
    }
  }

  @Override
  public void close() {
    all.forEach(ScriptedDns::close);
  }
}
