package org.mailcaravan.sync.copy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.SourceKind;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * The folders of a plan, shared out among a few lanes that are copied side by side: each takes the
 * largest folder that is left. Thread-safe; a lane is for one thread. Camel's splitter asks for the
 * next folder before it handles this one, so that each lane has one more in hand, a small one at
 * the end.
 */
public final class FolderLanes {
  private final Deque<FolderPlan> waiting;

  private FolderLanes(Collection<FolderPlan> folders) {
    this.waiting = new ArrayDeque<>(folders);
  }

  /**
   * Distributes folders among lanes.
   *
   * @param most how many lanes there may be
   * @param connections how many connections to either side the lanes may share
   * @return at least one
   */
  public static List<Iterator<FolderPlan>> of(
      MailboxSession session, List<FolderPlan> folders, int most, int connections) {
    // Gmail's order tells from which label a message is copied.
    boolean inOrder = KnownFolders.of(session).source().kind() == SourceKind.GMAIL;
    List<FolderPlan> order = new ArrayList<>(folders);
    if (!inOrder) {
      // An opened folder may show that the server's STATUS is old, and with it that "unchanged"
      // folders are not.
      order.sort(
          Comparator.comparing((FolderPlan folder) -> isUnchanged(session, folder))
              .thenComparing(Comparator.comparingLong(FolderLanes::octets).reversed()));
    }
    long changed = order.stream().filter(folder -> !isUnchanged(session, folder)).count();
    FolderLanes lanes = new FolderLanes(order);
    List<MailboxSession> sessions = new ArrayList<>();
    List<Iterator<FolderPlan>> shared = new ArrayList<>();
    do {
      if (sessions.size() < connections) {
        // The first has the connections that are open already.
        sessions.add(sessions.isEmpty() ? session : session.another());
      }
      shared.add(lanes.new FolderLane(sessions.get(shared.size() % sessions.size())));
    } while (!inOrder && shared.size() < Math.min(most, changed));
    return shared;
  }

  /** What is known of its size before it is opened. */
  private static long octets(FolderPlan folder) {
    var status = folder.mapping().source().status();
    return status == null ? 0 : Math.max(status.size(), status.messages());
  }

  private static boolean isUnchanged(MailboxSession session, FolderPlan folder) {
    FolderLook look = Looks.of(session).at(folder);
    return look != null && look.isUnchanged();
  }

  private synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  private synchronized @Nullable FolderPlan take() {
    return waiting.poll();
  }

  /** One lane: the folders that it gets, as long as there are any. */
  private final class FolderLane implements Iterator<FolderPlan> {
    private final MailboxSession session;
    private @Nullable FolderPlan next;
    private boolean ended;

    FolderLane(MailboxSession session) {
      this.session = session;
    }

    @Override
    public boolean hasNext() {
      return Swallowed.not(this::hasFolder);
    }

    private boolean hasFolder() {
      if (next == null && !ended) {
        // The thread goes from one mailbox to the next.
        session.nameInLog();
        // Where a server takes no more connections, the others go on without this lane.
        next = isEmpty() || (!session.canConnect() && session.isAnyOpen()) ? null : take();
        ended = next == null;
      }
      return !ended;
    }

    @Override
    public FolderPlan next() {
      return Swallowed.not(this::following);
    }

    private FolderPlan following() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      FolderPlan taken = next;
      next = null;
      session.take(taken.name());
      return taken;
    }

    /** Short, for logs. */
    @Override
    public String toString() {
      return "a lane of " + session.mailbox();
    }
  }
}
