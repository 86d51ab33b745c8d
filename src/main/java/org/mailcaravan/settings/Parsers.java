package org.mailcaravan.settings;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Window;
import org.quartz.CronExpression;

/** What a value can be: the checks that {@link Keys} declares its properties with. */
final class Parsers {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final Pattern DNS_SERVER =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[0-9]+(?:\\.[0-9]+){3})(?::(\\d{1,5}))?");
  private static final Pattern SENDER = Pattern.compile("[^@\\s]{0,64}@[^@\\s]{1,255}");

  private Parsers() {}

  /** A value that may be left empty. */
  static <T> Key.Parser<Optional<T>> optional(Key.Parser<T> parser) {
    return (text, home) ->
        text.isEmpty() ? Optional.empty() : Optional.of(parser.parse(text, home));
  }

  /** A whole number in a range, both ends included, in the unit that the property's name says. */
  static <T> Key.Parser<T> number(long least, long most, LongFunction<T> make) {
    return (text, home) -> make.apply(whole(text, least, most));
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

  /** One of a few words; capitals make no difference. */
  static <E extends Enum<E>> Key.Parser<E> word(E[] values, Function<E, String> spelled) {
    return (text, home) ->
        Arrays.stream(values)
            .filter(value -> spelled.apply(value).equalsIgnoreCase(text))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "is none of "
                            + Arrays.stream(values)
                                .map(spelled)
                                .collect(Collectors.joining(", "))));
  }

  /** A time zone by its name in the IANA database; that of the machine when there is no text. */
  static ZoneId zone(String text, Path home) {
    try {
      return text.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("is no time zone, such as Europe/Rome", e);
    }
  }

  /** When passes may run; empty for at any time. */
  static String window(String text, Path home) {
    if (!text.isEmpty()) {
      Window unused = Window.parse(text, ZoneOffset.UTC);
    }
    return text;
  }

  static boolean truth(String text, Path home) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.parseBoolean(text);
    }
    throw new IllegalArgumentException("is neither true nor false");
  }

  /** A regular expression with one group; empty for none. */
  static String patternOfOneGroup(String text, Path home) {
    try {
      if (text.isEmpty() || Pattern.compile(text).matcher("").groupCount() == 1) {
        return text;
      }
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("is no regular expression: " + e.getDescription(), e);
    }
    throw new IllegalArgumentException("has not exactly one group (...); write others as (?:...)");
  }

  static String text(String text, Path home) {
    return text;
  }

  static Secret secret(String text, Path home) {
    return Secret.of(text);
  }

  static String host(String text, Path home) {
    return HostNames.normal(text);
  }

  static Set<String> hosts(String text, Path home) {
    return parts(text).map(HostNames::normal).collect(Collectors.toUnmodifiableSet());
  }

  /** The name of a node; the name of this machine where there is none. */
  /** Addresses, and domains with an {@code @} before them, in lower case. */
  static Set<String> senders(String text, Path home) {
    Set<String> senders = new TreeSet<>();
    for (String each : text.split(",", -1)) {
      String sender = each.strip().toLowerCase(Locale.ROOT);
      if (sender.isEmpty()) {
        continue;
      }
      if (!SENDER.matcher(sender).matches()) {
        throw new IllegalArgumentException(
            "has \"" + sender + "\" in it, which is neither an address nor @ with a domain");
      }
      senders.add(sender);
    }
    return senders;
  }

  static InternetAddress mailAddress(String text, Path home) {
    try {
      InternetAddress address = new InternetAddress(text, true);
      String domain = address.getAddress().substring(address.getAddress().indexOf('@') + 1);
      if (address.getAddress().indexOf('@') > 0 && !HostNames.normal(domain).isEmpty()) {
        return address;
      }
    } catch (AddressException e) {
      // As for one without a domain.
    }
    throw new IllegalArgumentException("is not an e-mail address, such as support@example.com");
  }

  /** {@code anna@example.com, Night shift <night@example.com>}. */
  static List<InternetAddress> mailAddresses(String text, Path home) {
    return parts(text).map(address -> mailAddress(address, home)).distinct().toList();
  }

  /** {@code 07:00}. */
  static LocalTime timeOfDay(String text, Path home) {
    try {
      return LocalTime.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("is no time of a day, such as 07:00", e);
    }
  }

  static String nodeName(String text, Path home) {
    if (text.isEmpty()) {
      return MachineName.here();
    }
    if (text.length() <= MachineName.LONGEST && MachineName.FORM.matcher(text).matches()) {
      return text;
    }
    throw new IllegalArgumentException(
        "is not a name of at most "
            + MachineName.LONGEST
            + " letters of ASCII, digits, dots and dashes that begins with a letter or digit");
  }

  /** {@code old.example=2, imap.example.org=10}: numbers for hosts and all below them. */
  static Map<String, Integer> hostNumbers(String text, Path home) {
    Map<String, Integer> numbers = new TreeMap<>();
    for (String part : parts(text).toList()) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("has a part without =, such as gmail.com=10");
      }
      String host = HostNames.normal(part.substring(0, equals).strip());
      int number = (int) whole(part.substring(equals + 1).strip(), 1, 1000);
      if (numbers.putIfAbsent(host, number) != null) {
        throw new IllegalArgumentException("names " + host + " twice");
      }
    }
    return Map.copyOf(numbers);
  }

  /** {@code 192.0.2.1, [2001:db8::1]:5353}: addresses, since names would need a DNS server. */
  static List<InetSocketAddress> dnsServers(String text, Path home) {
    return parts(text).map(Parsers::dnsServer).toList();
  }

  private static InetSocketAddress dnsServer(String text) {
    Matcher parts = DNS_SERVER.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "holds what is no IP address, such as 192.0.2.1, 192.0.2.1:53 or [2001:db8::1]");
    }
    int port = parts.group(2) == null ? 53 : (int) whole(parts.group(2), 1, 65535);
    try {
      // Of an address there is no query.
      return new InetSocketAddress(InetAddress.getByName(HostNames.normal(parts.group(1))), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("holds what is no IP address", e);
    }
  }

  static Path path(String text, Path home) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is empty");
    }
    return resolve(text, home);
  }

  static List<Path> paths(String text, Path home) {
    return parts(text).map(part -> resolve(part, home)).toList();
  }

  private static Path resolve(String text, Path home) {
    try {
      return home.resolve(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is not a path", e);
    }
  }

  static Stream<String> parts(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::strip).filter(part -> !part.isEmpty());
  }

  static String davUrl(String text, Path home) {
    try {
      URI url = new URI(text.replace("{email}", "user%40example.org"));
      boolean web =
          "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
      if (web && url.getHost() != null && url.getUserInfo() == null) {
        return text;
      }
    } catch (URISyntaxException e) {
      // The same answer as for another scheme.
    }
    throw new IllegalArgumentException(
        "is not a URL that begins with https:// or http:// and the name of a server");
  }

  /** A URL to which a secret may be sent: https, or http on this machine. */
  static Optional<URI> protectedUrl(String text) {
    try {
      URI url = new URI(text);
      String host = url.getHost();
      boolean isProtected =
          "https".equalsIgnoreCase(url.getScheme())
              || ("http".equalsIgnoreCase(url.getScheme())
                  && host != null
                  && THIS_MACHINE.contains(host));
      if (host != null && isProtected && url.getUserInfo() == null && url.getFragment() == null) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      // The same answer as for another scheme.
    }
    return Optional.empty();
  }

  static URI ownUrl(String text, Path home) {
    return protectedUrl(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "is not a URL that begins with https:// and the name of a server; http:// is possible"
                        + " on this machine only"));
  }

  static String jdbcUrl(String text, Path home) {
    if (text.startsWith("jdbc:postgresql:") || text.startsWith("jdbc:h2:")) {
      return text;
    }
    throw new IllegalArgumentException("begins with neither jdbc:postgresql: nor jdbc:h2:");
  }

  static String cron(String text, Path home) {
    try {
      return new CronExpression(text).getCronExpression();
    } catch (ParseException e) {
      throw new IllegalArgumentException(
          "is not a cron expression of Quartz (" + e.getMessage() + ")", e);
    }
  }
}
