package org.mailcaravan.clients;

import java.net.IDN;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.settings.ClientServer;
import org.mailcaravan.settings.Key;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;

/** The settings of mail programs, domain by domain. Thread-safe. */
final class ClientAccounts {
  private static final String HTTPS = "https:";

  private final Settings settings;

  ClientAccounts(Settings settings) {
    this.settings = settings;
  }

  /**
   * Those of a domain. Nobody can use half of them, so there are none as long as the server for
   * reading or the one for sending is not known.
   *
   * @param domain as it was written; empty is returned for what is no domain
   */
  Optional<ClientSettings> of(String domain) {
    Optional<ClientServer> imap =
        settings
            .get(Keys.CLIENTS_IMAP)
            .or(() -> settings.imapServerOfClients().map(place -> new ClientServer(place, false)));
    Optional<ClientServer> smtp =
        settings
            .get(Keys.CLIENTS_SMTP)
            .or(
                () ->
                    settings
                        .get(Keys.CUTOVER_SUBMISSION_SERVER)
                        .map(place -> new ClientServer(place, false)));
    String name = normal(domain);
    if (name == null || imap.isEmpty() || smtp.isEmpty()) {
      return Optional.empty();
    }
    String own = settings.get(Keys.CLIENTS_NAME);
    return Optional.of(
        new ClientSettings(
            name,
            own.isEmpty() ? IDN.toUnicode(name) : own,
            imap.get().of(name),
            settings.get(Keys.CLIENTS_POP3).map(server -> server.of(name)).orElse(null),
            smtp.get().of(name),
            settings.get(Keys.CLIENTS_USERNAME) == Keys.ClientUserName.LOCAL_PART,
            url(name, Keys.CLIENTS_CARDDAV_URL, Keys.DESTINATION_CARDDAV_URL),
            url(name, Keys.CLIENTS_CALDAV_URL, Keys.DESTINATION_CALDAV_URL),
            settings
                .get(Keys.CLIENTS_WEBMAIL_URL)
                .map(url -> url.replace(Keys.DOMAIN_MARK, name))
                .orElse(null)));
  }

  private @Nullable String url(
      String domain, Key<Optional<String>> told, Key<Optional<String>> destination) {
    return settings
        .get(told)
        .map(url -> url.replace(Keys.DOMAIN_MARK, domain))
        .or(
            () ->
                settings
                    .get(destination)
                    .filter(url -> url.regionMatches(true, 0, HTTPS, 0, HTTPS.length())))
        .orElse(null);
  }

  private static @Nullable String normal(String domain) {
    try {
      String name = HostNames.normal(domain);
      boolean isAddress = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
      return isAddress || name.indexOf('.') < 0 ? null : name;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
