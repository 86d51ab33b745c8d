package org.mailcaravan.intake.mail;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.model.VisibleText;

/** Names for the files of strangers in one folder of ours. For one thread. */
final class FileNames {
  /** Octets; file systems take 255, and more is added. */
  private static final int LONGEST = 180;

  private static final int LONGEST_ENDING = 10;

  private final Set<String> names = new HashSet<>();

  /** A safe name that no other file has. */
  String next(String given) {
    String name = safe(given);
    String free = name;
    for (int copy = 2; !names.add(free.toLowerCase(Locale.ROOT)); copy++) {
      int dot = name.lastIndexOf('.');
      free =
          dot < 0 ? name + "-" + copy : name.substring(0, dot) + "-" + copy + name.substring(dot);
    }
    return free;
  }

  /** The name without folders, and without characters that file systems or terminals act on. */
  private static String safe(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String plain =
        VisibleText.of(last).replaceAll("[:*?\"<>|;$\\\\]", "_").replaceFirst("^[. ]+", "").strip();
    return plain.isEmpty() ? "attachment" : shortened(plain);
  }

  /** The beginning, which may name a mailbox, and the ending, which says what is in the file. */
  private static String shortened(String name) {
    int dot = name.lastIndexOf('.');
    int end = dot > 0 && name.length() - dot <= LONGEST_ENDING ? dot : name.length();
    String ending = name.substring(end);
    int most = Math.min(name.codePointCount(0, end), LONGEST);
    StringBuilder stem = new StringBuilder(name.substring(0, name.offsetByCodePoints(0, most)));
    while (octets(stem + ending) > LONGEST) {
      stem.setLength(stem.offsetByCodePoints(stem.length(), -1));
    }
    return stem + ending;
  }

  private static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
