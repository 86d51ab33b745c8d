package org.mailcaravan.model;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Checks and normalises names and addresses of servers. */
public final class HostNames {
  // RFC 1123 does not allow underscores, but there are mail servers with such names.
  private static final Pattern LABEL =
      Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", Pattern.CASE_INSENSITIVE);
  private static final Pattern OCTET = Pattern.compile("25[0-5]|2[0-4]\\d|1?\\d?\\d");
  private static final Pattern DIGITS = Pattern.compile("\\d+");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
  private static final int LONGEST = 253;

  private HostNames() {}

  /**
   * The form in which a host is stored and compared: lower case, international names in ASCII (RFC
   * 5891), IPv6 addresses without brackets, no dot at the end. It makes no DNS query.
   *
   * @throws IllegalArgumentException when it is neither a DNS name nor an address literal; the
   *     message continues "the value ..." and does not repeat the value
   */
  public static String normal(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is empty");
    }
    // The conversion to ASCII takes quadratic time.
    if (text.length() > 2 * LONGEST) {
      throw new IllegalArgumentException("is longer than " + LONGEST + " characters");
    }
    if (text.contains("://")) {
      throw new IllegalArgumentException("is a URL, not the bare name of a server");
    }
    if (text.startsWith("[") && text.endsWith("]")) {
      return ipv6(text.substring(1, text.length() - 1));
    }
    int colon = text.indexOf(':');
    if (colon >= 0 && colon != text.lastIndexOf(':')) {
      return ipv6(text);
    }
    if (colon >= 0) {
      throw new IllegalArgumentException("has a port after the name of the server");
    }
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    String ascii = ascii(name).toLowerCase(Locale.ROOT);
    String[] labels = ascii.split("\\.", -1);
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        throw new IllegalArgumentException("is not the name of a server");
      }
    }
    if (DIGITS.matcher(labels[labels.length - 1]).matches()) {
      checkIpv4(labels);
    }
    return ascii;
  }

  private static String ascii(String name) {
    String ascii;
    try {
      ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("is not the name of a server", e);
    }
    if (ascii.length() > LONGEST) {
      throw new IllegalArgumentException("is longer than " + LONGEST + " characters");
    }
    return ascii;
  }

  private static void checkIpv4(String[] octets) {
    boolean good = octets.length == 4;
    for (String octet : octets) {
      good = good && OCTET.matcher(octet).matches();
    }
    if (!good) {
      throw new IllegalArgumentException("is not an IPv4 address");
    }
  }

  private static String ipv6(String address) {
    if (IPV6.matcher(address).matches()) {
      try {
        // With brackets only a literal is accepted, so there is no DNS query.
        InetAddress.getByName("[" + address + "]");
        return address.toLowerCase(Locale.ROOT);
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("is not an IPv6 address", e);
      }
    }
    throw new IllegalArgumentException("is not an IPv6 address");
  }
}
