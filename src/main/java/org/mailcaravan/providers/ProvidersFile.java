package org.mailcaravan.providers;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.yaml.YamlFile;
import org.mailcaravan.yaml.YamlKeys;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads config/providers.yaml. It takes what config/providers.schema.json describes, and each
 * domain, MX suffix and host once. All that is wrong is reported together, each with its line.
 */
public final class ProvidersFile {
  /** Keys that say how a server is used. */
  private static final List<String> OF_HOST =
      List.of(
          "other-hosts",
          "port",
          "security",
          "user-name",
          "logins",
          "connections",
          "mailboxes-at-once",
          "mib-a-day",
          "leave-out");

  static final Set<String> KEYS =
      order(List.of("id", "name", "domains", "mx", "host"), OF_HOST, List.of("help", "source"));

  static final Set<String> HELP_KEYS = order(List.of("en", "de", "link"));

  private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern LINK = Pattern.compile("https://[!-~]{1,500}");
  private static final int MOST_CONNECTIONS = 100;
  private static final int MOST_MAILBOXES = 1000;
  private static final int MOST_MIB = 100_000_000;

  private final YamlFile file;
  private final Map<String, String> claimed = new HashMap<>();

  private ProvidersFile(Path file) {
    this.file =
        new YamlFile(
            file,
            "Correct it, or restore the file that came with the program; docs/providers.md explains the keys.");
  }

  @SafeVarargs
  private static Set<String> order(List<String>... keys) {
    Set<String> all = new LinkedHashSet<>();
    for (List<String> each : keys) {
      all.addAll(each);
    }
    return all;
  }

  /**
   * Reads the file.
   *
   * @throws RequestRejected when it is missing or wrong
   */
  public static Providers read(Path file) {
    ProvidersFile reading = new ProvidersFile(file);
    List<Provider> providers =
        reading.file.list("providers", "each provider begins with \"- id:\"").stream()
            .flatMap(node -> reading.provider(node).stream())
            .toList();
    reading.file.requireFaultless();
    return new Providers(providers);
  }

  private Optional<Provider> provider(Node node) {
    int before = file.faults();
    YamlKeys keys = new YamlKeys("a provider", node, KEYS, file::add);
    if (!(node instanceof MappingNode)) {
      return Optional.empty();
    }
    String id = keys.text("id", matching(ID), "a word of small letters and digits, such as web-de");
    String name = keys.text("name", text -> isText(text, 60), "a name of at most 60 characters");
    List<String> domains = hosts(keys, "domains");
    List<String> mx = hosts(keys, "mx");
    Server server = server(keys);
    List<String> otherHosts = hosts(keys, "other-hosts");
    boolean localPart =
        keys.word("user-name", List.of("address", "local-part")).equals("local-part");
    Set<LoginKind> logins = logins(keys, server != null);
    Provider.Limits limits =
        new Provider.Limits(
            keys.number("connections", 0, MOST_CONNECTIONS),
            keys.number("mailboxes-at-once", 0, MOST_MAILBOXES),
            keys.number("mib-a-day", 0, MOST_MIB));
    List<String> leftOut =
        keys.texts("leave-out", text -> isText(text, 255), "the name of a folder");
    Provider.Help help = help(keys);
    String source =
        keys.text(
            "source", text -> isText(text, 500), "a sentence that says where the facts come from");
    claim(keys, "id", "id", List.of(id), id);
    claim(keys, "domains", "domain", domains, id);
    claim(keys, "mx", "MX suffix", mx, id);
    claim(keys, "host", "host", server == null ? List.of() : List.of(server.host()), id);
    claim(keys, "other-hosts", "host", otherHosts, id);
    if (domains.isEmpty() && mx.isEmpty() && server == null) {
      keys.fault("id", "a provider needs domains, mx or host: nothing leads to it");
    }
    return file.faults() > before
        ? Optional.empty()
        : Optional.of(
            new Provider(
                id,
                name,
                Set.copyOf(domains),
                Set.copyOf(mx),
                server,
                Set.copyOf(otherHosts),
                localPart ? UserName.LOCAL_PART : UserName.ADDRESS,
                logins,
                limits,
                leftOut,
                help,
                source));
  }

  private static Predicate<String> matching(Pattern pattern) {
    return text -> pattern.matcher(text).matches();
  }

  private static boolean isText(String text, int longest) {
    return !text.isBlank() && text.length() <= longest && text.chars().noneMatch(c -> c < ' ');
  }

  private static boolean isHost(String text) {
    try {
      return HostNames.normal(text).equals(text)
          && text.matches(".*[a-z].*")
          && text.indexOf(':') < 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> hosts(YamlKeys keys, String key) {
    return keys.texts(key, ProvidersFile::isHost, "a name in the DNS, in small letters of ASCII");
  }

  private static @Nullable Server server(YamlKeys keys) {
    if (!keys.has("host")) {
      OF_HOST.stream()
          .filter(keys::has)
          .forEach(key -> keys.fault(key, key + " needs a host beside it"));
      return null;
    }
    String host =
        keys.text("host", ProvidersFile::isHost, "a name in the DNS, in small letters of ASCII");
    Security security =
        keys.word("security", List.of("tls", "starttls")).equals("tls")
            ? Security.TLS
            : Security.STARTTLS;
    int port = keys.number("port", security.imapPort(), 65535);
    return host.isEmpty() ? null : new Server(host, port, security);
  }

  private static Set<LoginKind> logins(YamlKeys keys, boolean hasServer) {
    Map<String, LoginKind> known =
        Arrays.stream(LoginKind.values()).collect(Collectors.toMap(LoginKind::word, kind -> kind));
    Set<LoginKind> logins = EnumSet.noneOf(LoginKind.class);
    keys.texts("logins", known::containsKey, "one of password, app-password, oauth2").stream()
        .map(known::get)
        .forEach(logins::add);
    if (hasServer && !keys.has("logins")) {
      keys.fault("logins", "a provider with a host has no logins");
    }
    return logins;
  }

  private Provider.Help help(YamlKeys provider) {
    Optional<Node> node = provider.node("help");
    if (node.isEmpty()) {
      return new Provider.Help("", "", "");
    }
    YamlKeys keys = new YamlKeys("help", node.get(), HELP_KEYS, file::add);
    return new Provider.Help(
        keys.text(
            "en",
            text -> isText(text, 500),
            "what to tell the customer in English, in at most 500 characters"),
        keys.text(
            "de",
            text -> isText(text, 500),
            "what to tell the customer in German, in at most 500 characters"),
        keys.text("link", matching(LINK), "a link that begins with https://"));
  }

  /** Else it would depend on the order of the file which provider is meant. */
  private void claim(YamlKeys keys, String key, String kind, List<String> names, String id) {
    for (String name : names) {
      String other = claimed.putIfAbsent(kind + " " + name, id);
      if (other != null && !name.isEmpty()) {
        keys.fault(key, "the %s %s belongs to %s already".formatted(kind, name, other));
      }
    }
  }
}
