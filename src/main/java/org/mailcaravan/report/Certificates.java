package org.mailcaravan.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.VerifyResult;

/**
 * Creates the certificates of mailboxes: the bean {@code certificates} of the routes. Thread-safe.
 */
public final class Certificates {
  /** The subfolder in the report folder of a migration. */
  static final String FOLDER = "certificates";

  private final CertificateTemplate template;
  private final CertificatePage.Issuer issuer;

  /**
   * @param template the template of the page
   * @param issuer who issues the certificates
   * @param contact whom customers can ask
   */
  public Certificates(CertificateTemplate template, String issuer, String contact) {
    this.template = template;
    this.issuer = new CertificatePage.Issuer(issuer, contact);
  }

  /**
   * A file to write.
   *
   * @param file its path below the folder of all reports
   */
  public record Document(String file, String text) {}

  /** The certificates of a finished migration; a mailbox that was not compared has none. */
  public List<Document> documents(MigrationResult result) {
    List<Document> documents = new ArrayList<>();
    for (MailboxResult mailbox : result.mailboxes()) {
      add(
          documents,
          name(result.reportFolder()) + "/" + FOLDER,
          mailbox.mailbox(),
          mailbox.certificate(),
          mailbox.contacts(),
          mailbox.calendar());
    }
    return documents;
  }

  /** The certificates of a verification. */
  public List<Document> documents(VerifyResult result) {
    List<Document> documents = new ArrayList<>();
    for (MailboxVerification mailbox : result.mailboxes()) {
      add(
          documents,
          name(result.certificateFolder()),
          mailbox.mailbox(),
          mailbox.certificate(),
          List.of(),
          List.of());
    }
    return documents;
  }

  /** The page of a mailbox; empty where it was not compared. */
  Optional<CustomerFile> page(MailboxResult mailbox) {
    Certificate certificate = mailbox.certificate();
    return certificate == null
        ? Optional.empty()
        : Optional.of(
            new CustomerFile(
                "certificate-" + CertificateJson.fileName(mailbox.mailbox()) + ".html",
                "text/html; charset=UTF-8",
                page(mailbox.mailbox(), certificate, mailbox.contacts(), mailbox.calendar())
                    .getBytes(StandardCharsets.UTF_8)));
  }

  private String page(
      Mailbox mailbox,
      Certificate certificate,
      List<ImportResult> contacts,
      List<ImportResult> calendar) {
    return template.fill(CertificatePage.of(mailbox, certificate, contacts, calendar, issuer));
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private void add(
      List<Document> documents,
      String folder,
      Mailbox mailbox,
      @Nullable Certificate certificate,
      List<ImportResult> contacts,
      List<ImportResult> calendar) {
    if (certificate != null) {
      String file = folder + "/" + CertificateJson.fileName(mailbox);
      documents.add(
          new Document(
              file + ".json",
              ResultJson.text(CertificateJson.of(mailbox, certificate, contacts, calendar))));
      documents.add(new Document(file + ".html", page(mailbox, certificate, contacts, calendar)));
    }
  }
}
