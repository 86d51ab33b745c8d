package org.mailcaravan;

import java.time.Clock;
import java.util.Map;
import org.mailcaravan.cutover.DomainDns;
import org.mailcaravan.cutover.DomainWatch;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.store.CutoverDomains;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.DueFinalPasses;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Origin;

/** Sees the cutover of domains, and has final passes run after it. */
final class CutoverSide implements AutoCloseable {
  private final DomainDns dns;
  private final CutoverDomains domains;
  private final Map<String, Object> beans;

  CutoverSide(Settings settings, Database database, Events events, Clock clock) {
    dns =
        new DomainDns(
            settings, SourceSide.rules(settings, settings.get(Keys.CONNECT_TIMEOUT)), clock);
    domains = new CutoverDomains(database, events, settings.finalPasses());
    beans =
        Map.of(
            "domain-watch",
            new DomainWatch(
                domains, dns::mx, settings.get(Keys.CUTOVER_LOOK), settings.looksAtDomains()),
            "final-passes",
            new DueFinalPasses(database, events, settings.finalPasses()));
  }

  /** Takes over what an earlier version or configuration has left. */
  void begin(Origin origin) {
    domains.begin(origin);
  }

  /** What others ask the DNS with, too, until this is closed. */
  DomainDns dns() {
    return dns;
  }

  Map<String, Object> beans() {
    return beans;
  }

  @Override
  public void close() {
    dns.close();
  }
}
