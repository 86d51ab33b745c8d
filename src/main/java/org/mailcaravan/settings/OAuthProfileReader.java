package org.mailcaravan.settings;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Secret;
import org.mailcaravan.settings.OAuthProfile.Grant;

/**
 * Makes a profile of the properties {@code oauth.NAME.…} of one name. What a provider usually wants
 * is filled in: the token URLs and scopes are those of Microsoft's "Authenticate an IMAP connection
 * using OAuth" and Google's "Using OAuth 2.0 for Server to Server Applications".
 */
final class OAuthProfileReader {
  /** A name that needs no escapes in a property, a CSV file or a message. */
  static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,49}");

  private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9.-]{1,255}");
  private static final int LONGEST_SECRET = 16_000;
  private static final String MICROSOFT = "https://login.microsoftonline.com/%s/oauth2/v2.0/%s";

  /** What is wrong. {@code key} is null when something is missing. */
  record Fault(@Nullable OAuthKey key, String cause, String nextStep) {}

  private enum Kind {
    CLIENT_CREDENTIALS,
    SERVICE_ACCOUNT,
    REFRESH_TOKEN,
    DEVICE_CODE;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final String name;
  private final Map<OAuthKey, String> texts;
  private final Path home;
  private final List<Fault> faults = new ArrayList<>();
  private final Set<OAuthKey> used = EnumSet.of(OAuthKey.PROVIDER, OAuthKey.KIND);

  /**
   * @param texts the values as written, with the environment's variables filled in
   * @param home the folder that relative paths are relative to
   */
  OAuthProfileReader(String name, Map<OAuthKey, String> texts, Path home) {
    this.name = name;
    this.texts = texts;
    this.home = home;
  }

  List<Fault> faults() {
    return faults;
  }

  /** The profile; empty when it has {@link #faults}. */
  Optional<OAuthProfile> read() {
    OAuthProfile.Provider provider =
        word(OAuthKey.PROVIDER, OAuthProfile.Provider.values(), OAuthProfile.Provider::word)
            .orElse(OAuthProfile.Provider.OTHER);
    Kind kind = word(OAuthKey.KIND, Kind.values(), Kind::word).orElse(usual(provider));
    if (kind == null) {
      if (faults.isEmpty()) {
        missing(OAuthKey.KIND);
      }
      return Optional.empty();
    }
    String clientId = kind == Kind.SERVICE_ACCOUNT ? "" : required(OAuthKey.CLIENT_ID).orElse("");
    String tenant = provider == OAuthProfile.Provider.MICROSOFT ? tenant(kind) : "";
    Grant grant = grant(provider, kind, tenant).orElse(null);
    URI tokenUrl = url(OAuthKey.TOKEN_URL, tokenUrl(provider, tenant)).orElse(null);
    String scope = use(OAuthKey.SCOPE).orElse(usualScope(provider, kind));
    Set<String> servers = use(OAuthKey.SERVERS).map(this::hosts).orElse(usualServers(provider));
    texts.keySet().stream()
        .filter(key -> !used.contains(key) && !text(key).isEmpty())
        .forEach(
            key ->
                fault(
                    key,
                    "is set, and the kind " + kind.word() + " does not use it",
                    "Remove it, or correct " + property(OAuthKey.KIND) + "."));
    return grant == null || tokenUrl == null || !faults.isEmpty()
        ? Optional.empty()
        : Optional.of(new OAuthProfile(name, provider, clientId, tokenUrl, scope, grant, servers));
  }

  private static @Nullable Kind usual(OAuthProfile.Provider provider) {
    return switch (provider) {
      case MICROSOFT -> Kind.CLIENT_CREDENTIALS;
      case GOOGLE -> Kind.SERVICE_ACCOUNT;
      case OTHER -> null;
    };
  }

  private static String usualScope(OAuthProfile.Provider provider, Kind kind) {
    boolean byPerson = kind == Kind.REFRESH_TOKEN || kind == Kind.DEVICE_CODE;
    return switch (provider) {
      case MICROSOFT ->
          byPerson
              ? "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"
              : "https://outlook.office365.com/.default";
      // It also shows labels that are hidden from IMAP, and all messages of a limited folder.
      case GOOGLE -> byPerson ? "" : "https://www.googleapis.com/auth/gmail.imap_admin";
      case OTHER -> "";
    };
  }

  /** Those of config/providers.yaml, and Google's for contacts and calendars. */
  private static Set<String> usualServers(OAuthProfile.Provider provider) {
    return switch (provider) {
      case MICROSOFT ->
          Set.of("outlook.office365.com", "outlook.office.com", "imap-mail.outlook.com");
      case GOOGLE ->
          Set.of(
              "imap.gmail.com",
              "imap.googlemail.com",
              "www.googleapis.com",
              "apidata.googleusercontent.com");
      case OTHER -> Set.of();
    };
  }

  private Set<String> hosts(String text) {
    Set<String> hosts = new LinkedHashSet<>();
    for (String host : text.split(",", -1)) {
      try {
        hosts.add(HostNames.normal(host.strip()));
      } catch (IllegalArgumentException e) {
        fault(
            OAuthKey.SERVERS,
            "has a part that " + e.getMessage(),
            "Write the names of servers with commas between them, such as imap.example.org.");
        break;
      }
    }
    return hosts;
  }

  private static String tokenUrl(OAuthProfile.Provider provider, String tenant) {
    return switch (provider) {
      case MICROSOFT -> MICROSOFT.formatted(tenant, "token");
      case GOOGLE -> "https://oauth2.googleapis.com/token";
      case OTHER -> "";
    };
  }

  private String tenant(Kind kind) {
    Optional<String> given =
        kind == Kind.CLIENT_CREDENTIALS && text(OAuthKey.TOKEN_URL).isEmpty()
            ? required(OAuthKey.TENANT)
            : use(OAuthKey.TENANT);
    if (given.filter(text -> !TENANT.matcher(text).matches()).isPresent()) {
      fault(
          OAuthKey.TENANT,
          "is neither an ID nor a domain",
          "Copy the directory (tenant) ID of the application, or write a domain of the organisation.");
      return "common";
    }
    return given.orElse("common");
  }

  private Optional<Grant> grant(OAuthProfile.Provider provider, Kind kind, String tenant) {
    return switch (kind) {
      case CLIENT_CREDENTIALS -> application();
      case SERVICE_ACCOUNT -> file(OAuthKey.KEY_FILE).map(OAuthProfile.ServiceAccount::new);
      case REFRESH_TOKEN -> {
        Secret secret =
            secret(OAuthKey.CLIENT_SECRET, OAuthKey.CLIENT_SECRET_FILE).orElse(Secret.of(""));
        Optional<Secret> token = secret(OAuthKey.REFRESH_TOKEN, OAuthKey.REFRESH_TOKEN_FILE);
        if (token.isEmpty() && faults.isEmpty()) {
          missing(OAuthKey.REFRESH_TOKEN);
        }
        yield token.map(it -> new OAuthProfile.RefreshToken(secret, it));
      }
      case DEVICE_CODE -> deviceCode(provider, tenant);
    };
  }

  private Optional<Grant> application() {
    if (!text(OAuthKey.KEY_FILE).isEmpty() || !text(OAuthKey.CERTIFICATE_FILE).isEmpty()) {
      Optional<Path> key = file(OAuthKey.KEY_FILE);
      Optional<Path> certificate = file(OAuthKey.CERTIFICATE_FILE);
      return key.flatMap(it -> certificate.map(own -> new OAuthProfile.ClientCertificate(it, own)));
    }
    Optional<Secret> secret = secret(OAuthKey.CLIENT_SECRET, OAuthKey.CLIENT_SECRET_FILE);
    if (secret.isEmpty() && faults.isEmpty()) {
      missing(OAuthKey.CLIENT_SECRET);
    }
    return secret.map(OAuthProfile.ClientSecret::new);
  }

  private Optional<Grant> deviceCode(OAuthProfile.Provider provider, String tenant) {
    if (provider == OAuthProfile.Provider.GOOGLE) {
      // "OAuth 2.0 for TV and Limited-Input Device Applications" lists the scopes that it allows.
      fault(
          OAuthKey.KIND,
          "is device-code, which Google does not allow for mail",
          "Use refresh-token or service-account.");
      return Optional.empty();
    }
    Secret secret =
        secret(OAuthKey.CLIENT_SECRET, OAuthKey.CLIENT_SECRET_FILE).orElse(Secret.of(""));
    String usual =
        provider == OAuthProfile.Provider.MICROSOFT
            ? MICROSOFT.formatted(tenant, "devicecode")
            : "";
    return url(OAuthKey.DEVICE_URL, usual).map(url -> new OAuthProfile.DeviceCode(secret, url));
  }

  private <E extends Enum<E>> Optional<E> word(
      OAuthKey key, E[] values, Function<E, String> spelled) {
    String text = text(key);
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(Parsers.word(values, spelled).parse(text, home));
    } catch (IllegalArgumentException e) {
      fault(key, "= \"" + text + "\" " + e.getMessage(), "Write one of these words.");
      return Optional.empty();
    }
  }

  private String text(OAuthKey key) {
    String text = texts.getOrDefault(key, "");
    return key.isHidden() ? text : text.strip();
  }

  private Optional<String> use(OAuthKey key) {
    used.add(key);
    return Optional.of(text(key)).filter(text -> !text.isEmpty());
  }

  private Optional<String> required(OAuthKey key) {
    Optional<String> text = use(key);
    if (text.isEmpty()) {
      missing(key);
    }
    return text;
  }

  private Optional<Path> file(OAuthKey key) {
    return required(key).flatMap(text -> path(key, text));
  }

  private Optional<Path> path(OAuthKey key, String text) {
    try {
      Path path = home.resolve(text).toAbsolutePath().normalize();
      if (Files.isReadable(path) && Files.isRegularFile(path)) {
        return Optional.of(path);
      }
      fault(
          key,
          "names a file that is not there or cannot be read",
          "Correct the path, or let the user of the program read the file.");
    } catch (InvalidPathException e) {
      fault(key, "is not a path", "Correct it.");
    }
    return Optional.empty();
  }

  private Optional<Secret> secret(OAuthKey key, OAuthKey fileKey) {
    Optional<String> text = use(key);
    Optional<String> name = use(fileKey);
    if (text.isPresent() && name.isPresent()) {
      fault(fileKey, "is set, and " + property(key) + " too", "Remove one of them.");
      return Optional.empty();
    }
    if (name.isEmpty()) {
      return text.map(Secret::of);
    }
    return path(fileKey, name.get()).flatMap(path -> content(fileKey, path));
  }

  private Optional<Secret> content(OAuthKey key, Path file) {
    String text = "";
    try {
      if (Files.size(file) <= LONGEST_SECRET) {
        text = Files.readString(file, StandardCharsets.UTF_8).strip();
      }
    } catch (IOException e) {
      // The same answer as for a file that holds something else.
    }
    if (text.isEmpty() || text.indexOf('\n') >= 0) {
      fault(
          key,
          "names a file that does not hold a single line of text",
          "Write nothing but the secret into it.");
      return Optional.empty();
    }
    return Optional.of(Secret.of(text));
  }

  private Optional<URI> url(OAuthKey key, String usual) {
    Optional<String> given = use(key);
    if (given.isEmpty() && usual.isEmpty()) {
      missing(key);
      return Optional.empty();
    }
    Optional<URI> url = Parsers.protectedUrl(given.orElse(usual));
    if (url.isPresent()) {
      return url;
    }
    fault(
        key,
        "is not a URL that begins with https:// and the name of a server",
        "Correct it; http:// is possible on this machine only.");
    return Optional.empty();
  }

  private String property(OAuthKey key) {
    return "oauth." + name + "." + key.word();
  }

  private void missing(OAuthKey key) {
    faults.add(
        new Fault(
            null,
            property(key) + " is not set",
            "Set it; docs/oauth.md shows what each provider needs."));
  }

  private void fault(OAuthKey key, String cause, String nextStep) {
    faults.add(new Fault(key, property(key) + " " + cause, nextStep));
  }
}
