package org.mailcaravan.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/**
 * The checked settings of application.properties, with defaults. All paths are absolute. Immutable.
 * {@link SettingsFile} creates them.
 */
public final class Settings {
  /** What is shorter is a number, or a word such as "true". */
  public static final int SHORTEST_SECRET = 8;

  private final Map<Key<?>, Object> values;
  private final Map<String, String> properties;
  private final Map<String, OAuthProfile> oauthProfiles;

  /**
   * @param values a value for each key of {@link Keys#ALL}
   * @param texts the values as the routes see them, without those that are derived from others
   * @param oauthProfiles by their names
   */
  Settings(
      Map<Key<?>, Object> values,
      Map<String, String> texts,
      Map<String, OAuthProfile> oauthProfiles) {
    this.values = Map.copyOf(values);
    this.oauthProfiles = Map.copyOf(oauthProfiles);
    Map<String, String> all = new TreeMap<>(texts);
    all.put(Keys.DESTINATION_PORT.name(), Integer.toString(destination().port()));
    all.put(Keys.NODE_NAME.name(), get(Keys.NODE_NAME));
    all.put(Keys.SECRETS_KEY_FILE.name(), keyFile().toString());
    this.properties = Map.copyOf(all);
  }

  /** What a property is set to, or its default. */
  @SuppressWarnings("unchecked") // Each value was made by the parser of its own key.
  public <T> T get(Key<T> key) {
    Object value = values.get(key);
    if (value == null) {
      throw new IllegalStateException(key.name() + " was not read");
    }
    return (T) value;
  }

  /** The new server; its port defaults to the one of its security. */
  public Server destination() {
    Security security = get(Keys.DESTINATION_SECURITY);
    int port = get(Keys.DESTINATION_PORT).orElse(security.imapPort());
    return new Server(get(Keys.DESTINATION_HOST), port, security);
  }

  /**
   * The IMAP server as mail programs are told it, with TLS; {@link Keys#DOMAIN_MARK} in it stands
   * for the customer's domain. Empty where none is named, and the new server has only an address or
   * no TLS from the first octet.
   */
  public Optional<HostAndPort> imapServerOfClients() {
    Server own = destination();
    return get(Keys.CUTOVER_IMAP_SERVER)
        .or(
            () ->
                own.security() == Security.TLS
                    ? HostAndPort.named(own.host(), own.port())
                    : Optional.empty());
  }

  /** The server of the support mailbox; empty when no requests come by mail. */
  public Optional<Server> mailServer() {
    Security security = get(Keys.MAIL_SECURITY);
    int port = get(Keys.MAIL_PORT).orElse(get(Keys.MAIL_PROTOCOL).usualPort(security));
    return get(Keys.MAIL_HOST).map(host -> new Server(host, port, security));
  }

  /** The server that answers go out by; empty when none is set. */
  public Optional<Server> smtpServer() {
    Security security = get(Keys.SMTP_SECURITY);
    int usual =
        switch (security) {
          case TLS -> 465;
          case STARTTLS -> 587;
          case NONE -> 25;
        };
    return get(Keys.SMTP_HOST)
        .map(host -> new Server(host, get(Keys.SMTP_PORT).orElse(usual), security));
  }

  /**
   * How long a mailbox waits for its password at the old provider; not longer than its password at
   * the new server is kept.
   */
  public Duration passwordWait() {
    Duration wanted = get(Keys.PASSWORD_WAIT);
    Duration kept = get(Keys.SECRETS_KEEP);
    return wanted.compareTo(kept) < 0 ? wanted : kept;
  }

  /** When the final passes of a mailbox run, and how many of them have to bring nothing. */
  public FinalPasses finalPasses() {
    return get(Keys.CUTOVER_FINAL_PASSES).untilQuiet(get(Keys.CUTOVER_QUIET_PASSES));
  }

  /** Whether it is known which MX hosts are ours, so that the cutover of a domain can be seen. */
  public boolean looksAtDomains() {
    return !get(Keys.CUTOVER_MX_HOSTS).isEmpty();
  }

  /** How we log in at the destination. */
  public DestinationAuth destinationAuth() {
    String user = get(Keys.DESTINATION_MASTER_USER);
    Secret password = get(Keys.DESTINATION_MASTER_PASSWORD);
    return switch (get(Keys.DESTINATION_AUTH)) {
      case PASSWORD -> new DestinationAuth.RowPassword();
      case MASTER_USER -> new DestinationAuth.MasterUser(user, password);
      case AUTHORIZATION_IDENTITY -> new DestinationAuth.AuthorizationIdentity(user, password);
      case OAUTH2 ->
          new DestinationAuth.Token(
              Objects.requireNonNull(oauthProfiles.get(get(Keys.DESTINATION_OAUTH_PROFILE))));
    };
  }

  /** How access tokens are fetched, by the names that rows give. */
  public Map<String, OAuthProfile> oauthProfiles() {
    return oauthProfiles;
  }

  /** The key that seals the credentials of mailboxes. */
  public Path keyFile() {
    return get(Keys.SECRETS_KEY_FILE).orElse(get(Keys.DATA_FOLDER).resolve("secret.key"));
  }

  /**
   * What is hidden where failures of routes are told: the values of the properties that begin with
   * {@code route.}, since any of them may be a password or an address that opens something.
   */
  public SecretMask secretsOfRoutes() {
    SecretMask mask = new SecretMask();
    properties.forEach(
        (name, value) -> {
          if (name.startsWith("route.") && value.length() >= SHORTEST_SECRET) {
            mask.hide(value);
          }
        });
    return mask;
  }

  /**
   * All properties for the routes, by name: with defaults and absolute paths, without passwords,
   * and with the keys that begin with {@code camel.} or {@code route.}.
   */
  public Map<String, String> properties() {
    return properties;
  }
}
