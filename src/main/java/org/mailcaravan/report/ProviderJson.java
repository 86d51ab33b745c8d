package org.mailcaravan.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Server;
import org.mailcaravan.providers.Finding;
import org.mailcaravan.providers.Finding.Found;
import org.mailcaravan.providers.Finding.NoImap;
import org.mailcaravan.providers.Finding.NotFound;
import org.mailcaravan.providers.LoginKind;
import org.mailcaravan.providers.Provider;

/** Where somebody's mail is, for programs. docs/providers.md lists the fields. */
public final class ProviderJson {
  private ProviderJson() {}

  /**
   * The object, with a line end.
   *
   * @param usable whether rows may go there without naming the server
   */
  public static String of(String domain, Finding finding, boolean usable) {
    JsonDocument document = new JsonDocument();
    ObjectNode fields = document.fields();
    fields.put("domain", domain).put("usable", usable);
    if (finding instanceof Found found) {
      fields.set("server", server(fields.objectNode(), found.server()));
      fields.put("found_by", found.way().words()).put("evidence", found.evidence());
      fields.put("login_name", found.userName().words());
      ArrayNode logins = fields.putArray("logins");
      found.logins().stream().sorted().map(LoginKind::word).forEach(logins::add);
      addProvider(fields, found.provider());
    } else if (finding instanceof NoImap none) {
      fields.putNull("server");
      fields.put("found_by", none.way().words()).put("evidence", none.evidence());
      addProvider(fields, none.provider());
    } else {
      fields.putNull("server");
      ArrayNode tried = fields.putArray("tried");
      ((NotFound) finding).tried().forEach(one -> tried.add(one.toString()));
    }
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    document.write(out);
    out.flush();
    return text.toString();
  }

  private static ObjectNode server(ObjectNode node, Server server) {
    return node.put("host", server.host())
        .put("port", server.port())
        .put("security", server.security().word());
  }

  private static void addProvider(ObjectNode fields, @Nullable Provider provider) {
    if (provider == null) {
      fields.putNull("provider");
      return;
    }
    ObjectNode node = fields.putObject("provider");
    node.put("id", provider.id()).put("name", provider.name());
    addLimit(node, "connections", provider.limits().connections());
    addLimit(node, "mailboxes_at_once", provider.limits().mailboxesAtOnce());
    addLimit(node, "mib_a_day", provider.limits().mibADay());
    ArrayNode leftOut = node.putArray("left_out");
    provider.leftOut().forEach(leftOut::add);
    node.putObject("help")
        .put("en", provider.help().en())
        .put("de", provider.help().de())
        .put("link", provider.help().link());
    node.put("source", provider.source());
  }

  /** 0 is not known. */
  private static void addLimit(ObjectNode node, String name, int limit) {
    if (limit == 0) {
      node.putNull(name);
    } else {
      node.put(name, limit);
    }
  }
}
