package org.mailcaravan.intake.mail;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.mailcaravan.model.VisibleText;

/** Names for the files of strangers in one folder of ours. For one thread. */
final class FileNames {
  private static final int LONGEST = 120;

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
    String cut = plain.substring(Math.max(0, plain.length() - LONGEST));
    return cut.isEmpty() ? "attachment" : cut;
  }
}
