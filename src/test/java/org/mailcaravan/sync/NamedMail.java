package org.mailcaravan.sync;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;

/**
 * Messages that a test calls by name: letters that say of what kind, and a number. The same name is
 * always the same message, octet for octet, so that a name used twice is a true duplicate.
 *
 * <ul>
 *   <li>{@code n1}: without Message-ID and Date
 *   <li>{@code t1}: all of them have the same header, without Message-ID, and the same size, as
 *       from a scanner
 *   <li>{@code x1}: all of them have the same header, with one Message-ID, and the same size
 *   <li>any other, as {@code m1}: an ordinary message
 * </ul>
 */
final class NamedMail {
  private static final OffsetDateTime FIRST = OffsetDateTime.parse("2019-03-04T05:06:07+01:00");

  private NamedMail() {}

  static byte[] octets(String name) {
    String header =
        switch (name.charAt(0)) {
          case 'n' -> "From: ann@example.org\r\nSubject: " + name + "\r\n";
          case 't' -> "From: scanner@example.org\r\nSubject: Scan\r\n";
          case 'x' -> "From: b@example.org\r\nSubject: Again\r\nMessage-ID: <x@example.org>\r\n";
          default ->
              "From: bob@example.org\r\nDate: Mon, 4 Mar 2019 05:06:07 +0100\r\nSubject: About "
                  + name
                  + "\r\nMessage-ID: <"
                  + name
                  + "@example.org>\r\n";
        };
    String text = header + "\r\nThe text of message " + String.format("%-6s", name) + ".\r\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The name of a message by its octets, one char each. */
  static String name(String octets) {
    int at = octets.indexOf("The text of message ");
    if (at >= 0) {
      String name = octets.substring(at + 20, at + 26).strip();
      if (new String(octets(name), StandardCharsets.US_ASCII).equals(octets)) {
        return name;
      }
    }
    return "(unknown)";
  }

  /** The INTERNALDATE of a message. */
  static OffsetDateTime date(String name) {
    return FIRST.plusMinutes(61L * Integer.parseInt(name.replaceAll("\\D", "")));
  }
}
