package org.mailcaravan.settings;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.mailcaravan.model.MigrationMessage;

/** What the values of {@code tell.…} can be. */
final class TellParsers {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,49}");

  /** Those that have properties of their own. */
  private static final Set<String> TAKEN =
      Set.of("mail", "drop", "webhook", "whmcs", "zammad", "zendesk", "freshdesk");

  private TellParsers() {}

  /** {@code started, complete}; {@code all} for all, and nothing for none. */
  static Set<MigrationMessage> messages(String text, Path home) {
    if (text.equals("all")) {
      return EnumSet.allOf(MigrationMessage.class);
    }
    Set<MigrationMessage> messages = EnumSet.noneOf(MigrationMessage.class);
    Parsers.parts(text)
        .forEach(
            part ->
                messages.add(
                    MigrationMessage.of(part)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "has a part that is none of all, " + MigrationMessage.all()))));
    return messages;
  }

  /** Names of routes, without what all of them begin with. */
  static List<String> receivers(String text, Path home) {
    List<String> names = Parsers.parts(text).distinct().toList();
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "has a part that is no name of small letters, digits and dashes");
      }
      if (TAKEN.contains(name)) {
        throw new IllegalArgumentException("names " + name + ", which has properties of its own");
      }
    }
    return names;
  }
}
