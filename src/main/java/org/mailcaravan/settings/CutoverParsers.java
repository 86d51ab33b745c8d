package org.mailcaravan.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.HostNames;

/** What the values of {@code cutover.…} can be: our side of a customer's DNS records. */
final class CutoverParsers {
  private static final Pattern MX = Pattern.compile("(?:(\\d{1,5})\\s+)?(\\*?\\.)?(\\S+)");
  private static final Pattern SPF_TERM =
      Pattern.compile("(?:include|exists|a|mx):\\S+|ip4:[0-9./]+|ip6:[0-9a-f:./]+");
  private static final Pattern SELECTOR =
      Pattern.compile("[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\\.[a-z0-9_-]+)*");
  private static final Pattern DMARC =
      Pattern.compile("v=DMARC1\\s*;\\s*p=(?:none|quarantine|reject)\\b[\\x20-\\x7e&&[^\"\\\\]]*");
  private static final Pattern TIME_AFTER = Pattern.compile("(\\d{1,7})\\s*([smhd])");
  private static final String OLD_TTL = "ttl";
  private static final Duration LONGEST_AFTER = Duration.ofDays(90);
  private static final int MOST_TIMES = 20;
  private static final int USUAL_PRIORITY = 10;
  private static final int MOST = 65_535;
  private static final int LONGEST_RECORD = 255;

  private CutoverParsers() {}

  /** {@code 10 mx1.example.net, 20 mx2.example.net, .mx.example.net}. */
  static List<MxHost> mxHosts(String text, Path home) {
    return Parsers.parts(text).map(CutoverParsers::mxHost).toList();
  }

  private static MxHost mxHost(String text) {
    Matcher parts = MX.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "has a part that is no host with or without a priority, such as 10 mx.example.net");
    }
    int priority = parts.group(1) == null ? USUAL_PRIORITY : Integer.parseInt(parts.group(1));
    if (priority > MOST) {
      throw new IllegalArgumentException("has a priority above " + MOST);
    }
    return new MxHost(priority, (parts.group(2) == null ? "" : ".") + named(parts.group(3)));
  }

  /** A host, which may have the customer's domain in its name. */
  static String host(String text, Path home) {
    return named(text);
  }

  private static String named(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    String normal = HostNames.normal(lower.replace(Keys.DOMAIN_MARK, "example.org"));
    if (normal.matches("[0-9.]+") || normal.indexOf(':') >= 0) {
      throw new IllegalArgumentException("is an address, and records need the name of a server");
    }
    return lower.contains(Keys.DOMAIN_MARK) ? lower.replaceFirst("\\.$", "") : normal;
  }

  /** {@code imap.example.net} or {@code imap.example.net:993}. */
  static HostAndPort server(String text, int usualPort) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return new HostAndPort(named(text), usualPort);
    }
    String port = text.substring(colon + 1);
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > MOST || Integer.parseInt(port) < 1) {
      throw new IllegalArgumentException("has a port that is no number from 1 to " + MOST);
    }
    return new HostAndPort(named(text.substring(0, colon)), Integer.parseInt(port));
  }

  /** {@code include:_spf.example.net}, or several of such terms. */
  static List<String> spf(String text, Path home) {
    List<String> terms = new ArrayList<>();
    for (String term : text.split("[\\s,]+", -1)) {
      if (term.isEmpty()) {
        continue;
      }
      String lower = term.toLowerCase(Locale.ROOT);
      if (!SPF_TERM.matcher(lower).matches()) {
        throw new IllegalArgumentException(
            "has a term that is none of include:, a:, mx:, exists:, ip4: and ip6: with what belongs"
                + " to it");
      }
      terms.add(lower);
    }
    return List.copyOf(terms);
  }

  /** {@code s1=s1.{domain}.dkim.example.net, mail}: selectors, and where their aliases lead. */
  static Map<String, String> dkim(String text, Path home) {
    Map<String, String> selectors = new LinkedHashMap<>();
    for (String part : Parsers.parts(text).toList()) {
      int equals = part.indexOf('=');
      String selector =
          (equals < 0 ? part : part.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
      String target = equals < 0 ? "" : part.substring(equals + 1).strip();
      if (!SELECTOR.matcher(selector).matches() || (equals >= 0 && target.isEmpty())) {
        throw new IllegalArgumentException(
            "has a part that is no selector with or without a target, such as"
                + " s1=s1.dkim.example.net");
      }
      if (selectors.put(selector, target.isEmpty() ? "" : named(target)) != null) {
        throw new IllegalArgumentException("names the selector " + selector + " twice");
      }
    }
    return Collections.unmodifiableMap(selectors);
  }

  /** {@code 0h, ttl, 24h, 72h, 7d}: times after the cutover. */
  static FinalPasses finalPasses(String text, Path home) {
    List<Duration> after = new ArrayList<>();
    boolean afterOldRecords = false;
    for (String part : Parsers.parts(text.toLowerCase(Locale.ROOT)).toList()) {
      if (part.equals(OLD_TTL)) {
        afterOldRecords = true;
      } else {
        after.add(timeAfter(part));
      }
    }
    if (after.size() > MOST_TIMES) {
      throw new IllegalArgumentException("names more than " + MOST_TIMES + " times");
    }
    if (after.stream().allMatch(Duration::isZero)) {
      throw new IllegalArgumentException(
          "names no time but the cutover itself; further passes follow each other as far apart as"
              + " the last time says, such as 7d");
    }
    return new FinalPasses(after, afterOldRecords, FinalPasses.STANDARD.quiet());
  }

  private static Duration timeAfter(String part) {
    Matcher time = TIME_AFTER.matcher(part);
    if (time.matches()) {
      long number = Long.parseLong(time.group(1));
      Duration after =
          switch (time.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      if (after.compareTo(LONGEST_AFTER) <= 0) {
        return after;
      }
    }
    throw new IllegalArgumentException(
        "has a part that is neither ttl nor a time of at most 90 days, such as 30m, 24h or 7d");
  }

  static String dmarc(String text, Path home) {
    if (!DMARC.matcher(text).matches() || text.length() > LONGEST_RECORD) {
      throw new IllegalArgumentException(
          "is no DMARC record of at most 255 characters, such as v=DMARC1; p=none");
    }
    return text;
  }
}
