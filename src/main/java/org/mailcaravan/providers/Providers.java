package org.mailcaravan.providers;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The providers that are known, found by domain, MX host or IMAP server. Immutable. */
public final class Providers {
  /** Knows no provider. */
  public static final Providers NONE = new Providers(List.of());

  private final List<Provider> all;
  private final Map<String, Provider> byDomain = new HashMap<>();
  private final Map<String, Provider> byMx = new HashMap<>();
  private final Map<String, Provider> byHost = new HashMap<>();

  /**
   * @param all in which no domain, MX suffix or host is named twice
   */
  Providers(List<Provider> all) {
    this.all = List.copyOf(all);
    for (Provider provider : all) {
      provider.domains().forEach(domain -> byDomain.put(domain, provider));
      provider.mx().forEach(suffix -> byMx.put(suffix, provider));
      provider.otherHosts().forEach(host -> byHost.put(host, provider));
      if (provider.server() != null) {
        byHost.put(provider.server().host(), provider);
      }
    }
  }

  /** In the order of the file. */
  public List<Provider> all() {
    return all;
  }

  /** How many mailboxes each server is known to stand at once, by its names. */
  public Map<String, Integer> mailboxesAtOnce() {
    Map<String, Integer> limits = new HashMap<>();
    byHost.forEach(
        (host, provider) -> {
          if (provider.limits().mailboxesAtOnce() > 0) {
            limits.put(host, provider.limits().mailboxesAtOnce());
          }
        });
    return limits;
  }

  /** The provider whose customers have addresses of this domain. */
  public Optional<Provider> byDomain(String domain) {
    return Optional.ofNullable(byDomain.get(domain.toLowerCase(Locale.ROOT)));
  }

  /** The provider that an MX record's host belongs to: the longest suffix that fits decides. */
  public Optional<Provider> byMx(String host) {
    for (String rest = host.toLowerCase(Locale.ROOT); ; ) {
      Provider provider = byMx.get(rest);
      int dot = rest.indexOf('.');
      if (provider != null || dot < 0) {
        return Optional.ofNullable(provider);
      }
      rest = rest.substring(dot + 1);
    }
  }

  /** The provider that an IMAP server belongs to. */
  public Optional<Provider> byHost(String host) {
    return Optional.ofNullable(byHost.get(host.toLowerCase(Locale.ROOT)));
  }
}
