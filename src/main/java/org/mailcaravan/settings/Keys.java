package org.mailcaravan.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.quartz.CronExpression;

/** Every property there is, in the order in which mail meets them. */
final class Keys {
  /** The words of {@code destination.auth}. */
  enum Auth {
    PASSWORD("password"),
    MASTER_USER("master-user"),
    AUTHORIZATION_IDENTITY("authorization-identity");

    private final String word;

    Auth(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static final Key<Path> DROP_FOLDER = path("drop.folder", "drop");
  static final Key<Duration> DROP_POLL =
      number("drop.poll-millis", 1000, 50, 3_600_000, Duration::ofMillis);

  static final Key<Set<String>> SOURCE_ALLOWED_HOSTS = hosts("source.allowed-hosts");
  static final Key<Set<String>> SOURCE_INSECURE_HOSTS = hosts("source.insecure-hosts");

  static final Key<String> DESTINATION_HOST =
      new Key<>("destination.host", null, false, (text, home) -> HostNames.normal(text));
  static final Key<Optional<Integer>> DESTINATION_PORT =
      new Key<>(
          "destination.port",
          "",
          false,
          (text, home) ->
              text.isEmpty() ? Optional.empty() : Optional.of((int) whole(text, 1, 65535)));
  static final Key<Security> DESTINATION_SECURITY =
      word("destination.security", Security.TLS, Security.values(), Security::word);
  static final Key<Auth> DESTINATION_AUTH =
      word("destination.auth", Auth.PASSWORD, Auth.values(), Auth::word);
  static final Key<String> DESTINATION_MASTER_USER = text("destination.master-user");
  static final Key<Secret> DESTINATION_MASTER_PASSWORD = secret("destination.master-password");

  static final Key<Optional<Path>> TLS_EXTRA_CA_FILE = optionalPath("tls.extra-ca-file");
  static final Key<Duration> CONNECT_TIMEOUT =
      number("connection.connect-timeout-seconds", 30, 1, 3600, Duration::ofSeconds);
  static final Key<Duration> READ_TIMEOUT =
      number("connection.read-timeout-seconds", 300, 1, 86_400, Duration::ofSeconds);
  static final Key<Duration> LONGEST_WAIT =
      number("connection.longest-wait-minutes", 30, 1, 1440, Duration::ofMinutes);

  static final Key<Integer> MAILBOXES_AT_ONCE =
      number("mailboxes.at-once", 4, 1, 1000, Math::toIntExact);
  static final Key<Integer> MAILBOX_LANES =
      number("mailbox.folders-at-once", 8, 1, 100, Math::toIntExact);
  static final Key<Integer> MAILBOX_CONNECTIONS =
      number("mailbox.connections", 1, 1, 20, Math::toIntExact);
  static final Key<Boolean> MAILBOX_COMPRESSION = truth("mailbox.compression", true);
  static final Key<Integer> BATCH_MESSAGES =
      number("copy.batch-messages", 2_000, 1, 10_000, Math::toIntExact);
  static final Key<Long> BATCH_BYTES =
      number("copy.batch-kib", 6144, 1, 1_048_576, kib -> kib * 1024);
  static final Key<Long> MEMORY_BYTES =
      number("copy.memory-mib", 48, 1, 1_048_576, mib -> mib * 1024 * 1024);

  static final Key<Long> SPOOL_BYTES =
      number("copy.spool-mib", 16_384, 1, 16_777_216, mib -> mib * 1024 * 1024);
  static final Key<Long> SET_ASIDE_BYTES =
      number("copy.set-aside-mib", 2_048, 0, 16_777_216, mib -> mib * 1024 * 1024);

  static final Key<Boolean> MIRROR_DELETIONS = truth("pass.mirror-deletions", false);

  static final Key<Integer> RETRY_ATTEMPTS = number("retry.attempts", 5, 0, 1000, Math::toIntExact);
  static final Key<Duration> RETRY_DELAY =
      number("retry.delay-millis", 1000, 1, 3_600_000, Duration::ofMillis);
  static final Key<Duration> RETRY_MAXIMUM_DELAY =
      number("retry.maximum-delay-millis", 60_000, 1, 86_400_000, Duration::ofMillis);

  static final Key<Boolean> RETRY_OBEY_WAITS = truth("retry.obey-waits", true);

  static final Key<String> RESYNC_CRON =
      new Key<>("resync.cron", "0 0 3 * * ?", false, (text, home) -> cron(text));

  static final Key<Optional<String>> DESTINATION_CARDDAV_URL = url("destination.carddav-url");
  static final Key<Optional<String>> DESTINATION_CALDAV_URL = url("destination.caldav-url");
  static final Key<Integer> DAV_REQUESTS_IN_FLIGHT =
      number("dav.requests-in-flight", 4, 1, 32, Math::toIntExact);
  static final Key<Set<String>> DAV_REDIRECT_HOSTS = hosts("dav.redirect-hosts");
  static final Key<Set<String>> DAV_ALLOW_SCHEDULING_SERVER = hosts("dav.allow-scheduling-server");
  static final Key<List<Path>> ATTACHMENTS_ALLOWED_FOLDERS =
      new Key<>(
          "attachments.allowed-folders",
          "",
          false,
          (text, home) -> parts(text).map(part -> resolve(part, home)).toList());

  static final Key<Path> CERTIFICATE_TEMPLATE =
      path("certificate.template", "config/templates/certificate.mustache");
  static final Key<String> CERTIFICATE_ISSUER = text("certificate.issuer");
  static final Key<String> CERTIFICATE_CONTACT = text("certificate.contact");

  static final Key<Path> DATA_FOLDER = path("data.folder", "data");
  static final Key<Optional<String>> DATABASE_URL =
      new Key<>("database.url", "", true, (text, home) -> jdbcUrl(text));
  static final Key<String> DATABASE_USERNAME = text("database.username");
  static final Key<Secret> DATABASE_PASSWORD = secret("database.password");

  static final Key<Optional<Path>> SECRETS_KEY_FILE = optionalPath("secrets.key-file");
  static final Key<Duration> SECRETS_KEEP =
      number("secrets.keep-days", 30, 1, 3650, Duration::ofDays);

  static final Key<Duration> SHUTDOWN_TIMEOUT =
      number("service.shutdown-timeout-seconds", 86_400, 1, 864_000, Duration::ofSeconds);
  static final Key<Path> ROUTES_FOLDER = path("routes.folder", "routes");

  static final List<Key<?>> ALL =
      List.of(
          DROP_FOLDER,
          DROP_POLL,
          SOURCE_ALLOWED_HOSTS,
          SOURCE_INSECURE_HOSTS,
          DESTINATION_HOST,
          DESTINATION_PORT,
          DESTINATION_SECURITY,
          DESTINATION_AUTH,
          DESTINATION_MASTER_USER,
          DESTINATION_MASTER_PASSWORD,
          TLS_EXTRA_CA_FILE,
          CONNECT_TIMEOUT,
          READ_TIMEOUT,
          LONGEST_WAIT,
          MAILBOXES_AT_ONCE,
          MAILBOX_LANES,
          MAILBOX_CONNECTIONS,
          MAILBOX_COMPRESSION,
          BATCH_MESSAGES,
          BATCH_BYTES,
          MEMORY_BYTES,
          SPOOL_BYTES,
          SET_ASIDE_BYTES,
          MIRROR_DELETIONS,
          RETRY_ATTEMPTS,
          RETRY_DELAY,
          RETRY_MAXIMUM_DELAY,
          RETRY_OBEY_WAITS,
          RESYNC_CRON,
          DESTINATION_CARDDAV_URL,
          DESTINATION_CALDAV_URL,
          DAV_REQUESTS_IN_FLIGHT,
          DAV_REDIRECT_HOSTS,
          DAV_ALLOW_SCHEDULING_SERVER,
          ATTACHMENTS_ALLOWED_FOLDERS,
          CERTIFICATE_TEMPLATE,
          CERTIFICATE_ISSUER,
          CERTIFICATE_CONTACT,
          DATA_FOLDER,
          DATABASE_URL,
          DATABASE_USERNAME,
          DATABASE_PASSWORD,
          SECRETS_KEY_FILE,
          SECRETS_KEEP,
          SHUTDOWN_TIMEOUT,
          ROUTES_FOLDER);

  private Keys() {}

  private static Key<String> text(String name) {
    return new Key<>(name, "", false, (text, home) -> text);
  }

  private static Key<Secret> secret(String name) {
    return new Key<>(name, "", true, (text, home) -> Secret.of(text));
  }

  private static Key<Path> path(String name, String standard) {
    return new Key<>(
        name,
        standard,
        false,
        (text, home) -> {
          if (text.isEmpty()) {
            throw new IllegalArgumentException("is empty");
          }
          return resolve(text, home);
        });
  }

  private static Key<Optional<Path>> optionalPath(String name) {
    return new Key<>(
        name,
        "",
        false,
        (text, home) -> text.isEmpty() ? Optional.empty() : Optional.of(resolve(text, home)));
  }

  private static Path resolve(String text, Path home) {
    try {
      return home.resolve(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is not a path", e);
    }
  }

  private static <T> Key<T> number(
      String name, long standard, long least, long most, LongFunction<T> make) {
    return new Key<>(
        name, Long.toString(standard), false, (text, home) -> make.apply(whole(text, least, most)));
  }

  private static long whole(String text, long least, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a number out of range.
    }
    throw new IllegalArgumentException("is not a whole number from " + least + " to " + most);
  }

  private static <E extends Enum<E>> Key<E> word(
      String name, E standard, E[] values, Function<E, String> spelled) {
    return new Key<>(
        name,
        spelled.apply(standard),
        false,
        (text, home) ->
            Arrays.stream(values)
                .filter(value -> spelled.apply(value).equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "is none of "
                                + Arrays.stream(values)
                                    .map(spelled)
                                    .collect(Collectors.joining(", ")))));
  }

  private static Key<Boolean> truth(String name, boolean standard) {
    return new Key<>(
        name,
        Boolean.toString(standard),
        false,
        (text, home) -> {
          if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
          }
          throw new IllegalArgumentException("is neither true nor false");
        });
  }

  private static Key<Set<String>> hosts(String name) {
    return new Key<>(
        name,
        "",
        false,
        (text, home) -> parts(text).map(HostNames::normal).collect(Collectors.toUnmodifiableSet()));
  }

  private static Stream<String> parts(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::strip).filter(part -> !part.isEmpty());
  }

  private static Key<Optional<String>> url(String name) {
    return new Key<>(name, "", false, (text, home) -> davUrl(text));
  }

  private static Optional<String> davUrl(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI url = new URI(text.replace("{email}", "user%40example.org"));
      boolean web =
          "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
      if (web && url.getHost() != null && url.getUserInfo() == null) {
        return Optional.of(text);
      }
    } catch (URISyntaxException e) {
      // The same answer as for another scheme.
    }
    throw new IllegalArgumentException(
        "is not a URL that begins with https:// or http:// and the name of a server");
  }

  private static Optional<String> jdbcUrl(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.startsWith("jdbc:postgresql:") || text.startsWith("jdbc:h2:")) {
      return Optional.of(text);
    }
    throw new IllegalArgumentException("begins with neither jdbc:postgresql: nor jdbc:h2:");
  }

  private static String cron(String text) {
    try {
      return new CronExpression(text).getCronExpression();
    } catch (ParseException e) {
      throw new IllegalArgumentException(
          "is not a cron expression of Quartz (" + e.getMessage() + ")", e);
    }
  }
}
