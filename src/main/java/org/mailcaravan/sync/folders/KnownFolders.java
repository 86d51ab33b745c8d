package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.FoldersBefore;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * What a pass knows of the folders of both sides: as they were listed, and their ledgers.
 * Thread-safe; a ledger belongs to one thread at a time.
 */
public final class KnownFolders {
  private final Listing source;
  private Listing destination;
  private final List<FolderLedger> ledgers;
  private List<FolderMapping> mappings = List.of();
  private Map<String, String> wanted = Map.of();
  private @Nullable List<FoldersBefore.Folder> before;
  private boolean inboxReplaced;
  private boolean recognised;
  private boolean recognisedNow;
  private final Map<Class<?>, Object> more = new ConcurrentHashMap<>();

  /**
   * @param recognised whether all was recognised that the destination held before our first pass
   */
  KnownFolders(
      Listing source, Listing destination, List<FolderLedger> ledgers, boolean recognised) {
    this.source = source;
    this.recognised = recognised;
    this.destination = destination;
    this.ledgers = new ArrayList<>(ledgers);
  }

  /**
   * What was found in a pass.
   *
   * @throws IllegalStateException when nothing was listed yet
   */
  public static KnownFolders of(MailboxSession session) {
    KnownFolders known = session.ofPass(KnownFolders.class);
    if (known == null) {
      throw new IllegalStateException(
          "the folders of "
              + session.mailbox()
              + " were not listed; a route must call mailbox:folders first");
    }
    return known;
  }

  /** From now on, these are the folders of a pass. */
  void keep(MailboxSession session) {
    session.keep(KnownFolders.class, this);
    session.checkOpened(this::requireItself);
  }

  /** What else is known of them, until they are listed again; made at its first use. */
  public <T> T with(Class<T> type, Supplier<T> make) {
    return type.cast(more.computeIfAbsent(type, any -> make.get()));
  }

  public Listing source() {
    return source;
  }

  public synchronized Listing destination() {
    return destination;
  }

  /**
   * Checks that a server has opened the folder that was asked for, and not another: one that has
   * the UIDVALIDITY of another folder, but not that with which it was listed.
   *
   * @throws NeedsAttention when it is another
   */
  public void requireItself(Side side, SelectedFolder opened) {
    long told = opened.status().uidValidity();
    List<ListedFolder> listed = (side == Side.SOURCE ? source() : destination()).folders();
    if (!isListedOtherwise(listed, opened)) {
      return;
    }
    listed.stream()
        .filter(other -> told > 0 && Listing.uidValidity(other) == told && !isNamed(other, opened))
        .findFirst()
        .ifPresent(
            other -> {
              throw new NeedsAttention(
                  new Problem(
                      ProblemCode.FOLDER_REFUSED,
                      Where.folder(opened.name()),
                      "%s opens another folder in its place, which it lists as '%s' (UIDVALIDITY %d)"
                          .formatted(side.words(), other.name(), told),
                      side == Side.SOURCE ? Owner.OLD_HOST : Owner.US,
                      "Run the request again; if it says the same, ask why IMAP opens the wrong folder."));
            });
  }

  /** Asked whenever a folder is used. */
  private static boolean isListedOtherwise(List<ListedFolder> listed, SelectedFolder opened) {
    for (ListedFolder folder : listed) {
      long before = Listing.uidValidity(folder);
      if (before > 0 && before != opened.status().uidValidity() && isNamed(folder, opened)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNamed(ListedFolder folder, SelectedFolder opened) {
    return folder.name().wire().equals(opened.name().wire());
  }

  /** What has come to a folder of the destination since the pass began has this UID or more. */
  public synchronized long firstSincePassBegan(String name, long uidValidity) {
    return destination
        .find(name)
        .map(ListedFolder::status)
        .filter(before -> before.uidValidity() == uidValidity)
        .map(before -> Math.max(1, before.uidNext()))
        .orElse(1L);
  }

  /**
   * Notes, once, how far each folder of the destination went before something was not found there.
   *
   * @param any of the account
   */
  public synchronized void note(FolderLedger any) {
    if (before(any).isEmpty()) {
      any.foldersBefore()
          .note(
              destination.folders().stream()
                  .filter(folder -> Listing.uidValidity(folder) > 0)
                  .filter(folder -> folder.status() != null && folder.status().uidNext() > 0)
                  .map(
                      folder ->
                          new FoldersBefore.Folder(
                              folder.name().text(),
                              Listing.uidValidity(folder),
                              folder.status().uidNext()))
                  .toList());
      before = null;
    }
  }

  /**
   * Nothing is looked for any more.
   *
   * @param any of the account
   */
  public synchronized void endSearch(FolderLedger any) {
    any.foldersBefore().end();
    before = null;
  }

  private List<FoldersBefore.Folder> before(FolderLedger any) {
    List<FoldersBefore.Folder> known = before;
    if (known == null) {
      known = any.foldersBefore().all();
      before = known;
    }
    return known;
  }

  /**
   * What has come to a folder of the destination since something that was sent was first not found
   * has this UID or more; 1 for a folder that was not there or of which nothing is known.
   *
   * @param any of the account
   */
  public synchronized long firstSinceNotFound(FolderLedger any, String name, long uidValidity) {
    return before(any).stream()
        .filter(folder -> Listing.isNamed(folder.name(), name))
        .findFirst()
        .map(folder -> folder.uidValidity() == uidValidity ? folder.uidNext() : Long.MAX_VALUE)
        .orElse(1L);
  }

  public synchronized void destination(Listing changed) {
    destination = changed;
  }

  /** A folder was made, or came to light. */
  public synchronized void atDestination(FolderName name) {
    destination = destination.with(name);
  }

  /** Where each folder is to go, parents before their children. */
  public synchronized List<FolderMapping> mappings() {
    return mappings;
  }

  /**
   * Where a rule leads a folder that an earlier pass has copied to another one, or null. It is that
   * rule's alone.
   */
  public synchronized @Nullable String wanted(FolderPlan plan) {
    return wanted.get(plan.name().wire());
  }

  synchronized void mappings(List<FolderMapping> map, Map<String, String> wantedByRules) {
    mappings = List.copyOf(map);
    wanted = Map.copyOf(wantedByRules);
  }

  /** All ledgers of the account, those of folders that are no longer there among them. */
  public synchronized List<FolderLedger> ledgers() {
    return List.copyOf(ledgers);
  }

  /** UIDs of the copies that are in a folder of the destination, as the ledgers say. */
  public UidSet copiesIn(String name, long uidValidity) {
    UidSet copies = new UidSet();
    for (FolderLedger ledger : ledgers()) {
      if (Listing.isNamed(ledger.pair().destinationFolder(), name)
          && ledger.pair().destinationUidValidity() == uidValidity) {
        // Read again: other lanes write theirs meanwhile.
        copies.addAll(ledger.destinationUidsOnDisk());
      }
    }
    return copies;
  }

  public synchronized void add(FolderLedger ledger) {
    ledgers.add(ledger);
  }

  public synchronized void remove(FolderLedger ledger) {
    ledgers.remove(ledger);
  }

  /** Forgets all ledgers. */
  public synchronized void clear() {
    ledgers.clear();
    recognised = false;
  }

  /** Whether all was recognised that the destination held before our first pass. */
  public synchronized boolean isRecognised() {
    return recognised;
  }

  public synchronized void recognised() {
    recognised = true;
    recognisedNow = true;
  }

  /** Whether that was done in this pass. */
  public synchronized boolean isRecognisedNow() {
    return recognisedNow;
  }

  /** The ledger of a source folder, or null when it is new. */
  public synchronized @Nullable FolderLedger ledger(FolderPlan plan) {
    String name = plan.name().wire();
    return ledgers.stream()
        .filter(ledger -> ledger.pair().sourceFolder().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** Takes note that a source folder has another UIDVALIDITY than at the pass before. */
  public synchronized void replaced(FolderPlan plan) {
    inboxReplaced |= Listing.isInbox(plan.name().text());
  }

  /** Whether INBOX was renumbered, so that the whole mailbox may have been created again. */
  public synchronized boolean isInboxReplaced() {
    return inboxReplaced
        || ledgers.stream()
            .anyMatch(ledger -> ledger.pair().isReplaced("INBOX") && ledger.present() > 0);
  }
}
