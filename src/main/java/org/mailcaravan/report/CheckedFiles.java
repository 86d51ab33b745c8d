package org.mailcaravan.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.mailcaravan.model.Problem;

/**
 * What {@code routes check} says of route files without a mistake. docs/routes.md lists the fields.
 */
public final class CheckedFiles {
  private CheckedFiles() {}

  /** For people, with a line end. */
  public static String text(int files, int routes, List<Problem> warnings) {
    StringBuilder text = new StringBuilder();
    warnings.forEach(warning -> text.append("Warning: ").append(ResultTable.of(warning)));
    return text.append(
            warnings.isEmpty()
                ? "%d route files, %d routes: nothing is wrong.%n".formatted(files, routes)
                : "%d route files, %d routes: nothing is wrong; %s.%n"
                    .formatted(files, routes, count(warnings.size())))
        .toString();
  }

  private static String count(int warnings) {
    return warnings == 1 ? "1 warning" : warnings + " warnings";
  }

  /** For programs, with a line end. */
  public static String json(int files, int routes, List<Problem> warnings) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("files", files).put("routes", routes);
    node.set("warnings", ResultJson.problems(warnings));
    return ResultJson.text(node);
  }
}
