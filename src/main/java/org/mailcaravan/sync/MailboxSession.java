package org.mailcaravan.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderFetch;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass of one mailbox: its connections, opened when they are first needed and again after they
 * were lost, and what was counted so far. Thread-safe: each thread that works on the mailbox has a
 * {@link Lane} of its own, until they are {@link #release released} to others.
 */
public final class MailboxSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxSession.class);

  private final Mailbox mailbox;
  private final PassTally tally;
  private final Accounts accounts;
  private final Connector sourceConnector;
  private final Connector destinationConnector;
  private final Map<Side, SideCheck> found = new ConcurrentHashMap<>();
  private final Map<String, String> renamed = new HashMap<>();
  private final Set<FolderName> attempted = ConcurrentHashMap.newKeySet();
  private final Map<Message, Integer> losses = new ConcurrentHashMap<>();
  private final Set<Side> brokeOff = ConcurrentHashMap.newKeySet();
  private final Map<Thread, Lane> lanes = new HashMap<>();
  private final Deque<Lane> free = new ArrayDeque<>();
  private volatile @Nullable MigrationException hopeless;
  private volatile @Nullable KnownFolders folders;
  private @Nullable DestinationFolders destinationFolders;

  MailboxSession(
      Mailbox mailbox,
      PassTally tally,
      Accounts accounts,
      Connector sourceConnector,
      Connector destinationConnector) {
    this.mailbox = mailbox;
    this.tally = tally;
    this.accounts = accounts;
    this.sourceConnector = sourceConnector;
    this.destinationConnector = destinationConnector;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  /**
   * Under which names the ledger knows the two accounts. Another port or protection leads to the
   * same account.
   */
  Ledger.AccountPair accountPair() {
    return new Ledger.AccountPair(
        account(mailbox.sourceUsername(), mailbox.source()),
        account(mailbox.destinationAddress(), accounts.destination()));
  }

  private static String account(String user, Server server) {
    return (user + " at " + server.host()).toLowerCase(Locale.ROOT);
  }

  /** What is known of the folders of both sides. */
  KnownFolders folders() {
    KnownFolders known = folders;
    if (known == null) {
      throw new IllegalStateException(
          "the folders of "
              + mailbox
              + " were not listed; a route must call mailbox:folders first");
    }
    return known;
  }

  void folders(KnownFolders known) {
    folders = known;
  }

  /** What was counted so far. */
  public PassTally tally() {
    return tally;
  }

  Server server(Side side) {
    return side == Side.SOURCE ? mailbox.source() : accounts.destination();
  }

  /**
   * Does something on a connection that is logged in.
   *
   * @param place what it is, for messages: {@code folder Archive}
   * @throws MigrationException what the server's answer means; after {@link TryAgain} the next call
   *     connects anew where that is needed
   */
  <T> T on(Side side, String place, Function<ImapConnection, T> work) {
    MigrationException end = hopeless;
    if (end != null) {
      throw end;
    }
    try {
      return work.apply(connection(side));
    } catch (ImapException e) {
      throw translated(e, side, place);
    } catch (CompletionException e) {
      if (e.getCause() instanceof ImapException cause) {
        throw translated(cause, side, place);
      }
      throw e;
    }
  }

  /**
   * Opens a folder, so that {@link #in} can be used on it: at the destination for writing, at the
   * source so that nothing in it changes. Courier deals its UIDs anew at an EXAMINE of a folder
   * that was never selected, so there SELECT is the gentler one; we never store or expunge.
   */
  SelectedFolder open(Side side, String place, FolderName folder) {
    return open(side, place, folder, side == Side.SOURCE);
  }

  /** As {@link #open}, and a folder that is open for writing already is not opened again. */
  SelectedFolder opened(Side side, String place, FolderName folder) {
    SelectedFolder now = lane().folder(side);
    return now != null && now.name().equals(folder) && !now.readOnly()
        ? now
        : open(side, place, folder);
  }

  /**
   * Makes and opens the destination folder of a mapping, where that can be done; a failure comes
   * again when the folder is needed.
   */
  void prepareDestination(String place, FolderMapping mapping) {
    try {
      opened(Side.DESTINATION, place, destinationFolder(place, mapping));
    } catch (MigrationException e) {
      LOG.debug("{}: {}", place, e.getMessage());
    }
  }

  /** Opens a folder so that nothing in it changes, at the destination too. */
  SelectedFolder examine(Side side, String place, FolderName folder) {
    return open(side, place, folder, true);
  }

  /**
   * Opens a folder so that nothing in it changes, and reads from all its messages in one go; gives
   * what was told of the folder.
   *
   * @param meanwhile what can be done at the other side before the answer is there
   */
  SelectedFolder read(
      Side side,
      String place,
      FolderName folder,
      Set<FetchItem> items,
      Consumer<FetchedMessage> sink,
      Runnable meanwhile) {
    if (!canBeExamined(side)) {
      SelectedFolder opened = open(side, place, folder);
      if (opened.status().messages() != 0) {
        in(
            side,
            place,
            opened,
            connection -> connection.fetch("1:*", items, PullMessages.NO_CONTENT, sink).join());
      }
      return opened;
    }
    lane().noFolder(side);
    SelectedFolder opened =
        on(
            side,
            place,
            connection -> {
              FolderFetch fetch = connection.examine(folder, "1:*", items, sink);
              meanwhile.run();
              SelectedFolder told = fetch.folder();
              if (told.status().messages() != 0) {
                fetch.messages().join();
              }
              return told;
            });
    lane().opened(side, opened);
    return opened;
  }

  /**
   * Does something in several folders, which it opens itself.
   *
   * @throws MigrationException as of {@link #on}
   */
  <T> T all(Side side, Function<ImapConnection, T> work) {
    lane().noFolder(side);
    return on(side, "folders at " + server(side), work);
  }

  /** Whether EXAMINE changes nothing at a server. */
  boolean canBeExamined(Side side) {
    return on(side, "folders at " + server(side), connection -> !isCourier(side, connection));
  }

  /** Its EXAMINE may deal UIDs anew; at the destination we never examine first. */
  private static boolean isCourier(Side side, ImapConnection connection) {
    return side == Side.SOURCE && connection.greeting().contains("Courier-IMAP");
  }

  private SelectedFolder open(Side side, String place, FolderName folder, boolean readOnly) {
    lane().noFolder(side);
    SelectedFolder opened =
        on(
            side,
            place,
            connection ->
                !readOnly || isCourier(side, connection)
                    ? connection.select(folder)
                    : connection.examine(folder));
    lane().opened(side, opened);
    return opened;
  }

  /**
   * Does something in a folder that was opened before. After a lost connection it is opened again.
   *
   * @param opened what {@link #open} told
   * @throws NeedsAttention when the folder was replaced by another since, so that its UIDs mean
   *     something else
   */
  <T> T in(Side side, String place, SelectedFolder opened, Function<ImapConnection, T> work) {
    SelectedFolder now = lane().folder(side);
    if (now == null
        || !now.name().equals(opened.name())
        || (now.readOnly() && !opened.readOnly())) {
      now = open(side, place, opened.name(), side == Side.SOURCE || opened.readOnly());
    }
    if (now.status().uidValidity() != opened.status().uidValidity()) {
      throw new NeedsAttention(
          new Problem(
              place,
              "the folder was replaced by another of its name at " + side.words() + " in mid-copy",
              side == Side.SOURCE ? Owner.OLD_HOST : Owner.US,
              "Run the request again."));
    }
    return on(side, place, work);
  }

  private MigrationException translated(ImapException failure, Side side, String place) {
    if (failure instanceof ConnectionLost) {
      brokeOff.add(side);
      lane().disconnect(side);
    }
    return Diagnosis.of(failure, side, place, server(side).toString());
  }

  /**
   * Takes note of a failure that will not be retried. When it concerns the whole mailbox, not one
   * folder, nothing more is tried in this pass: every other folder would wait and fail likewise.
   */
  void failed(MigrationException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof ConnectFailed
        || cause instanceof LoginRefused
        || (cause instanceof CommandRefused refused && Diagnosis.isOverQuota(refused.refusal()))) {
      hopeless = failure;
    }
  }

  /** The failure after which nothing more is tried in this pass, or null. */
  @Nullable MigrationException hopeless() {
    return hopeless;
  }

  private ImapConnection connection(Side side) {
    ImapConnection open = lane().connection(side);
    if (open != null) {
      return open;
    }
    Credentials credentials =
        side == Side.SOURCE ? accounts.source(mailbox) : accounts.destination(mailbox);
    Connector connector = side == Side.SOURCE ? sourceConnector : destinationConnector;
    ImapConnection made = connector.connect(server(side));
    try {
      made.login(credentials);
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    lane().connected(side, made);
    return made;
  }

  /**
   * Makes the destination folder of a mapping ready: it exists, and is subscribed as at the source.
   */
  synchronized FolderName destinationFolder(String place, FolderMapping mapping) {
    return on(
        Side.DESTINATION,
        place,
        connection -> {
          DestinationFolders made = destinationFolders;
          if (made == null) {
            Listing known = folders().destination();
            made =
                new DestinationFolders(
                    FolderCommands.of(() -> connection(Side.DESTINATION)),
                    known.namespaces(),
                    known.folders(),
                    folders().mappings(),
                    renamed);
            destinationFolders = made;
          }
          FolderName ready = made.ready(mapping);
          made.takeNotes().forEach(tally::note);
          folders().destination(folders().destination().with(ready));
          return ready;
        });
  }

  /**
   * Opens the destination folder of a ledger.
   *
   * @return empty when it is not there any more, or its UIDs were dealt anew
   */
  Optional<SelectedFolder> destinationOf(String place, FolderLedger ledger) {
    return folders()
        .destination()
        .find(ledger.pair().destinationFolder())
        .map(folder -> open(Side.DESTINATION, place, folder.name()))
        .filter(
            opened ->
                opened.status().uidValidity() > 0
                    && opened.status().uidValidity() == ledger.pair().destinationUidValidity());
  }

  /** Whether a step has begun to pull new messages of a folder. */
  boolean isPulled(FolderPlan plan) {
    return attempted.contains(plan.mapping().source().name());
  }

  /** Whether this is the first call for a folder in this pass. */
  boolean isFirstLook(FolderPlan plan) {
    return attempted.add(plan.mapping().source().name());
  }

  /** Notes what a look at one side found. */
  void found(Side side, SideCheck check) {
    found.put(side, check);
  }

  /** What a look at one side found; nothing, when it was never looked at. */
  SideCheck found(Side side) {
    return found.getOrDefault(side, SideCheck.FAILED);
  }

  private record Message(Side side, FolderName folder, long uid) {}

  /**
   * Notes which messages were under way at a failure, so that the one at which a server always
   * fails can be told from the others. A server that asks for patience says nothing of the
   * messages; a refusal does only if a message was alone.
   */
  void failedWith(TryAgain failure, Side side, FolderPlan plan, Collection<Long> uids) {
    boolean lost =
        failure.getCause() instanceof ConnectionLost connection
            && !Diagnosis.passes(connection.bye());
    boolean refusedAlone = failure.getCause() instanceof CommandRefused && uids.size() == 1;
    if (lost || refusedAlone) {
      for (long uid : uids) {
        losses.merge(new Message(side, plan.mapping().source().name(), uid), 1, Integer::sum);
      }
    }
  }

  /** How often the connection was lost while this message was under way. */
  int losses(Side side, FolderPlan plan, long uid) {
    return losses.getOrDefault(new Message(side, plan.mapping().source().name(), uid), 0);
  }

  /** Whether a connection was lost in this pass. */
  boolean hasBrokenOff(Side side) {
    return brokeOff.contains(side);
  }

  /** Closes a connection of this thread; it is opened again when it is needed. */
  void disconnect(Side side) {
    lane().disconnect(side);
  }

  private Lane lane() {
    synchronized (lanes) {
      return lanes.computeIfAbsent(
          Thread.currentThread(), thread -> free.isEmpty() ? new Lane() : free.pop());
    }
  }

  /** Whether both sides take this thread's connections, which are open then. */
  boolean canConnect() {
    try {
      connection(Side.SOURCE);
      connection(Side.DESTINATION);
      return true;
    } catch (ImapException e) {
      lane().close();
      return false;
    }
  }

  /** Gives this thread connections that are open and free, if there are any. */
  void claim() {
    lane();
  }

  /**
   * Leaves all connections, as they are, to whichever thread needs some next. To be called when no
   * thread works on the mailbox.
   */
  void release() {
    synchronized (lanes) {
      // One whose connections were lost, or refused, comes last.
      lanes.values().stream()
          .sorted(Comparator.comparingInt(Lane::connections))
          .forEach(free::push);
      lanes.clear();
    }
  }

  /** Closes all connections; what still works on one then fails. */
  @Override
  public void close() {
    List<Lane> all;
    synchronized (lanes) {
      all = new ArrayList<>(lanes.values());
      all.addAll(free);
      lanes.clear();
      free.clear();
    }
    all.forEach(Lane::leave);
    all.forEach(Lane::close);
  }
}
