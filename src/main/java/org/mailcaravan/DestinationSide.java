package org.mailcaravan;

import java.util.Set;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;

/** How the new servers are connected to: they are ours, and reached as the settings say. */
final class DestinationSide {
  private DestinationSide() {}

  static Connector connector(Settings settings) {
    return new Connector(
        new ConnectionRules(
            true,
            Set.of(),
            true,
            Set.of(),
            settings.get(Keys.CONNECT_TIMEOUT),
            settings.get(Keys.READ_TIMEOUT),
            settings.get(Keys.LONGEST_WAIT),
            settings.get(Keys.TLS_EXTRA_CA_FILE).orElse(null)));
  }
}
