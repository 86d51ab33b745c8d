package org.mailcaravan.sync.folders;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Namespaces;

/** Folder names at which servers part ways. */
public final class OddNames {
  /** File systems stop at 255 octets, and Maildir++ makes one file name of the whole. */
  private static final int LONG = 200;

  /** Wildcards of LIST, and what some servers take for a namespace, a user or a path. */
  private static final Pattern ODD = Pattern.compile("[*%#~\"\\\\\\p{Cntrl}]");

  private OddNames() {}

  /**
   * Whether the server is a Courier, by the shared namespaces that only it tells. Under UTF8=ACCEPT
   * it makes a folder of any name, and then ends each connection without UTF8=ACCEPT at LIST, when
   * the name has a character that takes two units in UTF-16, as an emoji does.
   */
  static boolean courierNames(Namespaces namespaces) {
    return namespaces.foreignPrefixes().contains("#shared.");
  }

  public static boolean isBeyondFirstPlane(String name) {
    return name.codePoints().anyMatch(Character::isSupplementaryCodePoint);
  }

  /** Whether a server may refuse the name, change it, or break off the connection over it. */
  static boolean isOdd(String name, @Nullable Character separator) {
    return name.length() > LONG
        || isBeyondFirstPlane(name)
        || ODD.matcher(name).find()
        || !Normalizer.isNormalized(name, Normalizer.Form.NFC)
        || components(name, separator).stream()
            .anyMatch(component -> !component.equals(component.strip()));
  }

  /** The same for names that a server may have made of each other. */
  static String like(String name) {
    return Arrays.stream(name.split("(?<=[/.\\\\])|(?=[/.\\\\])", -1))
        .map(
            component ->
                Normalizer.normalize(component, Normalizer.Form.NFKC)
                    .replaceAll("\\p{Cntrl}", "")
                    .strip()
                    .toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  private static List<String> components(String name, @Nullable Character separator) {
    return separator == null
        ? List.of(name)
        : Arrays.asList(name.split(Pattern.quote(separator.toString()), -1));
  }
}
