package org.mailcaravan.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxCheck;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.VerifyResult;

/**
 * A result as JSON, for {@code --json} and the report folder. {@code docs/json-result.md} describes
 * every field. Each field is named here, so a change of the model does not change the document, nor
 * add anything secret to it.
 */
public final class ResultJson {
  /** Raised when a field is removed or changes its meaning, not when one is added. */
  private static final int FORMAT = 1;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ResultJson() {}

  /** Writes the result of a migration. */
  public static void write(MigrationResult result, PrintWriter out) {
    document(result).write(out);
  }

  /** The same without its lists: totals, however many mailboxes it has. */
  static String totals(MigrationResult result) {
    return document(result).fields().toString();
  }

  /** What a pass did, as an element of the mailboxes of a migration, and of which one. */
  static String json(MailboxResult result) {
    Mailbox mailbox = result.mailbox();
    ObjectNode node = of(result);
    node.putObject("migration").put("id", mailbox.migrationId());
    node.put("pass", mailbox.pass().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    return node.toString();
  }

  private static JsonDocument document(MigrationResult result) {
    List<MailboxResult> mailboxes = result.mailboxes();
    long arrived = mailboxes.stream().filter(m -> m.state() == MailboxState.COPIED).count();
    JsonDocument document = head(result.migration());
    ObjectNode node = document.fields();
    node.put("finished", result.finished().toString());
    node.put("allArrived", result.allArrived());
    node.putObject("totals")
        .put("mailboxes", mailboxes.size())
        .put("arrived", arrived)
        .put("needAttention", mailboxes.size() - arrived)
        .put("rejectedRows", rejectedRows(result.migration()))
        .put("folders", sum(mailboxes, MailboxResult::folders))
        .put("copied", sum(mailboxes, MailboxResult::copied))
        .put("alreadyThere", sum(mailboxes, MailboxResult::alreadyThere))
        .put("setAside", sum(mailboxes, MailboxResult::setAside))
        .put("bytes", sum(mailboxes, MailboxResult::bytes));
    document.list("mailboxes", mailboxes.stream().map(ResultJson::of));
    document.list("rejected", rejected(result.migration()));
    node.set("reading", of(result.migration().reading()));
    node.put("reportFolder", result.reportFolder().toString());
    return document;
  }

  /** Writes the result of {@code check}. */
  public static void write(CheckResult result, PrintWriter out) {
    document(result).write(out);
  }

  private static JsonDocument document(CheckResult result) {
    List<MailboxCheck> mailboxes = result.mailboxes();
    long ready = mailboxes.stream().filter(m -> m.problems().isEmpty()).count();
    JsonDocument document = head(result.migration());
    ObjectNode node = document.fields();
    node.set("reading", of(result.migration().reading()));
    node.put("allGood", result.allGood());
    node.putObject("totals")
        .put("mailboxes", mailboxes.size())
        .put("ready", ready)
        .put("needAttention", mailboxes.size() - ready)
        .put("rejectedRows", rejectedRows(result.migration()));
    document.list("mailboxes", mailboxes.stream().map(ResultJson::of));
    document.list("rejected", rejected(result.migration()));
    return document;
  }

  private static ObjectNode of(RequestReading reading) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("kind", reading.kind());
    node.put("form", reading.form());
    ArrayNode details = node.putArray("details");
    reading.details().forEach(details::add);
    ArrayNode columns = node.putArray("columns");
    reading
        .columns()
        .forEach(
            column ->
                columns
                    .addObject()
                    .put("place", column.place())
                    .put("header", column.header())
                    .put("column", column.column())
                    .put("ignored", column.ignored()));
    ArrayNode notes = node.putArray("notes");
    reading.notes().forEach(notes::add);
    return node;
  }

  private static ObjectNode of(MailboxCheck check) {
    ObjectNode node = mailbox(check.mailbox());
    node.put("ready", check.problems().isEmpty());
    node.set("sourceFound", of(check.source()));
    node.set("destinationFound", of(check.destination()));
    node.set("problems", problems(check.problems()));
    ArrayNode notes = node.putArray("notes");
    check.notes().forEach(notes::add);
    return node;
  }

  /** Writes the result of {@code verify}. */
  public static void write(VerifyResult result, PrintWriter out) {
    document(result).write(out);
  }

  private static JsonDocument document(VerifyResult result) {
    List<MailboxVerification> mailboxes = result.mailboxes();
    long complete = mailboxes.stream().filter(MailboxVerification::complete).count();
    JsonDocument document = head(result.migration());
    ObjectNode node = document.fields();
    node.put("allComplete", result.allComplete());
    node.putObject("totals")
        .put("mailboxes", mailboxes.size())
        .put("complete", complete)
        .put("needAttention", mailboxes.size() - complete)
        .put("rejectedRows", rejectedRows(result.migration()));
    document.list("mailboxes", mailboxes.stream().map(ResultJson::of));
    document.list("rejected", rejected(result.migration()));
    node.put("certificateFolder", result.certificateFolder().toString());
    return document;
  }

  private static ObjectNode of(MailboxVerification verification) {
    ObjectNode node = mailbox(verification.mailbox());
    Certificate certificate = verification.certificate();
    verdict(node, verification.mailbox(), certificate);
    if (certificate == null) {
      node.putNull("certificate");
    } else {
      node.set("certificate", CertificateJson.of(verification.mailbox(), certificate));
    }
    node.set("problems", problems(verification.problems()));
    return node;
  }

  private static void verdict(ObjectNode node, Mailbox mailbox, @Nullable Certificate certificate) {
    if (certificate == null) {
      node.putNull("verdict");
      node.putNull("certificateFile");
    } else {
      node.put("verdict", CertificateJson.word(certificate.verdict()));
      node.put("certificateFile", CertificateJson.fileName(mailbox) + ".json");
    }
  }

  /** The document for a command that failed. */
  public static ObjectNode error(List<Problem> problems) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("format", FORMAT);
    node.set("error", of(problems.get(0)));
    if (problems.size() > 1) {
      ArrayNode all = node.putArray("errors");
      problems.forEach(problem -> all.add(of(problem)));
    }
    return node;
  }

  /** A document as text, indented, with a line end. */
  public static String text(JsonNode node) {
    try {
      return VisibleEscapes.of(MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node))
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonDocument head(Migration migration) {
    JsonDocument document = new JsonDocument();
    ObjectNode node = document.fields();
    node.put("format", FORMAT);
    node.putObject("migration").put("id", migration.id()).put("name", migration.name());
    node.put("started", migration.opened().toString());
    return document;
  }

  private static ObjectNode of(MailboxResult result) {
    ObjectNode node = mailbox(result.mailbox());
    node.put("state", result.state().name().toLowerCase(Locale.ROOT));
    node.put("folders", result.folders());
    node.put("copied", result.copied());
    node.put("alreadyThere", result.alreadyThere());
    node.put("setAside", result.setAside());
    node.putObject("carriedOver")
        .put("moved", result.carriedOver().moved())
        .put("flagsUpdated", result.carriedOver().flagsUpdated())
        .put("deletedAtSource", result.carriedOver().deletedAtSource())
        .put("mirrored", result.carriedOver().mirrored());
    node.put("bytes", result.bytes());
    node.put("seconds", Math.round(result.seconds() * 1000) / 1000.0);
    verdict(node, result.mailbox(), result.certificate());
    node.set("contacts", ImportJson.of(result.contacts()));
    node.set("calendar", ImportJson.of(result.calendar()));
    node.set("problems", problems(result.problems()));
    ArrayNode notes = node.putArray("notes");
    result.notes().forEach(notes::add);
    return node;
  }

  private static ObjectNode mailbox(Mailbox mailbox) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("row", mailbox.row());
    node.putObject("source")
        .put("address", mailbox.sourceAddress())
        .put("host", mailbox.source().host())
        .put("port", mailbox.source().port())
        .put("security", mailbox.source().security().word());
    node.putObject("destination").put("address", mailbox.destinationAddress());
    node.put("pass", mailbox.pass().name().toLowerCase(Locale.ROOT));
    return node;
  }

  private static ObjectNode of(SideCheck side) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("ok", side.ok());
    node.put("folders", side.folders());
    node.put("messages", side.messages());
    if (side.bytes() < 0) {
      node.putNull("bytes");
    } else {
      node.put("bytes", side.bytes());
    }
    return node;
  }

  static ArrayNode problems(List<Problem> problems) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    problems.forEach(problem -> list.add(of(problem)));
    return list;
  }

  private static ObjectNode of(Problem problem) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("code", problem.code().id());
    node.put("severity", problem.severity().id());
    node.put("place", problem.place().toString());
    ObjectNode where = node.putObject("where");
    problem.place().parts().forEach((name, value) -> where.set(name, MAPPER.valueToTree(value)));
    return node.put("cause", problem.cause())
        .put("owner", word(problem.owner()))
        .put("nextStep", problem.nextStep())
        .put("notBefore", Objects.toString(problem.notBefore(), null));
  }

  private static String word(Owner owner) {
    return switch (owner) {
      case CUSTOMER -> "customer";
      case OLD_HOST -> "old-provider";
      case US -> "us";
    };
  }

  private static Stream<ObjectNode> rejected(Migration migration) {
    return migration.rejected().stream().map(ResultJson::of);
  }

  private static ObjectNode of(RowProblem row) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("line", row.line())
        .put("column", row.column())
        .put("severity", row.severity().id())
        .put("value", row.value())
        .put("problem", row.problem())
        .put("remedy", row.remedy());
  }

  private static long rejectedRows(Migration migration) {
    return migration.rejected().stream().map(RowProblem::line).distinct().count();
  }

  private static long sum(List<MailboxResult> mailboxes, ToLongFunction<MailboxResult> part) {
    return mailboxes.stream().mapToLong(part).sum();
  }
}
