package org.mailcaravan.dav;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Decodes and encodes the paths of resources. Servers write the same path in several ways (RFC
 * 3986, section 6.2.2), so paths are compared decoded. To encode them again without loss, octets
 * that are not UTF-8, and slashes within a name, become characters of the private use area.
 */
final class DavPath {
  private static final char KEPT = '\uF000';

  private DavPath() {}

  /** The decoded path of a URL. */
  static String of(URI uri) {
    String raw = uri.getRawPath();
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    StringBuilder path = new StringBuilder();
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) != '%') {
        drain(octets, path).append(raw.charAt(i));
        continue;
      }
      int octet = Integer.parseInt(raw, i + 1, i + 3, 16);
      i += 2;
      if (octet == '/') {
        drain(octets, path).append((char) (KEPT + octet));
      } else {
        octets.write(octet);
      }
    }
    return drain(octets, path).toString();
  }

  /** Decodes a run of escaped octets, which can be one character together. */
  private static StringBuilder drain(ByteArrayOutputStream octets, StringBuilder path) {
    byte[] escaped = octets.toByteArray();
    octets.reset();
    String text = new String(escaped, StandardCharsets.UTF_8);
    if (text.chars().noneMatch(c -> c == '\uFFFD' || isKept(c))) {
      return path.append(text);
    }
    for (byte octet : escaped) {
      path.append((char) (octet < 0 ? KEPT + (octet & 0xff) : octet));
    }
    return path;
  }

  /** The encoded path. */
  static String raw(String path) {
    StringBuilder raw = new StringBuilder();
    path.codePoints()
        .forEach(
            c -> {
              if (isKept(c)) {
                escape(raw, c - KEPT);
              } else if (isPlain(c)) {
                raw.append((char) c);
              } else {
                for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                  escape(raw, octet & 0xff);
                }
              }
            });
    return raw.toString();
  }

  private static boolean isKept(int c) {
    return c >= KEPT && c <= KEPT + 0xff;
  }

  private static boolean isPlain(int c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || "-._~@/".indexOf(c) >= 0;
  }

  private static void escape(StringBuilder raw, int octet) {
    raw.append("%%%02X".formatted(octet));
  }
}
