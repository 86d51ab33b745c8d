package org.mailcaravan.cutover;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.mailcaravan.cutover.DnsReply.Found;
import org.xbill.DNS.TXTRecord;

/** The texts of TXT records. */
final class Texts {
  private Texts() {}

  /** Each record as one text, its strings joined (RFC 7208, section 3.3), one char per octet. */
  static List<String> of(DnsReply reply) {
    return reply instanceof Found found
        ? found.of(TXTRecord.class).stream().map(Texts::joined).sorted().toList()
        : List.of();
  }

  /** Those of one kind; other services have theirs at the same name. */
  static List<String> of(DnsReply reply, Pattern kind) {
    return of(reply).stream().filter(text -> kind.matcher(text).lookingAt()).toList();
  }

  private static String joined(TXTRecord record) {
    StringBuilder text = new StringBuilder();
    for (Object octets : record.getStringsAsByteArrays()) {
      text.append(new String((byte[]) octets, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  /** The value of a tag of {@code a=1; b=2}; empty when there is none. */
  static String tag(String text, String name) {
    for (String part : text.split(";", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0 && part.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals(name)) {
        return part.substring(equals + 1).strip();
      }
    }
    return "";
  }
}
