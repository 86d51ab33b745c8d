package org.mailcaravan.dav;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.model.Where;

/**
 * One card, or one event with its exceptions, ready to be stored.
 *
 * @param uid the UID in the content
 * @param place where in the export it begins
 * @param content the text to store, with CRLF
 */
record Resource(String uid, Where.InFile place, String content) {
  private static final int LONGEST_NAME = 120;
  private static final Set<String> COMPONENTS = Set.of("VEVENT", "VTODO", "VJOURNAL");

  /**
   * The last segment of its URL, without extension. It is made from the UID, so a second import
   * finds the resource of the first. A UID that is not safe in a URL or in a file name of a server
   * is replaced by its digest.
   */
  String name() {
    boolean safe =
        !uid.isEmpty()
            && uid.length() <= LONGEST_NAME
            && Character.isLetterOrDigit(uid.charAt(0))
            && uid.chars().allMatch(Resource::isSafe);
    return safe ? uid : Digest.of(uid);
  }

  /** Its component in a calendar: VEVENT, VTODO or VJOURNAL. Empty for anything else. */
  String component() {
    return content
        .lines()
        .filter(line -> line.regionMatches(true, 0, "BEGIN:V", 0, 7))
        .map(line -> line.substring(6).strip().toUpperCase(Locale.ROOT))
        .filter(COMPONENTS::contains)
        .findFirst()
        .orElse("");
  }

  Resource withContent(String other) {
    return new Resource(uid, place, other);
  }

  byte[] bytes() {
    return content.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isSafe(int c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == '@';
  }
}
