package org.mailcaravan.sync.verify;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.VerifiedFolders;
import org.mailcaravan.store.VerifiedFolders.Verified;
import org.mailcaravan.sync.copy.FolderLook;
import org.mailcaravan.sync.copy.Looks;
import org.mailcaravan.sync.copy.Room;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.PassTally;

/**
 * {@code mailbox:verify}: compares both sides of a mailbox and accounts for every message of the
 * source. Changes nothing on either side. Thread-safe.
 */
public final class VerifyMailbox {
  /** How many folders are read in one go. */
  private static final int AT_ONCE = 50;

  private final VerifiedFolders verified;
  private final Clock clock;
  private final Path spool;

  /**
   * @param spool the folder for what does not fit into memory
   */
  public VerifyMailbox(VerifiedFolders verified, Clock clock, Path spool) {
    this.verified = verified;
    this.clock = clock;
    this.spool = spool;
  }

  /**
   * Verifies, and gives the certificate to the tally of the pass; called again after a failure, it
   * goes on with the next folder.
   *
   * @param deep whether to compare contents rather than sizes and dates
   * @param everyFolder whether to compare all folders; else only those in which something has
   *     happened since they were compared last
   */
  public void verify(MailboxSession session, MailboxPlan plan, boolean deep, boolean everyFolder) {
    new Verification(session, plan, deep, everyFolder).run();
  }

  private final class Verification {
    private final MailboxSession session;
    private final KnownFolders folders;
    private final MailboxPlan plan;
    private final boolean deep;
    private final boolean everyFolder;
    private final List<FolderComparison> comparisons = new ArrayList<>();
    private final Map<FolderPlan, FolderCertificate> accounts = new HashMap<>();
    private final List<FolderComparison> open = new ArrayList<>();
    private final FolderTables tables;
    private final ComparisonProblems told;
    private final MailboxStatements statements;

    /** Why some folder could not be compared yet, after which it is worth to try again; or null. */
    private @Nullable MigrationException unfinished;

    Verification(MailboxSession session, MailboxPlan plan, boolean deep, boolean everyFolder) {
      this.session = session;
      this.folders = KnownFolders.of(session);
      this.plan = plan;
      this.deep = deep;
      this.everyFolder = everyFolder;
      this.tables = new FolderTables(session);
      this.told = new ComparisonProblems(session, everyFolder);
      this.statements = new MailboxStatements(folders, everyFolder);
    }

    /**
     * What keeps some folders from being compared keeps none of the others: there is a certificate
     * whatever comes, and it says of these folders why they were not compared.
     */
    void run() {
      try {
        compareAll();
        List<MissingMessages> missing =
            comparisons.stream().map(FolderComparison::missing).toList();
        if (missing.stream().anyMatch(MissingMessages::isOpen)) {
          new MissingCopies(session, missing, deep).find();
        }
        comparisons.forEach(each -> each.countSurplus(missing));
      } catch (MigrationException e) {
        unfinished = e;
      }
      MigrationException failure = unfinished;
      comparisons.stream().filter(each -> !each.isOpen()).forEach(this::account);
      if (failure != null) {
        for (FolderPlan folder : plan.folders()) {
          accounts.computeIfAbsent(folder, open -> notCompared(open, failure.problem().cause()));
        }
      }
      Certificate certificate = certificate();
      session.tally().certificate(certificate);
      if (failure != null) {
        throw failure;
      }
      told.requireReason(certificate, statements.notListed());
    }

    private void compareAll() {
      for (FolderPlan folder : plan.folders()) {
        verify(folder);
      }
      List<FolderComparison> together = new ArrayList<>();
      long messages = 0;
      for (FolderComparison comparison : open) {
        messages += comparison.expected();
        if (together.size() == AT_ONCE || FolderPieces.isLarge(messages)) {
          compare(together);
          together.clear();
          messages = comparison.expected();
        }
        together.add(comparison);
      }
      compare(together);
    }

    private void verify(FolderPlan folder) {
      FolderComparison made = Comparisons.of(session).comparison(folder);
      if (made != null) {
        comparisons.add(made);
        return;
      }
      MigrationException hopeless = session.hopeless();
      FolderLook look = Looks.of(session).at(folder);
      if (hopeless != null) {
        // It may have come where a step goes on without an answer.
        if (!session.tally().tells(hopeless.problem().code())) {
          session.tally().problem(hopeless.problem());
        }
        accounts.put(folder, notCompared(folder, hopeless.problem().cause()));
      } else if (everyFolder) {
        FolderLedger ledger = folders.ledger(folder);
        Optional<Verified> before = ledger == null ? Optional.empty() : verified.find(ledger);
        compare(folder, stampedUidNext(ledger), null, before);
      } else if (look == null) {
        accounts.put(folder, notCompared(folder, told.whyNotLookedAt(folder)));
      } else {
        verify(folder, look);
      }
    }

    private void verify(FolderPlan folder, FolderLook look) {
      FolderLedger ledger = look.ledger();
      Optional<Verified> before = ledger == null ? Optional.empty() : verified.find(ledger);
      if (ledger != null
          && before.isPresent()
          && look.isUnchanged()
          && holds(before.get(), ledger)
          && ledger.journal().sentAgain().isEmpty()) {
        accounts.put(
            folder,
            before.get().account().named(folder.folder(), ledger.pair().destinationFolder()));
      } else {
        compare(folder, seenUidNext(look, ledger), look.freshUids(), before);
      }
    }

    /** Whether nothing has come or gone on either side since a comparison. */
    private boolean holds(Verified before, FolderLedger ledger) {
      if (!before.stamp().equals(ledger.stamp()) || !before.isOf(ledger.pair())) {
        return false;
      }
      ListedFolder listed =
          folders.destination().find(ledger.pair().destinationFolder()).orElse(null);
      if (listed == null) {
        return before.destination() == null;
      }
      FolderStatus now = listed.status();
      return now != null
          && now.uidNext() > 0
          && FolderComparison.stamp(now).equals(before.destination());
    }

    private void compare(
        FolderPlan folder, long firstUnseen, @Nullable UidSet fresh, Optional<Verified> before) {
      FolderLedger ledger = folders.ledger(folder);
      EarlierComparison earlier =
          before
              .filter(last -> ledger != null && last.isOf(ledger.pair()))
              .map(last -> EarlierComparison.of(last, deep, everyFolder))
              .orElseGet(EarlierComparison::none);
      open.add(
          new FolderComparison(
              session, folder, ledger, firstUnseen, deep, earlier, fresh, tables, spool));
      if (!everyFolder) {
        open.get(open.size() - 1).accounting().ofPass(Room.of(session));
      }
    }

    private void compare(List<FolderComparison> some) {
      if (some.isEmpty()) {
        return;
      }
      // What is large is read in pieces, when its turn comes.
      List<FolderComparison> small =
          some.stream().filter(each -> !FolderPieces.isLarge(each.expected())).toList();
      tables.read(
          small.stream().map(FolderComparison::sourceName).toList(),
          small.stream()
              .map(FolderComparison::destinationName)
              .filter(Objects::nonNull)
              .distinct()
              .toList());
      some.forEach(this::compare);
    }

    private void compare(FolderComparison comparison) {
      FolderPlan folder = comparison.plan();
      try {
        comparison.compare();
        session.tally().compared(comparison.messages());
        if (everyFolder) {
          session.tally().shown(comparison.messages(), comparison.octets());
        }
        Comparisons.of(session).comparison(folder, comparison);
        comparisons.add(comparison);
      } catch (NeedsAttention e) {
        if (e.getCause() != null
            && !(e.getCause() instanceof CommandRefused)
            && !session.goesOnAfter(e)) {
          throw e;
        }
        session.tally().problem(e.problem());
        accounts.put(folder, notCompared(folder, e.problem().cause()));
      } catch (TryAgain e) {
        if (!(e.getCause() instanceof CommandRefused)
            || e.problem().code() == ProblemCode.THROTTLED) {
          throw e;
        }
        unfinished = unfinished == null ? e : unfinished;
        accounts.put(folder, notCompared(folder, e.problem().cause()));
      }
    }

    private void account(FolderComparison comparison) {
      FolderPlan folder = comparison.plan();
      String dropped = session.tally().droppedFlags(folder.place());
      if (dropped != null) {
        comparison.accounting().note(dropped);
      }
      FolderCertificate account = comparison.account(clock.instant());
      accounts.put(folder, account);
      if (!Comparisons.of(session).isAccounted(folder)) {
        record(comparison, account);
        told.tell(comparison, account);
        Comparisons.of(session).accounted(folder);
      }
    }

    private void record(FolderComparison comparison, FolderCertificate account) {
      FolderLedger ledger = comparison.ledger();
      if (ledger == null || account.obstacle() != null) {
        return;
      }
      if (!everyFolder) {
        if (!comparison.missing().notStored().isEmpty()) {
          folders.note(ledger);
        }
        ledger.recordAllSeen(comparison.missing().notStored());
        session.tally().notStored(comparison.missing().notStored().count());
        String filed = comparison.accounting().filedElsewhere();
        if (filed != null) {
          session.tally().note(PassTally.capitalized(comparison.plan().place()) + ": " + filed);
        }
      }
      UidSet read = comparison.read();
      if (!read.isEmpty()) {
        ledger.recordRead(read::contains);
      }
      verified.put(
          ledger,
          account,
          comparison.destinationStamp(),
          comparison.alike().text(),
          comparison.wrongFlags().toString());
    }

    private FolderCertificate notCompared(FolderPlan folder, String reason) {
      FolderAccounting accounting =
          new FolderAccounting(folder, folders.ledger(folder), 0, deep, spool);
      accounting.obstacle(reason);
      FolderLedger ledger = folders.ledger(folder);
      if (ledger != null && ledger.present() > 0) {
        accounting.note(
            "Messages that are recorded as copied or there before, and count as not copied here, since nothing was"
                + " compared: "
                + ledger.present()
                + ".");
      }
      accounting.unaccountedUnseen(Listing.messages(folder.mapping().source()));
      return accounting.account(clock.instant());
    }

    /** Whether messages have left a folder since the last pass: Gmail's have lost a label then. */
    private boolean hasLostLabels() {
      return comparisons.stream().anyMatch(comparison -> comparison.left() > 0);
    }

    private Certificate certificate() {
      List<FolderCertificate> inOrder = new ArrayList<>();
      for (FolderPlan folder : plan.folders()) {
        FolderCertificate account = accounts.get(folder);
        if (account != null) {
          inOrder.add(account);
          told.tellAltered(folder, account);
          told.tellDoubled(folder, account);
          told.tellSecondCopies(folder, account);
          told.tellCut(folder, account);
          told.tellWrongFlags(folder, account);
        }
      }
      return new Certificate(
          clock.instant(),
          session.server(Side.SOURCE).host(),
          session.server(Side.DESTINATION).host(),
          inOrder,
          statements.leftOut(plan),
          statements.rules(inOrder),
          statements.obstacles(hasLostLabels()));
    }
  }

  private static long stampedUidNext(@Nullable FolderLedger ledger) {
    return ledger == null ? 0 : Math.max(0, ledger.stamp().uidNext());
  }

  private static long seenUidNext(FolderLook look, @Nullable FolderLedger ledger) {
    return look.isUnchanged() ? stampedUidNext(ledger) : Math.max(0, look.firstUnseen());
  }
}
