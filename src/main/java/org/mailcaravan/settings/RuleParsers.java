package org.mailcaravan.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.model.rules.MapFolder;
import org.mailcaravan.model.rules.RuleText;

/** What the values of {@code copy.leave-out} and {@code copy.map} can be. */
final class RuleParsers {
  private RuleParsers() {}

  static List<LeaveOut> leaveOut(String text, Path home) {
    return read(text, RuleText::leaveOut);
  }

  static List<MapFolder> map(String text, Path home) {
    return read(text, RuleText::map);
  }

  private static <T> T read(String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not understood: " + e.getMessage(), e);
    }
  }
}
