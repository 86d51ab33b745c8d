package org.mailcaravan.cutover;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.mailcaravan.settings.HostAndPort;

/** Lines of a zone file (RFC 1035, section 5), ready to be pasted. */
final class ZoneLine {
  /** An hour: short enough to correct a mistake, long enough for every DNS provider. */
  private static final int TTL = 3600;

  /** Of one string of a TXT record, in octets. */
  private static final int LONGEST_STRING = 255;

  private ZoneLine() {}

  static String mx(String name, int priority, String host) {
    return line(name, "MX", priority + " " + host + ".");
  }

  static String cname(String name, String target) {
    return line(name, "CNAME", target + ".");
  }

  static String srv(String name, HostAndPort server) {
    return line(name, "SRV", "0 1 %d %s.".formatted(server.port(), server.host()));
  }

  /** A text of ASCII; a long one as several strings, which readers join. */
  static String txt(String name, String text) {
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < text.length(); i += LONGEST_STRING) {
      strings.add(text.substring(i, Math.min(text.length(), i + LONGEST_STRING)));
    }
    return line(
        name,
        "TXT",
        strings.stream()
            .map(string -> '"' + string.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .collect(Collectors.joining(" ")));
  }

  private static String line(String name, String type, String text) {
    return "%s. %d IN %s %s".formatted(name, TTL, type, text);
  }
}
