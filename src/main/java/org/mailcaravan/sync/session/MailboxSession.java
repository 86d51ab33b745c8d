package org.mailcaravan.sync.session;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Where;
import org.mailcaravan.providers.Provider;
import org.mailcaravan.store.AccountPair;
import org.mailcaravan.store.HostHabits;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.slf4j.MDC;

/**
 * One pass of one mailbox: its connections, opened when they are first needed and again after they
 * were lost, and what was counted so far. Folders that are copied side by side share the
 * connections, or use {@link #another another} session of the same pass, which has its own; all
 * else is shared. Thread-safe. Whoever uses both sides at once takes the source first.
 */
public final class MailboxSession implements AutoCloseable {
  /** Under which the log knows the mailbox. */
  public static final String MDC_MAILBOX = "mailbox";

  private final PassState pass;
  private final SessionConnections connections;
  private final SelectedFolders selected;
  private final Map<FolderName, MailboxSession> byFolder;

  /**
   * @param limits what links are so slow that they are compressed; null for none
   * @param habits what is known of servers, and is added to
   */
  public MailboxSession(
      Mailbox mailbox,
      PassTally tally,
      AccountCredentials credentials,
      Connector sourceConnector,
      Connector destinationConnector,
      Patience patience,
      SlowLink.@Nullable Limits limits,
      HostHabits habits) {
    this.pass =
        new PassState(
            mailbox, tally, credentials, sourceConnector, destinationConnector, patience, habits);
    this.connections = new SessionConnections(pass, limits);
    this.selected = new SelectedFolders(pass, connections);
    this.byFolder = new ConcurrentHashMap<>();
  }

  private MailboxSession(MailboxSession first) {
    this.pass = first.pass;
    this.connections = first.connections.another();
    this.selected = new SelectedFolders(pass, connections);
    this.byFolder = first.byFolder;
  }

  /** Another session of this pass. */
  public MailboxSession another() {
    return new MailboxSession(this);
  }

  /** Leaves a folder to this session. */
  public void take(FolderName sourceFolder) {
    byFolder.put(sourceFolder, this);
  }

  /** The session that a folder was left to, or else this one. */
  public MailboxSession of(FolderName sourceFolder) {
    return byFolder.getOrDefault(sourceFolder, this);
  }

  /** Names the mailbox in what this thread logs from now on. */
  public void nameInLog() {
    MDC.put(MDC_MAILBOX, pass.mailbox.sourceAddress());
  }

  public Mailbox mailbox() {
    return pass.mailbox;
  }

  /**
   * Under which names the ledger knows the two accounts. Another port or protection leads to the
   * same account.
   */
  public AccountPair accountPair() {
    return pass.logins.accountPair();
  }

  /** What a step keeps for the whole pass, made at its first use. */
  public <T> T ofPass(Class<T> type, Supplier<T> make) {
    return type.cast(pass.kept.computeIfAbsent(type, any -> make.get()));
  }

  /** What a step keeps for the whole pass, or null. */
  public <T> @Nullable T ofPass(Class<T> type) {
    return type.cast(pass.kept.get(type));
  }

  /** Keeps something for the whole pass, in place of what was kept before. */
  public <T> void keep(Class<T> type, T made) {
    pass.kept.put(type, made);
  }

  /** Has something done once when the pass is closed. */
  public void atEnd(Runnable work) {
    pass.atEnd(work);
  }

  /** Has each folder that is opened from now on looked at, which may throw; in place of another. */
  public void checkOpened(BiConsumer<Side, SelectedFolder> check) {
    pass.check = check;
  }

  /**
   * Has the pass stop at its next batch. The first one counts, unless the pass is lost after it.
   *
   * @return whether this one counts
   */
  public boolean interrupt(Interruption interruption) {
    return pass.interrupt(interruption);
  }

  /**
   * Has the pass wait in another way than it was to; not if it is to be cancelled, or is lost, by
   * now.
   */
  public void waitOtherwise(Interruption before, Interruption instead) {
    pass.waitOtherwise(before, instead);
  }

  /** Why the pass stops before its end, or null. */
  public @Nullable Interruption interruption() {
    return pass.interruption();
  }

  /** The pass is lost, and uses its connections no more, as soon as this is over. */
  public void endsWith(BooleanSupplier over) {
    pass.leaseOver = over;
  }

  /**
   * To be asked before each step and each batch.
   *
   * @throws PassStopped when the pass is to stop here
   */
  public void requireGoingOn() {
    pass.requireLease();
    Interruption interruption = pass.interruption();
    if (interruption != null) {
      pass.cutShort();
      throw new PassStopped(interruption.reason());
    }
  }

  /** Has only INBOX copied; the pass goes back to wait for its window then. */
  public void limitToInbox() {
    pass.inboxOnly = true;
  }

  /** Whether only INBOX is copied. */
  public boolean isInboxOnly() {
    return pass.inboxOnly;
  }

  /** To be called when the folders are copied: has a pass over INBOX alone stop here. */
  public void endInbox() {
    if (pass.inboxOnly) {
      boolean unused =
          interrupt(Interruption.stopped(WaitsFor.WINDOW, "INBOX is copied; the rest waits"));
    }
  }

  /** Something of the pass was not done since it is to stop. */
  public void cutShort() {
    pass.cutShort();
  }

  /** Whether something of the pass was not done since it is to stop. */
  public boolean isCutShort() {
    return pass.isCutShort();
  }

  /** What was counted so far. */
  public PassTally tally() {
    return pass.tally;
  }

  /** Whether a login has gone well in this pass. */
  public boolean hasLoggedIn(Side side) {
    return pass.logins.haveLoggedIn(side);
  }

  /** Whether a new password was refused in this pass, which uses the one before it. */
  public boolean hasRefusedPassword() {
    return pass.logins.hasRefusedPassword();
  }

  /** What is to be said of new passwords that were refused, in this pass or an earlier one. */
  public List<Problem> refusedPasswords() {
    return pass.logins.refusedPasswords();
  }

  public Server server(Side side) {
    return pass.logins.server(side);
  }

  /**
   * Does something on a connection that is logged in, and opens no folder. No other thread uses it
   * meanwhile.
   *
   * @param place what it is, for messages: {@code folder Archive}
   * @throws MigrationException what the server's answer means; after {@link TryAgain} the next call
   *     connects again where that is needed
   */
  public <T> T on(Side side, Where place, Function<ImapConnection, T> work) {
    return connections.on(side, place, work);
  }

  /**
   * Sends something on a connection that is logged in, and lets other threads send before the
   * answer has come. As long as there are {@link #suspects}, each answer is waited for first: so it
   * is known over which message a server breaks off.
   *
   * @param work sends; what it gives waits for the answer
   * @return waits for the answer; to be called once, or not at all
   * @throws MigrationException as of {@link #on}, here and in what is returned
   */
  public <T> Supplier<T> sent(Side side, Where place, Function<ImapConnection, Supplier<T>> work) {
    return connections.sent(side, place, work);
  }

  /**
   * Connects again at the next use: what a server cannot give on one connection it may give on
   * another. Waits for what is under way.
   */
  public void renew(Side side, Where place) {
    connections.renew(side, place);
  }

  /** Whether a server still answers on the connection that is open; else the next use opens one. */
  public boolean answers(Side side) {
    return connections.answers(side);
  }

  /**
   * Whether both sides take this session's connections, which are open then; if not, none is kept
   * that was opened for this.
   */
  public boolean canConnect() {
    return connections.canConnect();
  }

  /**
   * What a refusal means that was taken for an answer at first; a time that the server tells in it
   * is recorded.
   */
  public MigrationException refused(CommandRefused refusal, Side side, Where place) {
    return pass.failures.meaning(refusal, side, place);
  }

  /** As {@link #refused}, of words that are about messages: the time in them is not obeyed. */
  public MigrationException untimed(CommandRefused refusal, Side side, Where place) {
    return pass.failures.untimed(refusal, side, place);
  }

  /**
   * Whether other folders may be tried though a side wants hours, which it had already: for one
   * folder, and for another one when it has given or taken something since.
   */
  public boolean mayDoubtHours(Side side, FolderName folder) {
    return pass.failures.mayDoubtHours(side, folder);
  }

  /** Tells who watches that a step waits before it is tried again. */
  public void waits(TryAgain failure, Duration delay) {
    pass.failures.waits(failure, delay);
  }

  /** What is known of the old provider. */
  public Optional<Provider> provider() {
    return pass.patience.providers().byHost(pass.mailbox.source().host());
  }

  /** What servers mean. */
  public Diagnosis diagnosis() {
    return pass.diagnosis();
  }

  /** How a server is spoken to. */
  public ServerManners manners(Side side) {
    return pass.manners(side);
  }

  /** What a side was waited for in vain. */
  public VainWaits vainWaits() {
    return pass.failures.vainWaits();
  }

  /**
   * Opens a folder, so that {@link #in} can be used on it: at the destination for writing, at the
   * source so that nothing in it changes.
   */
  public SelectedFolder open(Side side, Where place, FolderName folder) {
    return selected.open(side, place, folder, side == Side.SOURCE);
  }

  /** Opens a folder so that nothing in it changes, at the destination too. */
  public SelectedFolder examine(Side side, Where place, FolderName folder) {
    return selected.open(side, place, folder, true);
  }

  /** Sends what opens a destination folder for writing. Within the use of the connection. */
  public Supplier<SelectedFolder> openingAtDestination(
      ImapConnection connection, FolderName folder) {
    return selected.opening(Side.DESTINATION, connection, folder, false);
  }

  /** Sends what opens a folder so that nothing in it changes. Within the use of the connection. */
  public Supplier<SelectedFolder> examining(
      Side side, ImapConnection connection, FolderName folder) {
    return selected.opening(side, connection, folder, true);
  }

  /**
   * As {@link #examining(Side, ImapConnection, FolderName)}, and asks for something of all messages
   * in the same go; what it gives waits for these, too.
   */
  public Supplier<SelectedFolder> examining(
      Side side,
      ImapConnection connection,
      FolderName folder,
      Set<FetchItem> items,
      Consumer<FetchedMessage> sink) {
    return selected.examining(side, connection, folder, items, sink);
  }

  /**
   * Does something in folders that it opens itself.
   *
   * @throws MigrationException as of {@link #on}
   */
  public <T> T all(Side side, Function<ImapConnection, T> work) {
    return all(side, Where.foldersAt(server(side)), work);
  }

  /** As {@link #all(Side, Function)}, with a place for messages. */
  public <T> T all(Side side, Where place, Function<ImapConnection, T> work) {
    return on(
        side,
        place,
        connection -> {
          connections.lines().noFolder(side);
          return work.apply(connection);
        });
  }

  /** Whether EXAMINE changes nothing at a server. */
  public boolean canBeExamined(Side side) {
    return on(
        side,
        Where.foldersAt(server(side)),
        connection -> SelectedFolders.canBeExamined(side, connection));
  }

  /**
   * Does something in a folder that was opened before. Where another is open now it is opened
   * again.
   *
   * @param opened what {@link #open} told
   * @throws NeedsAttention when the folder was replaced by another since, so that its UIDs mean
   *     something else
   */
  public <T> T in(Side side, Where place, SelectedFolder opened, Function<ImapConnection, T> work) {
    return selected.in(side, place, opened, work);
  }

  /**
   * As {@link #in}, on a connection on which nothing else was sent since the login, so that it is
   * known over what a server breaks off.
   */
  public <T> T inNew(
      Side side, Where place, SelectedFolder opened, Function<ImapConnection, T> work) {
    return selected.inNew(side, place, opened, work);
  }

  /**
   * As {@link #in}, but other threads may send before the answer has come. Whether the folder is
   * still the same shows with the answer: what came with it counts only if nothing is thrown then.
   *
   * @param work sends; what it gives waits for the answer
   * @return waits for the answer; null when nothing was sent, since there are {@link #suspects},
   *     and {@link #in} should be used
   */
  public <T> @Nullable Supplier<T> sentIn(
      Side side, Where place, SelectedFolder opened, Function<ImapConnection, Supplier<T>> work) {
    return selected.sentIn(side, place, opened, work);
  }

  /**
   * As {@link #in}, but other threads may send before the answer has come.
   *
   * @param work sends; what it gives waits for the answer
   * @return waits for the answer; throws as {@link #in} does
   */
  public <T> Supplier<T> sentInSame(
      Side side, Where place, SelectedFolder opened, Function<ImapConnection, Supplier<T>> work) {
    return selected.sentInSame(side, place, opened, work);
  }

  /**
   * Records a failure that will not be retried. When it concerns the whole mailbox, not one folder,
   * nothing more is tried in this pass: every other folder would wait and fail likewise.
   */
  public void failed(MigrationException failure) {
    pass.failures.failed(failure, isAnyOpen());
  }

  /**
   * Nothing more is tried in this pass; returns false where another failure has ended it before.
   */
  public boolean giveUp(MigrationException failure) {
    return pass.failures.endOnce(failure).equals(failure);
  }

  /** Whether other folders are still copied after a server gave nothing of one. */
  public boolean goesOnAfter(NeedsAttention failure) {
    return failure.getCause() instanceof ConnectionLost && pass.failures.endedBy() == null;
  }

  /** The failure after which nothing more is tried in this pass, or null. */
  public @Nullable MigrationException hopeless() {
    return pass.failures.endedBy();
  }

  /** Whether an account was left alone for as long as its server wanted: {@link Patience}. */
  public boolean hadItsTime(Side side) {
    return pass.patience.hadItsTime(pass.logins.name(side));
  }

  /** Notes what a look at one side found. */
  public void found(Side side, SideCheck check) {
    pass.found.put(side, check);
  }

  /** What a look at one side found; nothing, when it was never looked at. */
  public SideCheck found(Side side) {
    return pass.found.getOrDefault(side, SideCheck.FAILED);
  }

  /**
   * Notes which messages were under way at a failure, so that the one at which a server always
   * fails can be told from the others. A server that asks for patience says nothing of the
   * messages; a refusal does only if a message was alone.
   *
   * @param partly whether others that were sent before these were answered
   */
  public void failedWith(
      TryAgain failure, Side side, FolderName folder, Collection<Long> uids, boolean partly) {
    pass.suspects.failedWith(failure, side, folder, uids, partly);
  }

  /** Notes that messages failed together; finding out more of them is progress. */
  public void failed(
      Side side,
      FolderName folder,
      Collection<Long> uids,
      boolean partly,
      Suspects.Failure failure) {
    pass.suspects.failed(side, folder, uids, partly, failure);
  }

  /** The messages at one of which a side may always fail. */
  public Suspects suspects(Side side) {
    return pass.suspects.of(side);
  }

  /** Whether a connection was lost in this pass. */
  public boolean hasBrokenOff(Side side) {
    return pass.brokeOff.contains(side);
  }

  /** Whether some session of this pass has its connections. */
  public boolean isAnyOpen() {
    return pass.isAnyOpen();
  }

  /** Closes all connections of the pass; what still works on one then fails. */
  @Override
  public void close() {
    pass.close();
  }
}
