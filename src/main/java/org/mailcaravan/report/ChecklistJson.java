package org.mailcaravan.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.mailcaravan.cutover.Checklist;
import org.mailcaravan.cutover.ChecklistRow;

/** What the DNS of domains says and should say, for programs. docs/dns.md lists the fields. */
public final class ChecklistJson {
  private ChecklistJson() {}

  /** The object, with a line end. */
  public static String of(List<Checklist> checklists) {
    JsonDocument document = new JsonDocument();
    document
        .fields()
        .put("needs_attention", checklists.stream().anyMatch(Checklist::needsAttention));
    document.list("domains", checklists.stream().map(ChecklistJson::of));
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    document.write(out);
    out.flush();
    return text.toString();
  }

  private static ObjectNode of(Checklist checklist) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("domain", checklist.domain()).put("needs_attention", checklist.needsAttention());
    ArrayNode rows = node.putArray("rows");
    checklist.rows().forEach(row -> add(rows.addObject(), row));
    return node;
  }

  private static void add(ObjectNode node, ChecklistRow row) {
    node.put("item", row.item())
        .put("name", row.name())
        .put("type", row.type())
        .put("status", row.status().word())
        .put("missing_setting", row.configured() ? null : row.missingSetting())
        .put("words", row.words());
    ArrayNode evidence = node.putArray("evidence");
    for (ChecklistRow.Evidence each : row.evidence()) {
      ObjectNode said = evidence.addObject();
      ArrayNode servers = said.putArray("servers");
      each.servers().forEach(servers::add);
      said.put("said", each.said()).put("ttl_seconds", each.ttlSeconds());
    }
    ArrayNode publish = node.putArray("publish");
    row.publish().forEach(publish::add);
  }
}
