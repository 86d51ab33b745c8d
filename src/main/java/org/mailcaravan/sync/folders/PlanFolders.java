package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.model.FolderRole;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.FolderPair;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.sync.session.BothSides;
import org.mailcaravan.sync.session.MailboxSession;
import org.mailcaravan.sync.session.PassTally;

/**
 * {@code mailbox:folders}: plans which folders there are, and where each goes. Changes nothing on
 * either side, and follows in the ledger folders that were renamed there. Thread-safe.
 */
public final class PlanFolders {
  private final Ledger ledger;
  private final BiFunction<MailboxSession, List<FolderPlan>, List<Iterator<FolderPlan>>> lanes;

  /**
   * @param lanes shares the folders of a pass out among lanes
   */
  public PlanFolders(
      Ledger ledger,
      BiFunction<MailboxSession, List<FolderPlan>, List<Iterator<FolderPlan>>> lanes) {
    this.ledger = ledger;
    this.lanes = lanes;
  }

  /**
   * Plans.
   *
   * @throws NeedsAttention when the source shows no folder at all, which no mailbox is like
   */
  public MailboxPlan plan(MailboxSession session) {
    BothSides<Listing> listed = BothSides.ask(side -> Listing.of(session, side));
    Listing source = FolderContents.of(session, listed.source());
    Listing destination = listed.destination();
    StatusTrust.of(session).listed(session.manners(Side.SOURCE), source);
    if (source.folders().stream().allMatch(PlanFolders::isUnlisted)) {
      throw noFolders(session);
    }
    List<FolderLedger> ledgers = ledger.folders(session.accountPair());
    followNames(destination, ledgers, () -> namesByRules(session, source, destination));
    followSpellingOfInbox(source, ledgers);
    new KnownFolders(source, destination, ledgers, ledger.isRecognised(session.accountPair()))
        .keep(session);
    Map<String, String> earlier = new HashMap<>();
    ledgers.forEach(
        known -> earlier.put(known.pair().sourceFolder(), known.pair().destinationFolder()));
    FolderMap map =
        FolderMapper.map(
            source.kind(),
            source.namespaces(),
            source.folders(),
            destination.namespaces(),
            destination.folders(),
            earlier,
            PassRules.of(session));
    KnownFolders.of(session).mappings(map.folders(), map.wanted());
    return planned(session, source.kind(), map);
  }

  /** To be thrown when the source shows no folder at all. */
  static NeedsAttention noFolders(MailboxSession session) {
    return new NeedsAttention(
        new Problem(
            ProblemCode.NO_FOLDERS,
            Where.foldersAt(session.server(Side.SOURCE)),
            "the server lists no folder, not even INBOX",
            Owner.OLD_HOST,
            "Try again later; if it stays so, ask the old provider why IMAP shows no folders."));
  }

  /**
   * INBOX is the same in any spelling (RFC 9051 section 5.1), and a server may list it in another
   * one than at an earlier pass. Where it lists two that differ, each is a folder of its own.
   */
  private static void followSpellingOfInbox(Listing source, List<FolderLedger> ledgers) {
    List<String> listed =
        OnlyOnce.of(source.folders(), new ArrayList<>()).stream()
            .filter(ListedFolder::selectable)
            .map(folder -> folder.name().wire())
            .filter(Listing::isInbox)
            .toList();
    List<FolderLedger> known =
        ledgers.stream().filter(each -> Listing.isInbox(each.pair().sourceFolder())).toList();
    if (listed.size() == 1
        && known.stream().noneMatch(each -> each.pair().sourceFolder().equals(listed.get(0)))) {
      known.stream()
          .max(Comparator.comparingLong(FolderLedger::count))
          .ifPresent(each -> each.recordPair(each.pair().inSpelling(listed.get(0))));
    }
  }

  /** Where each source folder would go if nothing of it had been copied, by its name. */
  private static Map<String, String> namesByRules(
      MailboxSession session, Listing source, Listing destination) {
    return FolderMapper.map(
            source.kind(),
            source.namespaces(),
            source.folders(),
            destination.namespaces(),
            destination.folders(),
            Map.of(),
            PassRules.of(session))
        .folders()
        .stream()
        .collect(
            Collectors.toMap(
                mapping -> mapping.source().name().wire(),
                FolderMapping::destination,
                (first, second) -> first));
  }

  /**
   * A folder that the user renamed at the destination is found by its UIDVALIDITY; it keeps that
   * name, and what is new goes there. One that has the name that a rule gives it was renamed by us,
   * before a kill.
   */
  private static void followNames(
      Listing destination, List<FolderLedger> ledgers, Supplier<Map<String, String>> byRules) {
    Map<FolderLedger, String> renamed = new HashMap<>();
    List<FolderLedger> displaced =
        ledgers.stream()
            .filter(known -> destination.folders().stream().noneMatch(f -> isOf(f, known)))
            .toList();
    for (FolderLedger known : displaced) {
      if (isNumberedAnew(destination, known, displaced)) {
        continue;
      }
      List<ListedFolder> found =
          destination.folders().stream()
              .filter(folder -> hasUidValidityOf(folder, known))
              .filter(folder -> ledgers.stream().noneMatch(other -> isOf(folder, other)))
              .toList();
      if (found.size() == 1) {
        renamed.put(known, found.get(0).name().text());
      }
    }
    if (renamed.isEmpty()) {
      return;
    }
    Map<String, String> ours = byRules.get();
    renamed.forEach(
        (known, name) -> {
          FolderPair pair = known.pair();
          boolean isOurs = name.equals(ours.get(pair.sourceFolder()));
          known.recordPair(
              isOurs ? pair.to(name, pair.destinationUidValidity()) : pair.toUsers(name));
        });
  }

  /**
   * Whether the folder is where it was under another UIDVALIDITY, as Courier's are after our
   * RENAME. Courier deals UIDVALIDITYs by the second, so that another folder may have the one that
   * it had. Where the user gave its name to another of our folders, it has really gone elsewhere.
   */
  private static boolean isNumberedAnew(
      Listing destination, FolderLedger known, List<FolderLedger> displaced) {
    return destination
        .find(known.pair().destinationFolder())
        .filter(there -> displaced.stream().noneMatch(other -> hasUidValidityOf(there, other)))
        .isPresent();
  }

  private static boolean isOf(ListedFolder folder, FolderLedger known) {
    return hasUidValidityOf(folder, known)
        && Listing.isNamed(folder, known.pair().destinationFolder());
  }

  private static boolean hasUidValidityOf(ListedFolder folder, FolderLedger known) {
    return folder.selectable()
        && Listing.uidValidity(folder) > 0
        && Listing.uidValidity(folder) == known.pair().destinationUidValidity();
  }

  private static boolean isUnlisted(ListedFolder folder) {
    return folder.attributes().contains(ListedFolder.UNLISTED);
  }

  private MailboxPlan planned(MailboxSession session, SourceKind kind, FolderMap map) {
    PassTally tally = session.tally();
    for (FolderMapping mapping : map.folders()) {
      mapping
          .notes()
          .forEach(note -> tally.note("Folder " + mapping.source().name() + ": " + note));
      if (isUnlisted(mapping.source())) {
        tally.note(
            "The old provider does not list INBOX; it is there all the same, and is copied.");
      }
    }
    for (ExcludedFolder excluded : map.excluded()) {
      tally.note(
          "Folder "
              + excluded.folder().name()
              + " was left out"
              + count(excluded.folder())
              + ": "
              + excluded.reason());
    }
    map.folders().stream()
        .flatMap(mapping -> FolderCaps.problem(kind, mapping.source()).stream())
        .forEach(tally::problem);
    List<FolderStatus> statuses =
        map.folders().stream()
            .flatMap(mapping -> Stream.ofNullable(mapping.source().status()))
            .toList();
    tally.planned(
        map.folders().size(),
        statuses.stream().mapToLong(status -> Math.max(0, status.messages())).sum(),
        statuses.stream().mapToLong(status -> Math.max(0, status.size())).sum());
    Stream<FolderMapping> order = map.folders().stream();
    if (kind == SourceKind.GMAIL) {
      order = order.sorted(Comparator.comparingInt(PlanFolders::gmailRank));
    }
    return new MailboxPlan(
        session.mailbox(),
        order.map(mapping -> new FolderPlan(session.mailbox(), mapping)).toList(),
        map.excluded(),
        folders -> lanes.apply(session, folders));
  }

  private static String count(ListedFolder folder) {
    long messages = Listing.messages(folder);
    return messages == 0 ? "" : " (" + messages + (messages == 1 ? " message)" : " messages)");
  }

  /**
   * Gmail shows a message under each of its labels, and it is copied from the first of them only: a
   * label that the user gave comes before Gmail's own, INBOX after them, All Mail last.
   */
  private static int gmailRank(FolderMapping mapping) {
    ListedFolder folder = mapping.source();
    if (folder.attributes().contains("\\all")) {
      return 3;
    }
    if (Listing.isInbox(folder.name().text())) {
      return 2;
    }
    return FolderRole.isIn(folder.attributes()) ? 1 : 0;
  }
}
