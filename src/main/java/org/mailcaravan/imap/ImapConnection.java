package org.mailcaravan.imap;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an IMAP server. One thread at a time may call it; the connection has a thread
 * that reads. Any thread may wait for what a method has returned while its command is under way.
 *
 * <p>Every method may throw {@link ConnectionLost}; after that only {@link #close} is of use.
 * Methods that send a command may throw {@link CommandRefused}. Where a method {@code send...}
 * stands beside another, it does the same but does not wait: the returned object does.
 */
public final class ImapConnection implements AutoCloseable {
  private final Conversation conversation;
  private boolean compressed;
  private boolean compressionRefused;
  private @Nullable Command enabling;
  private @Nullable FolderSelection selection;

  private volatile int sentToLogIn;

  ImapConnection(Conversation conversation) {
    this.conversation = conversation;
  }

  /** The server's capabilities of this moment, in upper case; they change at STARTTLS and login. */
  public Set<String> capabilities() {
    return conversation.capabilities().names();
  }

  /**
   * The largest message that APPEND accepts, in octets (RFC 7889), or -1 when the server does not
   * say.
   */
  public long appendLimit() {
    return conversation.capabilities().appendLimit();
  }

  /** The text of the greeting, by which some servers are known. */
  public String greeting() {
    return conversation.server().greeting();
  }

  /**
   * Logs in, learns the capabilities again, enables UTF8=ACCEPT, CONDSTORE and QRESYNC, and sends
   * ID, where the server has them.
   *
   * @throws LoginRefused when the server does not let us in
   */
  public void login(Credentials credentials) {
    enabling = new Login(conversation).loginAndEnable(credentials);
    sentToLogIn = conversation.commands().sent();
  }

  /**
   * As {@link #login}, with as few commands as possible, for a server that closes a connection
   * after a few.
   *
   * @param before a connection of the same account that has logged in, or null
   * @throws LoginRefused when the server does not let us in
   */
  public void loginBriefly(Credentials credentials, @Nullable ImapConnection before) {
    new Login(conversation)
        .loginBriefly(credentials, before == null ? null : before.conversation.server());
    sentToLogIn = conversation.commands().sent();
  }

  /** How many commands were sent since the login, those under way included. */
  public int sentSinceLogin() {
    return conversation.commands().sent() - sentToLogIn;
  }

  /** Sends NOOP and waits; false when the connection is lost. */
  public boolean isAlive() {
    try {
      conversation.run(new Command("NOOP"), "NOOP");
      return true;
    } catch (ConnectionLost e) {
      return false;
    }
  }

  /** Whether {@link #idle} can be used. */
  public boolean canIdle() {
    return conversation.capabilities().has("IDLE");
  }

  /**
   * Has the server tell by itself when mail arrives in the selected folder (IDLE, RFC 9051 section
   * 6.3.13), and waits. Nothing else may be sent meanwhile.
   *
   * @param atMost how long; servers end a connection after 29 minutes, and some networks forget it
   *     much earlier
   * @param begun is called once the server tells
   * @param arrived is called on the reader thread whenever it says how many messages there are now
   * @throws CommandRefused when the server does not do so, or no longer
   */
  public void idle(Duration atMost, Runnable begun, Runnable arrived) {
    new Idling(conversation, arrived).stay(atMost, begun);
  }

  /** Whether the connection was lost when messages were on their way, in either direction. */
  public boolean lostOverContent() {
    return conversation.commands().lostOverContent();
  }

  /** How many commands were answered. */
  public int answered() {
    return conversation.commands().answered();
  }

  /**
   * Sends the next commands one at a time, each after the answer to the one before.
   *
   * @param commands how many; {@link Long#MAX_VALUE} for all, 0 for none
   */
  public void oneAtATime(long commands) {
    conversation.commands().pipelining().suspend(commands);
  }

  public boolean isOneAtATime() {
    return conversation.commands().pipelining().isSuspended();
  }

  /** Whether the connection was lost while a pipelined command was under way. */
  public boolean lostInPipelining() {
    return conversation.commands().pipelining().isLost();
  }

  /** Whether a pipelined command got a BAD. */
  public boolean refusesPipelining() {
    return conversation.commands().pipelining().hasRefused();
  }

  /** Whether a command got a BAD that was sent while no other was under way. */
  public boolean refusesSingleCommands() {
    return conversation.commands().pipelining().hasRefusedAlone();
  }

  /** Whether no pipelined command was ever accepted. */
  public boolean neverPipelined() {
    return conversation.commands().pipelining().neverWorked();
  }

  /** Whether compression is advertised, not on, and was not refused. */
  public boolean canCompress() {
    return !compressed
        && !compressionRefused
        && conversation.capabilities().has("COMPRESS=DEFLATE");
  }

  /**
   * Waits until nothing is under way, then turns on COMPRESS=DEFLATE (RFC 4978), if it {@link
   * #canCompress can}. It cannot be turned off again.
   *
   * @return whether it is on
   */
  public boolean compress() {
    if (canCompress()) {
      compressed = new Compression(conversation).turnOn();
      compressionRefused = !compressed;
    }
    return compressed;
  }

  /** Waits until nothing is under way. */
  public void awaitIdle() {
    conversation.awaitIdle();
  }

  /**
   * Has the connection break off as soon as something is no longer allowed, in the middle of a
   * message too: not even the rest of a command is sent then. What the system has in its buffers
   * still arrives.
   *
   * @param allowed is asked before each 64 KiB that are sent
   */
  public void sendsWhile(BooleanSupplier allowed) {
    conversation.sendsWhile(allowed);
  }

  /**
   * Begins to measure the speed of both directions.
   *
   * @param sample how many octets are timed together
   */
  public void measureSpeed(int sample) {
    conversation.streams().received().measure(sample);
    conversation.streams().sent().measure(sample);
  }

  /**
   * The speed of what is read, uncompressed, in octets a second, while an answer is due. 0 while it
   * is not known: for the first eight samples, or the first sixteen after {@link #compress}.
   */
  public double receivingSpeed() {
    return conversation.streams().received().speed();
  }

  /**
   * The speed of mail that is sent, as of {@link #receivingSpeed}, from the beginning of an APPEND
   * to its answer; commands that are under way together share that time.
   */
  public double sendingSpeed() {
    return conversation.streams().sent().speed();
  }

  /** NAMESPACE; without it the prefix "" and the separator that LIST "" "" gives. */
  public Namespaces namespaces() {
    return sendNamespaces().get();
  }

  public Supplier<Namespaces> sendNamespaces() {
    NamespaceQuery query = new NamespaceQuery(conversation);
    boolean known = conversation.capabilities().has("NAMESPACE");
    if (known) {
      new CommandWriter(conversation, query).text("NAMESPACE").end();
    }
    return () -> {
      Namespaces told = known && conversation.await(query.done()).ok() ? query.result() : null;
      return told == null
          ? new Namespaces("", new FolderListing(conversation).rootSeparator(), List.of())
          : told;
    };
  }

  /**
   * All folders, with SPECIAL-USE, subscriptions and (where LIST-STATUS is advertised, or else by
   * pipelined STATUS) the status of each selectable one.
   */
  public List<ListedFolder> list(boolean withStatus) {
    return folderList(withStatus).folders();
  }

  /** As {@link #list}, with signs that the server has left folders out. */
  public FolderList folderList(boolean withStatus) {
    return new FolderListing(conversation).list(withStatus);
  }

  /**
   * The content types of Kolab folders, such as {@code event.default}, by folder name on the wire.
   * Empty where the server has none.
   */
  public Map<String, String> folderTypes(Collection<FolderName> folders) {
    return new FolderTypes(conversation).of(folders);
  }

  /** A folder name, encoded as this connection needs it. */
  public FolderName folderName(String text) {
    return FolderNames.write(text, conversation.server().utf8());
  }

  public FolderStatus status(FolderName folder) {
    StatusQuery query = new StatusQuery(conversation, folder);
    query.send();
    Conversation.check(query, conversation.await(query.done()));
    FolderStatus status = query.status();
    return status == null ? new FolderStatus(-1, -1, -1, -1, -1, null) : status;
  }

  /** Selects a folder for reading and writing. */
  public SelectedFolder select(FolderName folder) {
    return selecting(folder, false).await();
  }

  /** Selects a folder read-only: nothing in it changes. */
  public SelectedFolder examine(FolderName folder) {
    return selecting(folder, true).await();
  }

  private FolderSelection selecting(FolderName folder, boolean readOnly) {
    FolderSelection next = new FolderSelection(conversation, folder, readOnly);
    next.write();
    selection = next;
    return next;
  }

  /**
   * Sends SELECT or EXAMINE and does not wait. Commands that follow are for that folder; if it is
   * refused, no folder is selected and the server refuses them too.
   *
   * @return waits for the answer; throws {@link CommandRefused} when the folder cannot be selected
   */
  public Supplier<SelectedFolder> open(FolderName folder, boolean readOnly) {
    FolderSelection next = selecting(folder, readOnly);
    conversation.flush();
    return next::await;
  }

  /**
   * Selects a folder read-only and fetches from it in one go. Returns once both commands are sent,
   * so several folders can be under way; the last one stays selected.
   *
   * @param uids as of {@link #fetch}
   * @param items no bodies
   * @param sink as of {@link #fetch}
   */
  public FolderFetch examine(
      FolderName folder, String uids, Set<FetchItem> items, Consumer<FetchedMessage> sink) {
    FolderSelection next = selecting(folder, true);
    return new FolderFetch(
        next,
        fetch(
            uids,
            items,
            (size, in) -> {
              throw new IOException("no body was asked for");
            },
            sink));
  }

  public void create(FolderName folder) {
    sendCreate(folder).run();
  }

  public Runnable sendCreate(FolderName folder) {
    return withFolder("CREATE ", folder);
  }

  public void subscribe(FolderName folder) {
    sendSubscribe(folder).run();
  }

  public Runnable sendSubscribe(FolderName folder) {
    return withFolder("SUBSCRIBE ", folder);
  }

  /**
   * Renames a folder and all folders below it. Subscriptions keep the old names (RFC 9051 section
   * 6.3.6).
   */
  public void rename(FolderName from, FolderName to) {
    Command command = new Command("RENAME " + from + " to " + to);
    new CommandWriter(conversation, command)
        .text("RENAME ")
        .folder(from)
        .text(" ")
        .folder(to)
        .end();
    Conversation.check(command, conversation.await(command.done()));
  }

  private Runnable withFolder(String verb, FolderName folder) {
    Command command = new Command(verb + folder);
    new CommandWriter(conversation, command).text(verb).folder(folder).end();
    return () -> Conversation.check(command, conversation.await(command.done()));
  }

  /**
   * The storage quota of a folder (RFC 9208); empty when the server has no QUOTA, does not say, or
   * sets no limit.
   */
  public Optional<Quota> quota(FolderName folder) {
    if (!conversation.capabilities().has("QUOTA")) {
      return Optional.empty();
    }
    QuotaQuery query = new QuotaQuery(folder);
    new CommandWriter(conversation, query).text("GETQUOTAROOT ").folder(folder).end();
    return conversation.await(query.done()).ok() ? query.result() : Optional.empty();
  }

  /**
   * Fetches messages of the selected folder as a stream. Returns once the command is sent, so
   * several fetches can be under way; their answers may come mixed. They should be for different
   * messages.
   *
   * @param uids an IMAP sequence set of UIDs, such as {@code 5:9,12} or {@code 1:*}, of less than
   *     8,000 octets
   * @param store where bodies go; called on the reader thread
   * @param sink called on the reader thread for each message, in the order of the server's answers;
   *     owns the message's content once it has returned; slows the server down when it blocks.
   *     Never gets UIDs outside {@code uids}, or unsolicited responses without a UID
   * @return completes when the server has answered: normally at OK, exceptionally with {@link
   *     CommandRefused} or {@link ConnectionLost}, and with what {@code store} or {@code sink}
   *     threw, in which case the connection stays usable
   */
  public CompletableFuture<Void> fetch(
      String uids, Set<FetchItem> items, ContentStore store, Consumer<FetchedMessage> sink) {
    return new MessageFetch(conversation, uids, items, store, sink).after(selection).send();
  }

  /**
   * As {@link #fetch}, and waits. Asks again until all messages have come, where the server limits
   * the messages of one command (RFC 9738).
   */
  public void read(
      String uids, Set<FetchItem> items, ContentStore store, Consumer<FetchedMessage> sink) {
    sendRead(uids, items, store, sink).run();
  }

  /** As {@link #read}; {@code run} needs the same folder to be selected still. */
  public Runnable sendRead(
      String uids, Set<FetchItem> items, ContentStore store, Consumer<FetchedMessage> sink) {
    return new CompleteFetch(conversation, selection, items, store, sink).send(uids);
  }

  /** Whether the server has met its limit of messages for one command and left some out. */
  public boolean hasMetMessageLimit() {
    return conversation.server().hasMetMessageLimit();
  }

  /**
   * The UIDs of messages of the selected folder.
   *
   * @param numbers a sequence set of message sequence numbers, which begin with 1
   * @throws CommandRefused also when there are fewer messages
   */
  public List<Long> uidsAt(String numbers) {
    return UidSearch.uidsAt(conversation, numbers);
  }

  /**
   * Which UIDs of a set are in the selected folder.
   *
   * @param uids a sequence set of UIDs
   * @param most how many are returned
   * @throws CommandRefused also when the server does not know this search
   */
  public List<Long> uidsIn(String uids, int most) {
    return UidSearch.uidsIn(conversation, uids, most);
  }

  /**
   * Which of some UIDs are in the selected folder.
   *
   * @throws CommandRefused also when the server does not know this search
   */
  public List<Long> existing(Collection<Long> uids) {
    List<Long> found = new ArrayList<>();
    for (String set : UidSet.of(uids).commands()) {
      found.addAll(UidSearch.uidsIn(conversation, set, uids.size()));
    }
    return found;
  }

  /** Whether {@link #fetchChanges} can be used: CONDSTORE or QRESYNC is advertised. */
  public boolean tellsChanges() {
    return conversation.capabilities().hasModSeq();
  }

  /**
   * Fetches the messages of the selected folder that changed since a mod-sequence (RFC 7162).
   *
   * @param modSeq the highest one known, at least 1
   * @param items no bodies
   * @param sink as of {@link #fetch}; has seen all when this returns, and what it throws is thrown
   *     here
   * @return the UIDs that vanished since; may have UIDs that vanished before or never existed, and
   *     one that the sink got and that vanished after that. Empty when the server does not say,
   *     which is not the same as an empty set
   * @throws CommandRefused also when the folder has no mod-sequences (NOMODSEQ)
   */
  public Optional<UidSet> fetchChanges(
      long modSeq, Set<FetchItem> items, Consumer<FetchedMessage> sink) {
    return sendFetchChanges(modSeq, items, sink).get();
  }

  /** As {@link #fetchChanges}; waits for the answer to ENABLE, not for the changes. */
  public Supplier<Optional<UidSet>> sendFetchChanges(
      long modSeq, Set<FetchItem> items, Consumer<FetchedMessage> sink) {
    Command enable = enabling;
    if (enable != null) {
      // The answer says whether the server tells what vanished.
      conversation.await(enable.done());
    }
    ChangesFetch fetch = new ChangesFetch(conversation, modSeq, items, sink);
    fetch.after(selection);
    fetch.write();
    return fetch::await;
  }

  /**
   * Adds flags to messages of the selected folder, or removes them.
   *
   * @param flags as on the wire, each an {@link OutgoingMessage#isFlag flag}
   * @param unchangedSince leaves alone messages that changed after this mod-sequence; below 0, and
   *     without CONDSTORE, none
   * @return the UIDs that the server left alone, from MODIFIED (RFC 7162 section 3.1.3)
   * @throws CommandRefused when the server refuses without MODIFIED; of thousands of UIDs, which
   *     take several commands, some may have been changed
   */
  public UidSet store(Collection<Long> uids, boolean add, Set<String> flags, long unchangedSince) {
    return sendStore(uids, add, flags, unchangedSince).get();
  }

  public Supplier<UidSet> sendStore(
      Collection<Long> uids, boolean add, Set<String> flags, long unchangedSince) {
    UidSet set = flags.isEmpty() ? new UidSet() : UidSet.of(uids);
    return new FlagStore(conversation, add, flags, unchangedSince).send(set);
  }

  /** Whether the server has MOVE: a message is then never in both folders. */
  public boolean movesAtOnce() {
    return conversation.capabilities().has("MOVE");
  }

  /** Whether {@link #move} can be used: with MOVE, or UIDPLUS as a substitute. */
  public boolean canMove() {
    return MessageMove.canMove(conversation.capabilities());
  }

  /**
   * Moves messages of the selected folder to another, by UID MOVE or by UID COPY and {@link
   * #expunge}.
   *
   * @return new UIDs by old ones. Messages that COPYUID (RFC 4315) leaves out were gone already and
   *     are missing here. Without any COPYUID all are here with 0: the server does not give UIDs,
   *     or all messages were gone
   * @throws CommandRefused though some may have been moved; without MOVE some may be in both
   *     folders
   */
  public NavigableMap<Long, Long> move(Collection<Long> uids, FolderName to) {
    return new MessageMove(conversation).move(UidSet.of(uids), to);
  }

  /** Whether {@link #expunge} can be used: UIDPLUS is advertised. */
  public boolean canExpunge() {
    return MessageMove.canExpunge(conversation.capabilities());
  }

  /**
   * Removes exactly these messages of the selected folder for good (RFC 4315 section 2.1). They get
   * \Deleted first, and keep it if the removal is refused.
   */
  public void expunge(Collection<Long> uids) {
    new MessageMove(conversation).expunge(UidSet.of(uids));
  }

  /**
   * Appends messages to a folder, which need not be selected: with MULTIAPPEND where advertised,
   * else with single APPENDs. Those are pipelined with LITERAL+, or LITERAL- up to 4096 octets.
   *
   * @return one result for each message, in their order
   * @throws ConnectionLost when some outcomes are unknown
   */
  public List<AppendResult> append(FolderName folder, List<OutgoingMessage> messages) {
    return sendAppend(folder, messages).get();
  }

  /**
   * As {@link #append}; returns when all messages are sent.
   *
   * @return to be called once, before the contents of the messages are closed
   */
  public Supplier<List<AppendResult>> sendAppend(
      FolderName folder, List<OutgoingMessage> messages) {
    return sendAppend(folder, messages, true, (number, result) -> {});
  }

  /**
   * As {@link #sendAppend(FolderName, List)}.
   *
   * @param together whether one command may carry several messages, which the server then stores or
   *     refuses together
   * @param answered receives the outcome of each message, by its number in the list, as soon as it
   *     is known, and so for some messages even if the connection is lost
   */
  public Supplier<List<AppendResult>> sendAppend(
      FolderName folder,
      List<OutgoingMessage> messages,
      boolean together,
      BiConsumer<Integer, AppendResult> answered) {
    return new MessageAppend(conversation, folder, messages, together, answered).send();
  }

  /**
   * Sends LOGOUT, unless the connection is lost or a command is under way, and does not wait;
   * {@link #close} does. Nothing may be sent after it. Never throws.
   */
  public void sendLogout() {
    conversation.sendLogout();
  }

  /**
   * Sends LOGOUT as {@link #sendLogout} does, waits for it, and closes the connection. Never
   * throws.
   */
  @Override
  public void close() {
    conversation.close();
  }
}
