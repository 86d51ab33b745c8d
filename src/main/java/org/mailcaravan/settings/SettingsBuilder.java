package org.mailcaravan.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/** Puts checked values together, and finds those that do not go together. */
final class SettingsBuilder {
  /** Values that do not go together; {@code key} is the one to correct. */
  record Contradiction(Key<?> key, String cause, String nextStep) {}

  private final Path home;
  private final Map<Key<?>, Object> values;

  /**
   * @param values one for each of {@link Keys#ALL}
   */
  SettingsBuilder(Path home, Map<Key<?>, Object> values) {
    this.home = home;
    this.values = Map.copyOf(values);
  }

  @SuppressWarnings("unchecked") // Each value was made by the parser of its own key.
  private <T> T get(Key<T> key) {
    Object value = values.get(key);
    if (value == null) {
      throw new IllegalStateException(key.name() + " was not read");
    }
    return (T) value;
  }

  private <T> @Nullable T orNull(Key<Optional<T>> key) {
    return get(key).orElse(null);
  }

  List<Contradiction> contradictions() {
    List<Contradiction> found = new ArrayList<>();
    if (get(Keys.DESTINATION_AUTH) != Keys.Auth.PASSWORD) {
      String word = get(Keys.DESTINATION_AUTH).word();
      if (get(Keys.DESTINATION_MASTER_USER).isEmpty()) {
        found.add(missing(Keys.DESTINATION_MASTER_USER, word));
      }
      if (get(Keys.DESTINATION_MASTER_PASSWORD).isEmpty()) {
        found.add(missing(Keys.DESTINATION_MASTER_PASSWORD, word));
      }
    }
    if (get(Keys.DESTINATION_AUTH) == Keys.Auth.AUTHORIZATION_IDENTITY) {
      for (Key<Optional<String>> url :
          List.of(Keys.DESTINATION_CARDDAV_URL, Keys.DESTINATION_CALDAV_URL)) {
        if (get(url).filter(text -> !text.contains("{email}")).isPresent()) {
          found.add(
              new Contradiction(
                  url,
                  url.name()
                      + " has no {email} in it, and with destination.auth = authorization-identity"
                      + " the collections of the administrator would be found",
                  "Put {email} where the address of the mailbox goes."));
        }
      }
    }
    if (get(Keys.MEMORY_BYTES) < 2 * get(Keys.BATCH_BYTES)) {
      found.add(
          new Contradiction(
              Keys.MEMORY_BYTES,
              "copy.memory-mib is less than two batches of copy.batch-kib",
              "Raise copy.memory-mib or lower copy.batch-kib."));
    }
    if (get(Keys.RETRY_MAXIMUM_DELAY).compareTo(get(Keys.RETRY_DELAY)) < 0) {
      found.add(
          new Contradiction(
              Keys.RETRY_MAXIMUM_DELAY,
              "retry.maximum-delay-millis is less than retry.delay-millis",
              "Raise retry.maximum-delay-millis or lower retry.delay-millis."));
    }
    return found;
  }

  private static Contradiction missing(Key<?> key, String auth) {
    return new Contradiction(
        key,
        key.name() + " is not set, and destination.auth = " + auth + " needs it",
        "Set " + key.name() + ", or set destination.auth to password.");
  }

  /**
   * @param texts the values as the routes see them, without derived defaults
   */
  Settings build(Map<String, String> texts) {
    Security security = get(Keys.DESTINATION_SECURITY);
    int port = get(Keys.DESTINATION_PORT).orElse(security.imapPort());
    Path data = get(Keys.DATA_FOLDER);
    Path keyFile = get(Keys.SECRETS_KEY_FILE).orElse(data.resolve("secret.key"));
    Map<String, String> properties = new TreeMap<>(texts);
    properties.put(Keys.DESTINATION_PORT.name(), Integer.toString(port));
    properties.put(Keys.SECRETS_KEY_FILE.name(), keyFile.toString());
    return new Settings(
        home,
        new Settings.Drop(get(Keys.DROP_FOLDER), get(Keys.DROP_POLL)),
        new Settings.Attachments(get(Keys.ATTACHMENTS_ALLOWED_FOLDERS)),
        new Settings.Source(get(Keys.SOURCE_ALLOWED_HOSTS), get(Keys.SOURCE_INSECURE_HOSTS)),
        new Settings.Destination(
            new Server(get(Keys.DESTINATION_HOST), port, security),
            auth(),
            orNull(Keys.DESTINATION_CARDDAV_URL),
            orNull(Keys.DESTINATION_CALDAV_URL)),
        new Settings.Connections(
            get(Keys.CONNECT_TIMEOUT),
            get(Keys.READ_TIMEOUT),
            get(Keys.LONGEST_WAIT),
            orNull(Keys.TLS_EXTRA_CA_FILE)),
        new Settings.Copying(
            get(Keys.MAILBOXES_AT_ONCE),
            get(Keys.MAILBOX_LANES),
            get(Keys.MAILBOX_CONNECTIONS),
            get(Keys.MAILBOX_COMPRESSION),
            get(Keys.BATCH_MESSAGES),
            get(Keys.BATCH_BYTES),
            get(Keys.MEMORY_BYTES),
            get(Keys.SPOOL_BYTES),
            get(Keys.SET_ASIDE_BYTES),
            get(Keys.MIRROR_DELETIONS)),
        new Settings.Groupware(
            get(Keys.DAV_REQUESTS_IN_FLIGHT),
            get(Keys.DAV_REDIRECT_HOSTS),
            get(Keys.DAV_ALLOW_SCHEDULING_SERVER)),
        new Settings.Certificates(
            get(Keys.CERTIFICATE_TEMPLATE),
            get(Keys.CERTIFICATE_ISSUER),
            get(Keys.CERTIFICATE_CONTACT)),
        new Settings.Retry(
            get(Keys.RETRY_ATTEMPTS),
            get(Keys.RETRY_DELAY),
            get(Keys.RETRY_MAXIMUM_DELAY),
            get(Keys.RETRY_OBEY_WAITS)),
        get(Keys.RESYNC_CRON),
        data,
        new Settings.DatabaseAccess(
            orNull(Keys.DATABASE_URL), get(Keys.DATABASE_USERNAME), get(Keys.DATABASE_PASSWORD)),
        new Settings.Secrets(keyFile, get(Keys.SECRETS_KEEP)),
        get(Keys.SHUTDOWN_TIMEOUT),
        get(Keys.ROUTES_FOLDER),
        properties);
  }

  private DestinationAuth auth() {
    String user = get(Keys.DESTINATION_MASTER_USER);
    Secret password = get(Keys.DESTINATION_MASTER_PASSWORD);
    return switch (get(Keys.DESTINATION_AUTH)) {
      case PASSWORD -> new DestinationAuth.RowPassword();
      case MASTER_USER -> new DestinationAuth.MasterUser(user, password);
      case AUTHORIZATION_IDENTITY -> new DestinationAuth.AuthorizationIdentity(user, password);
    };
  }
}
