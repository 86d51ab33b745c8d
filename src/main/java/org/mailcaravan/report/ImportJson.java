package org.mailcaravan.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.mailcaravan.model.ImportResult;

/** The results of imports as JSON, in results and in certificates. */
final class ImportJson {
  private ImportJson() {}

  static ArrayNode of(List<ImportResult> results) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (ImportResult result : results) {
      ObjectNode imported = list.addObject();
      imported.put("file", result.file());
      imported.put("collection", result.collection());
      imported.put("imported", result.imported());
      imported.put("alreadyThere", result.alreadyThere());
      imported.put("updated", result.updated());
      imported.put("kept", result.kept());
      imported.put("repeated", result.repeated());
      imported.set("refused", ResultJson.problems(result.refused()));
      ArrayNode notes = imported.putArray("notes");
      result.notes().forEach(notes::add);
    }
    return list;
  }
}
