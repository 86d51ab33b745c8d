package org.mailcaravan.report;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.LeftOutFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxCheck;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestReading.ReadColumn;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.VerifyResult;
import org.mailcaravan.model.Where;

/** Results to test with: one good mailbox, one with trouble, one that is blocked, two bad rows. */
public final class Results {
  private static final Instant OPENED = Instant.parse("2026-03-01T08:00:00Z");
  private static final Problem WRONG_PASSWORD =
      new Problem(
          ProblemCode.WRONG_PASSWORD,
          Where.loginAt("imap.old.example"),
          "NO [AUTHENTICATIONFAILED] Invalid credentials",
          Owner.CUSTOMER,
          "Send the right password.");

  private Results() {}

  /** What became of a file of contacts. */
  static ImportResult contacts(Problem refused) {
    return new ImportResult(
        "contacts.vcf",
        "Contacts",
        3,
        1,
        2,
        1,
        1,
        List.of(refused),
        List.of("contacts.vcf line 20 (UID x): not stored."));
  }

  public static Mailbox mailbox(int row, String source, String destination) {
    return new Mailbox(
        "b1/" + row,
        "b1",
        row,
        source,
        new Server("imap.old.example", 993, Security.TLS),
        source,
        destination,
        null,
        null,
        RowOptions.NONE,
        Policy.NONE,
        Pass.FIRST);
  }

  public static Migration migration(List<Mailbox> mailboxes, boolean rejected) {
    return new Migration(
        "20260301-080000-list.csv",
        "list.csv",
        OPENED,
        mailboxes,
        rejected
            ? List.of(
                new RowProblem(
                    5, "source_imap_server", "", "it is empty", "Give the server's name."),
                new RowProblem(
                    5, "source_password", Secret.MASK, "it is too long", "Give the password."),
                new RowProblem(7, "", "a;b", "it has 2 columns\u001b[2J", "Fill in all columns."))
            : List.of());
  }

  public static MailboxResult result(Mailbox mailbox, MailboxState state) {
    return new MailboxResult(
        mailbox,
        state,
        12,
        1234,
        56,
        0,
        CarriedOver.NOTHING,
        12_897_484,
        62.3456,
        List.of(),
        List.of(),
        null,
        List.of(),
        List.of());
  }

  public static MigrationResult mixed() {
    Mailbox anna = mailbox(1, "anna@old.example", "anna@old.example");
    Mailbox mori = mailbox(2, "森@old.example", "mori@new.example");
    Mailbox otto = mailbox(3, "otto@old.example", "otto@old.example");
    Problem setAside =
        new Problem(
            ProblemCode.MESSAGE_TOO_LARGE,
            Where.message(17, Where.folder("Entwürfe")),
            "NO [TOOBIG] message\r\nis too large",
            Owner.US,
            "Raise the limit.");
    Problem card =
        new Problem(
            Where.line("contacts.vcf", 12), "it has no name", Owner.CUSTOMER, "Fix the card.");
    return new MigrationResult(
        migration(List.of(anna, mori, otto), true),
        OPENED.plusSeconds(90),
        List.of(
            result(anna, MailboxState.COPIED),
            new MailboxResult(
                mori,
                MailboxState.INCOMPLETE,
                3,
                10,
                0,
                1,
                new CarriedOver(4, 3, 2, 1),
                1023,
                0.5,
                List.of(contacts(card)),
                List.of(),
                certificate(false),
                List.of(setAside),
                List.of("Folder Kalender was left out: it holds no mail.")),
            new MailboxResult(
                otto,
                MailboxState.BLOCKED,
                0,
                0,
                0,
                0,
                CarriedOver.NOTHING,
                0,
                0.02,
                List.of(),
                List.of(),
                null,
                List.of(WRONG_PASSWORD),
                List.of())),
        Path.of("/var/lib/mailcaravan/reports/20260301-080000-list.csv"));
  }

  /** A mailbox of which one message was refused. */
  static MigrationResult setAside() {
    Mailbox anna = mailbox(1, "anna@old.example", "anna@old.example");
    FolderCertificate drafts =
        new FolderCertificate(
            "Drafts",
            "Drafts",
            OPENED,
            false,
            new FolderCertificate.Messages(8, 0, 0, 1, 0, 0, 0),
            new FolderCertificate.Copies(8, 0, 0, 0, 0),
            8,
            0,
            "bb".repeat(32),
            "bb".repeat(32),
            null,
            List.of(
                new FolderCertificate.Listed(17, FolderCertificate.Reason.SET_ASIDE, "=too large")),
            List.of(),
            FolderCertificate.Flags.NONE,
            FolderCertificate.Surplus.NONE,
            List.of());
    Problem problem =
        new Problem(
            ProblemCode.MESSAGE_TOO_LARGE,
            Where.message(17, Where.folder("Drafts")),
            "NO",
            Owner.US,
            "Raise the limit.");
    return new MigrationResult(
        migration(List.of(anna), false),
        OPENED,
        List.of(
            new MailboxResult(
                anna,
                MailboxState.INCOMPLETE,
                1,
                8,
                0,
                1,
                CarriedOver.NOTHING,
                1023,
                0.5,
                List.of(),
                List.of(),
                new Certificate(
                    OPENED,
                    "imap.old.example",
                    "mail.new.example",
                    List.of(drafts),
                    List.of(),
                    List.of(),
                    List.of()),
                List.of(problem),
                List.of())),
        Path.of("/reports/b1"));
  }

  public static MigrationResult of(MailboxState state, boolean rejected) {
    Mailbox anna = mailbox(1, "anna@old.example", "anna@old.example");
    return new MigrationResult(
        migration(List.of(anna), rejected),
        OPENED,
        List.of(result(anna, state)),
        Path.of("/reports/b1"));
  }

  public static CheckResult check(boolean good) {
    Mailbox anna = mailbox(1, "anna@old.example", "anna@old.example");
    Mailbox otto = mailbox(3, "otto@old.example", "otto@old.example");
    MailboxCheck ready =
        new MailboxCheck(
            anna,
            new SideCheck(true, 12, 1290, -1),
            new SideCheck(true, 1, 1, 512),
            List.of(),
            List.of("Mail is there."));
    MailboxCheck blocked =
        new MailboxCheck(
            otto,
            SideCheck.FAILED,
            new SideCheck(true, 1, 0, 0),
            List.of(WRONG_PASSWORD),
            List.of());
    return good
        ? new CheckResult(migration(List.of(anna), false), List.of(ready))
        : new CheckResult(read(migration(List.of(anna, otto), true)), List.of(ready, blocked));
  }

  private static Migration read(Migration migration) {
    return new Migration(
        migration.id(),
        migration.name(),
        migration.opened(),
        migration.mailboxes(),
        migration.rejected(),
        new RequestReading(
            "CSV",
            "Microsoft 365",
            List.of("commas", "UTF-8"),
            List.of(
                new ReadColumn(1, "EmailAddress", "destination_email", ""),
                new ReadColumn(2, "UserRoot", "", "it is not needed\u001b[2J"),
                new ReadColumn(3, "source_email", "source_email", ""),
                new ReadColumn(4, "source_password", "source_password", "")),
            List.of("Look at line 3.")));
  }

  /** A complete one, or one in which something of every kind is wrong. */
  public static Certificate certificate(boolean good) {
    FolderCertificate inbox =
        new FolderCertificate(
            "INBOX",
            "INBOX",
            OPENED.plusSeconds(60),
            false,
            new FolderCertificate.Messages(1200, 34, 0, 0, 0, 0, 0),
            new FolderCertificate.Copies(1230, 4, 0, 0, 0),
            1250,
            20,
            "aa".repeat(32),
            "aa".repeat(32),
            null,
            List.of(),
            List.of("2 messages have other line ends at the new server."),
            new FolderCertificate.Flags(
                0, List.of(new FolderCertificate.ChangedFlag("$Label1", 120, 0))),
            FolderCertificate.Surplus.NONE,
            List.of());
    FolderCertificate drafts =
        new FolderCertificate(
            "Entwürfe <b>&amp;",
            "Drafts",
            OPENED.plusSeconds(61),
            false,
            new FolderCertificate.Messages(8, 0, 3, 1, 1, 2, 2),
            new FolderCertificate.Copies(5, 1, 1, 1, 0),
            7,
            0,
            "bb".repeat(32),
            "cc".repeat(32),
            "the old provider announces 17 messages but shows only 15",
            List.of(
                new FolderCertificate.Listed(
                    17,
                    FolderCertificate.Reason.SET_ASIDE,
                    "the new server refused it: <i>too large</i>"),
                new FolderCertificate.Listed(
                    18, FolderCertificate.Reason.FAILED, "the server hangs up"),
                new FolderCertificate.Listed(
                    19, FolderCertificate.Reason.UNACCOUNTED, "no pass has copied it"),
                new FolderCertificate.Listed(
                    2, FolderCertificate.Reason.GONE, "it is in no folder"),
                new FolderCertificate.Listed(
                    3,
                    FolderCertificate.Reason.ALTERED,
                    FolderCertificate.Finding.OTHER_DATE,
                    "its date is another")),
            List.of(),
            FolderCertificate.Flags.NONE,
            FolderCertificate.Surplus.NONE,
            List.of(new FolderCertificate.LeftOut("larger=50M because it is <b>large", 2)));
    return new Certificate(
        OPENED.plusSeconds(80),
        "imap.old.example",
        "mail.new.example",
        good ? List.of(inbox) : List.of(inbox, drafts),
        List.of(
            new LeftOutFolder("Kalender", 12, "Exchange keeps appointments in it."),
            new LeftOutFolder("Shared", -1, "It belongs to another user.")),
        List.of("Gmail shows a message under each of its labels; it is copied once."),
        good ? List.of() : List.of("A source folder is gone."));
  }

  public static VerifyResult verification(boolean good) {
    Mailbox anna = mailbox(1, "anna@old.example", "anna@old.example");
    Mailbox mori = mailbox(2, "森@old.example", "mori@new.example");
    Mailbox otto = mailbox(3, "otto@old.example", "otto@old.example");
    MailboxVerification complete = new MailboxVerification(anna, certificate(true), List.of());
    return new VerifyResult(
        migration(good ? List.of(anna) : List.of(anna, mori, otto), !good),
        good
            ? List.of(complete)
            : List.of(
                complete,
                new MailboxVerification(mori, certificate(false), List.of()),
                new MailboxVerification(otto, null, List.of(WRONG_PASSWORD))),
        Path.of("/reports/b1-verified"));
  }

  private static final Problem FAULT =
      new Problem(ProblemCode.FAULT, Where.PROGRAM, "it failed", Owner.US, "Look into the log.");

  /** A mailbox at which the program itself fails. */
  public static VerifyResult verificationWithFault() {
    Mailbox anna = mailbox(1, "anna@old.example", "anna@old.example");
    return new VerifyResult(
        migration(List.of(anna), false),
        List.of(new MailboxVerification(anna, null, List.of(FAULT))),
        Path.of("/reports/b1-verified"));
  }

  /** The same of a check. */
  public static CheckResult checkWithFault() {
    Mailbox anna = mailbox(1, "anna@old.example", "anna@old.example");
    return new CheckResult(
        migration(List.of(anna), false),
        List.of(
            new MailboxCheck(anna, SideCheck.FAILED, SideCheck.FAILED, List.of(FAULT), List.of())));
  }
}
