package org.mailcaravan.cutover;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.settings.HostAndPort;
import org.mailcaravan.settings.Key;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.MxHost;
import org.mailcaravan.settings.Settings;

/** What the records of one domain should say, as the settings have it. */
final class OurRecords {
  private static final int HTTPS = 443;

  private final Settings settings;
  private final String domain;

  /**
   * @param domain in ASCII, lower case, without a dot at the end
   */
  OurRecords(Settings settings, String domain) {
    this.settings = settings;
    this.domain = domain;
  }

  private String named(String text) {
    return text.replace(Keys.DOMAIN_MARK, domain);
  }

  List<MxHost> mx() {
    return settings.get(Keys.CUTOVER_MX_HOSTS).stream().map(host -> host.of(domain)).toList();
  }

  List<String> spf() {
    return settings.get(Keys.CUTOVER_SPF).stream().map(this::named).toList();
  }

  /** Selectors, and what they are aliases of; empty where the domain has the key itself. */
  Map<String, String> dkim() {
    Map<String, String> selectors = new LinkedHashMap<>();
    settings
        .get(Keys.CUTOVER_DKIM)
        .forEach((selector, target) -> selectors.put(selector, named(target)));
    return selectors;
  }

  Optional<String> dmarc() {
    return settings.get(Keys.CUTOVER_DMARC).map(this::named);
  }

  /** The host that a name such as {@code webmail.DOMAIN} is an alias of. */
  Optional<String> alias(Key<Optional<String>> key) {
    return settings.get(key).map(this::named);
  }

  Optional<HostAndPort> imap() {
    return settings.imapServerOfClients().map(this::named);
  }

  Optional<HostAndPort> submission() {
    return settings.get(Keys.CUTOVER_SUBMISSION_SERVER).map(this::named);
  }

  Optional<HostAndPort> autodiscover() {
    return alias(Keys.CUTOVER_AUTODISCOVER).map(host -> new HostAndPort(host, HTTPS));
  }

  /** The server of an address book or a calendar, where it is one with TLS. */
  Optional<HostAndPort> dav(Key<Optional<String>> url) {
    return settings
        .get(url)
        .map(text -> URI.create(text.replace("{email}", "anybody")))
        .filter(place -> "https".equalsIgnoreCase(place.getScheme()))
        .flatMap(
            place ->
                HostAndPort.named(place.getHost(), place.getPort() < 0 ? HTTPS : place.getPort()));
  }

  private HostAndPort named(HostAndPort server) {
    return new HostAndPort(named(server.host()), server.port());
  }
}
