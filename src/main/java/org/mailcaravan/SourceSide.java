package org.mailcaravan;

import java.time.Clock;
import java.time.Duration;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.providers.Discovery;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.providers.Search;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;

/** How old providers' servers are found and connected to, as the settings say. */
final class SourceSide {
  /** Of a search: a server that is slower is not worth the wait. */
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

  private SourceSide() {}

  /** Sources are strangers' servers; what they may not do, its rules say. */
  static Connector connector(Settings settings) {
    return connector(settings, settings.get(Keys.CONNECT_TIMEOUT));
  }

  private static Connector connector(Settings settings, Duration connectTimeout) {
    return new Connector(rules(settings, connectTimeout));
  }

  static ConnectionRules rules(Settings settings, Duration connectTimeout) {
    return new ConnectionRules(
        false,
        settings.get(Keys.SOURCE_ALLOWED_HOSTS),
        false,
        settings.get(Keys.SOURCE_INSECURE_HOSTS),
        connectTimeout,
        settings.get(Keys.READ_TIMEOUT),
        settings.get(Keys.LONGEST_WAIT),
        settings.get(Keys.TLS_EXTRA_CA_FILE).orElse(null));
  }

  /** Finds servers; the caller asks for none where {@code source.discovery} is off. */
  static Discovery discovery(Settings settings, Providers providers, Clock clock) {
    return new Discovery(providers, () -> search(settings, providers), clock);
  }

  private static Search search(Settings settings, Providers providers) {
    Duration wanted = settings.get(Keys.CONNECT_TIMEOUT);
    Duration connect = wanted.compareTo(LONGEST_CONNECT) < 0 ? wanted : LONGEST_CONNECT;
    return Search.of(
        providers,
        settings.get(Keys.DNS_SERVERS),
        connector(settings, connect),
        settings.get(Keys.SOURCE_DISCOVERY) == Keys.Discovery.PRESETS);
  }
}
