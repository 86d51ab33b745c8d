package org.mailcaravan.server;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Folder names on the wire (RFC 3501 section 5.1.3), written for tests on the JDK's Base64. */
final class ModifiedUtf7 {
  private static final Pattern PLAIN_OR_NOT = Pattern.compile("[ -~]+|[^ -~]+");
  private static final Pattern SHIFTED = Pattern.compile("&([^-]*)-");

  private ModifiedUtf7() {}

  static String encode(String name) {
    StringBuilder wire = new StringBuilder();
    Matcher runs = PLAIN_OR_NOT.matcher(name);
    while (runs.find()) {
      String run = runs.group();
      if (run.charAt(0) >= ' ' && run.charAt(0) <= '~') {
        wire.append(run.replace("&", "&-"));
      } else {
        byte[] utf16 = run.getBytes(StandardCharsets.UTF_16BE);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(utf16);
        wire.append('&').append(base64.replace('/', ',')).append('-');
      }
    }
    return wire.toString();
  }

  static String decode(String wire) {
    return SHIFTED
        .matcher(wire)
        .replaceAll(
            match -> {
              String base64 = match.group(1).replace(',', '/');
              String text =
                  base64.isEmpty()
                      ? "&"
                      : new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_16BE);
              return Matcher.quoteReplacement(text);
            });
  }
}
