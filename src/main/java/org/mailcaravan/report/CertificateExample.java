package org.mailcaravan.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.LeftOutFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Where;

/** A certificate with content in every part, to test a template. */
final class CertificateExample {
  private CertificateExample() {}

  static Map<String, Object> page() {
    Mailbox mailbox =
        new Mailbox(
            "example",
            "example",
            1,
            "ann@old.example",
            new Server("imap.old.example", 993, Security.TLS),
            "ann@old.example",
            "ann@new.example",
            null,
            null,
            RowOptions.NONE,
            Policy.NONE,
            Pass.FIRST);
    ImportResult contacts =
        new ImportResult(
            "contacts.vcf",
            "Contacts",
            1,
            1,
            1,
            1,
            1,
            List.of(
                new Problem(Where.line("contacts.vcf", 3), "it has no name", Owner.CUSTOMER, "")),
            List.of("contacts.vcf line 9: a note."));
    return CertificatePage.of(
        mailbox,
        certificate(),
        List.of(contacts),
        List.of(),
        new CertificatePage.Issuer("an issuer", "a contact"));
  }

  private static Certificate certificate() {
    FolderCertificate folder =
        new FolderCertificate(
            "INBOX",
            "INBOX",
            Instant.EPOCH,
            false,
            new FolderCertificate.Messages(5, 0, 1, 1, 1, 1, 2),
            new FolderCertificate.Copies(1, 1, 1, 1, 1),
            6,
            1,
            "a",
            "b",
            "it could not be opened",
            List.of(new FolderCertificate.Listed(7, FolderCertificate.Reason.FAILED, "too large")),
            List.of("A note."),
            FolderCertificate.Flags.NONE,
            FolderCertificate.Surplus.NONE,
            List.of(new FolderCertificate.LeftOut("larger=50M", 2)));
    return new Certificate(
        Instant.EPOCH,
        "imap.old.example",
        "imap.new.example",
        List.of(folder),
        List.of(new LeftOutFolder("Calendar", 3, "it holds appointments")),
        List.of("A rule."),
        List.of("An obstacle."));
  }
}
