package org.mailcaravan.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.LeftOutFolder;
import org.mailcaravan.model.Mailbox;

/**
 * A certificate as JSON. {@code docs/certificate.md} describes every field. As in {@link
 * ResultJson}, each field is named here.
 */
final class CertificateJson {
  /** Raised when a field is removed or changes its meaning, not when one is added. */
  private static final int FORMAT = 1;

  private static final int NAME_LENGTH = 80;

  private CertificateJson() {}

  /**
   * The name of the certificate's files without extension: the row, which makes it unique, and the
   * address.
   */
  static String fileName(Mailbox mailbox) {
    String plain = mailbox.sourceAddress().replaceAll("[^\\p{L}\\p{N}@._+-]", "_");
    return mailbox.row() + "-" + plain.substring(0, Math.min(plain.length(), NAME_LENGTH));
  }

  /** A certificate without contacts and calendars. */
  static ObjectNode of(Mailbox mailbox, Certificate certificate) {
    return of(mailbox, certificate, List.of(), List.of());
  }

  static ObjectNode of(
      Mailbox mailbox,
      Certificate certificate,
      List<ImportResult> contacts,
      List<ImportResult> calendar) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("format", FORMAT);
    node.put("verdict", word(certificate.verdict()));
    node.put("issued", certificate.issued().toString());
    node.put("deep", certificate.deep());
    node.putObject("source")
        .put("address", mailbox.sourceAddress())
        .put("server", certificate.source());
    node.putObject("destination")
        .put("address", mailbox.destinationAddress())
        .put("server", certificate.destination());
    strings(node, "obstacles", certificate.obstacles());
    counts(
        node.putObject("totals"),
        new FolderCertificate.Messages(
            certificate.sum(folder -> folder.messages().copied()),
            certificate.sum(folder -> folder.messages().alreadyThere()),
            certificate.sum(folder -> folder.messages().elsewhere()),
            certificate.sum(folder -> folder.messages().setAside()),
            certificate.sum(folder -> folder.messages().failed()),
            certificate.sum(folder -> folder.messages().unaccounted()),
            certificate.sum(folder -> folder.messages().leftOut())),
        new FolderCertificate.Copies(
            certificate.sum(folder -> folder.copies().inPlace()),
            certificate.sum(folder -> folder.copies().movedByUser()),
            certificate.sum(folder -> folder.copies().gone()),
            certificate.sum(folder -> folder.copies().altered()),
            certificate.sum(folder -> folder.copies().cut())));
    ArrayNode folders = node.putArray("folders");
    certificate.folders().forEach(folder -> folders.add(of(folder)));
    ArrayNode excluded = node.putArray("excluded");
    for (LeftOutFolder folder : certificate.excluded()) {
      ObjectNode one = excluded.addObject().put("folder", folder.folder());
      if (folder.messages() < 0) {
        one.putNull("messages");
      } else {
        one.put("messages", folder.messages());
      }
      one.put("reason", folder.reason());
    }
    node.set("contacts", ImportJson.of(contacts));
    node.set("calendar", ImportJson.of(calendar));
    strings(node, "rules", certificate.rules());
    return node;
  }

  /** The word for a verdict, a reason or a finding, in kebab case. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static ObjectNode of(FolderCertificate folder) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("source", folder.source());
    node.put("destination", folder.destination());
    node.put("verdict", word(folder.verdict()));
    node.put("verified", folder.verified().toString());
    node.put("deep", folder.deep());
    node.put("obstacle", folder.obstacle());
    counts(node.putObject("counts"), folder.messages(), folder.copies());
    node.put("destinationMessages", folder.destinationMessages());
    node.put("notOurs", folder.notOurs());
    node.put("sourceDigest", folder.sourceDigest());
    node.put("destinationDigest", folder.destinationDigest());
    ArrayNode listed = node.putArray("listed");
    for (FolderCertificate.Listed message : folder.listed()) {
      listed
          .addObject()
          .put("uid", message.uid())
          .put("reason", word(message.reason()))
          .put("finding", word(message.finding()))
          .put("detail", message.detail());
    }
    ArrayNode leftOut = node.putArray("leftOut");
    for (FolderCertificate.LeftOut rule : folder.leftOut()) {
      leftOut.addObject().put("rule", rule.rule()).put("messages", rule.messages());
    }
    strings(node, "notes", folder.notes());
    node.put("wrongFlags", folder.flags().wrong());
    ArrayNode flags = node.putArray("flags");
    for (FolderCertificate.ChangedFlag flag : folder.flags().changed()) {
      flags
          .addObject()
          .put("flag", flag.flag())
          .put("dropped", flag.dropped())
          .put("added", flag.added());
    }
    return node;
  }

  private static void counts(
      ObjectNode node, FolderCertificate.Messages messages, FolderCertificate.Copies copies) {
    node.put("messages", messages.all())
        .put("copied", messages.copied())
        .put("alreadyThere", messages.alreadyThere())
        .put("elsewhere", messages.elsewhere())
        .put("setAside", messages.setAside())
        .put("failed", messages.failed())
        .put("unaccounted", messages.unaccounted())
        .put("leftOut", messages.leftOut())
        .put("inPlace", copies.inPlace())
        .put("movedByUser", copies.movedByUser())
        .put("gone", copies.gone())
        .put("altered", copies.altered())
        .put("cut", copies.cut());
  }

  private static void strings(ObjectNode node, String field, Collection<String> values) {
    ArrayNode array = node.putArray(field);
    values.forEach(array::add);
  }
}
