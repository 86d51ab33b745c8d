package org.mailcaravan.sync.folders;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Destination folders that are ready to take messages in a pass: made where they are missing,
 * subscribed as at the source, and opened. Thread-safe.
 */
public final class ReadyFolders {
  private static final Logger LOG = LoggerFactory.getLogger(ReadyFolders.class);

  private final Map<String, String> renamed = new HashMap<>();
  private final Map<String, Integer> losses = new HashMap<>();
  private final Map<FolderName, SelectedFolder> opened = new ConcurrentHashMap<>();
  private @Nullable DestinationFolders folders;
  private @Nullable ImapConnection connection;
  private @Nullable ConnectionLost lastLoss;

  /**
   * Makes a folder, subscribes to it and opens it in one go, where nothing is in the way; else
   * {@link #ready} does so step by step, and there a failure comes again.
   */
  public void prepare(MailboxSession session, Where place, FolderMapping mapping) {
    try {
      boolean ready =
          session.sent(Side.DESTINATION, place, used -> send(session, used, mapping)).get();
      LOG.debug("{}: {}", place, ready ? "ready" : "to be made ready step by step");
    } catch (MigrationException e) {
      LOG.debug("{}: {}", place, e.getMessage());
      if (e.getCause() instanceof ConnectionLost) {
        forget();
      }
    }
  }

  /** What was being made may be there now. */
  private synchronized void forget() {
    folders = null;
  }

  private synchronized Supplier<Boolean> send(
      MailboxSession session, ImapConnection used, FolderMapping mapping) {
    DestinationFolders known = folders(session, used);
    DestinationFolders.Draft draft = known.draft(mapping);
    if (draft == null) {
      return () -> false;
    }
    Map<FolderName, Runnable> creations = new HashMap<>();
    draft.create().forEach(name -> creations.put(name, used.sendCreate(name)));
    Optional<Runnable> subscription =
        draft.subscribe() ? Optional.of(used.sendSubscribe(draft.name())) : Optional.empty();
    Supplier<SelectedFolder> opening = session.openingAtDestination(used, draft.name());
    return () -> {
      Map<FolderName, Optional<CommandRefused>> created = new HashMap<>();
      creations.forEach((name, creation) -> created.put(name, refusal(creation)));
      Optional<CommandRefused> unsubscribed = subscription.flatMap(ReadyFolders::refusal);
      SelectedFolder folder = opening.get();
      return made(known, draft, created, unsubscribed, folder);
    };
  }

  private static Optional<CommandRefused> refusal(Runnable answer) {
    try {
      answer.run();
      return Optional.empty();
    } catch (CommandRefused e) {
      return Optional.of(e);
    }
  }

  /** Not on the connection, which others may use by now. */
  private synchronized boolean made(
      DestinationFolders known,
      DestinationFolders.Draft draft,
      Map<FolderName, Optional<CommandRefused>> created,
      Optional<CommandRefused> unsubscribed,
      SelectedFolder folder) {
    boolean made = known.equals(folders);
    if (made) {
      known.made(draft, created, unsubscribed);
      opened.put(folder.name(), folder);
    }
    return made;
  }

  /**
   * Makes the destination folder of a mapping ready: it exists, and is subscribed as at the source.
   */
  public FolderName ready(MailboxSession session, Where place, FolderMapping mapping) {
    return session.on(Side.DESTINATION, place, used -> ready(session, used, mapping));
  }

  private synchronized FolderName ready(
      MailboxSession session, ImapConnection used, FolderMapping mapping) {
    Map<String, Integer> lossesBefore = Map.copyOf(losses);
    try {
      DestinationFolders made = folders(session, used);
      FolderName ready = made.ready(mapping);
      made.takeNotes().forEach(session.tally()::note);
      KnownFolders.of(session).atDestination(ready);
      return ready;
    } catch (ConnectionLost e) {
      forget();
      lastLoss = e;
      if (session.diagnosis().asksForPatience(e)) {
        // It says nothing of the names of folders.
        losses.clear();
        losses.putAll(lossesBefore);
      }
      throw e;
    } catch (CommandRefused e) {
      ConnectionLost lost = lastLoss;
      if (lost != null && e.refusal().equals(DestinationFolders.ENDED_EACH_TIME)) {
        String words = DestinationFolders.ENDED_EACH_TIME.text() + ": " + lost.getMessage();
        throw new CommandRefused(e.command(), ServerRefusal.unsaid(words));
      }
      throw e;
    }
  }

  /** Those of a pass. */
  public static ReadyFolders of(MailboxSession session) {
    return session.ofPass(ReadyFolders.class, ReadyFolders::new);
  }

  /** Notes a folder that was just opened for writing. */
  void opened(SelectedFolder folder) {
    opened.put(folder.name(), folder);
  }

  /** Opens a folder for writing, unless it was just opened. */
  public SelectedFolder open(MailboxSession session, Where place, FolderName folder) {
    SelectedFolder prepared = opened.remove(folder);
    return prepared == null ? session.open(Side.DESTINATION, place, folder) : prepared;
  }

  private DestinationFolders folders(MailboxSession session, ImapConnection used) {
    connection = used;
    DestinationFolders made = folders;
    if (made == null) {
      Listing known = KnownFolders.of(session).destination();
      made =
          new DestinationFolders(
              FolderCommands.of(() -> Objects.requireNonNull(connection)),
              known.namespaces(),
              session.hasBrokenOff(Side.DESTINATION) ? used.list(false) : known.folders(),
              KnownFolders.of(session).mappings(),
              renamed,
              losses);
      folders = made;
    }
    return made;
  }
}
