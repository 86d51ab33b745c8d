package org.mailcaravan.imap;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an IMAP server. One thread at a time may call it; responses are read by a
 * thread of its own. What a method gives back while its command is under way may be waited for by
 * any thread, beside calls of others.
 *
 * <p>Every method may throw {@link ConnectionLost}; after that only {@link #close} makes sense.
 * Methods that send a command may throw {@link CommandRefused}.
 */
public final class ImapConnection implements AutoCloseable {
  /** Their UIDs fit into one command, however far they are from each other. */
  private static final long MOST_OF_PIECE = 500;

  private final Conversation conversation;
  private boolean compressed;
  private boolean compressionRefused;
  private @Nullable Command enabling;
  private @Nullable FolderSelection opening;

  private volatile int sentToLogIn;

  ImapConnection(Conversation conversation) {
    this.conversation = conversation;
  }

  /**
   * The server's capabilities in upper case, as they stand now (they change at STARTTLS and login).
   */
  public Set<String> capabilities() {
    return conversation.capabilities().names();
  }

  /**
   * The largest message that APPEND takes, in octets (RFC 7889), or -1 when the server does not
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
   * Logs in, asks for the capabilities again, enables what is useful (UTF8=ACCEPT, CONDSTORE,
   * QRESYNC), sends ID where it is known.
   *
   * @throws LoginRefused when the server does not let us in
   */
  public void login(Credentials credentials) {
    new Login(conversation).login(credentials);
    if (!conversation.server().takeCapabilitiesTold()) {
      conversation.require(new Command("CAPABILITY"), "CAPABILITY");
    }
    introduce();
    sentToLogIn = conversation.commands().sent();
  }

  /**
   * As {@link #login}, with as few commands as can be: for a server that closes a connection after
   * a few.
   *
   * @param before a connection of the same account whose login went through, or null
   * @throws LoginRefused when the server does not let us in
   */
  public void loginBriefly(Credentials credentials, @Nullable ImapConnection before) {
    new Login(conversation).login(credentials);
    if (!conversation.server().takeCapabilitiesTold()) {
      if (before == null) {
        conversation.require(new Command("CAPABILITY"), "CAPABILITY");
      } else {
        conversation.server().capabilities(before.conversation.capabilities());
      }
    }
    if (before != null && before.conversation.server().utf8() && !conversation.server().utf8()) {
      // Names of folders are known in that form.
      conversation.require(new Command("ENABLE"), "ENABLE UTF8=ACCEPT");
    }
    sentToLogIn = conversation.commands().sent();
  }

  /** How many commands were sent since the login, those under way included. */
  public int sentSinceLogin() {
    return conversation.commands().sent() - sentToLogIn;
  }

  /** Whether the server still answers on it. Asks, and waits. */
  public boolean isAlive() {
    try {
      conversation.run(new Command("NOOP"), "NOOP");
      return true;
    } catch (ConnectionLost e) {
      return false;
    }
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
   * From now on, sends so many commands only when the one before was answered.
   *
   * @param commands {@link Long#MAX_VALUE} for all, 0 for none
   */
  public void oneAtATime(long commands) {
    conversation.commands().pipelining().off(commands);
  }

  public boolean isOneAtATime() {
    return conversation.commands().pipelining().isOff();
  }

  /** Whether the connection was lost when commands were under way that were sent early. */
  public boolean lostInPipelining() {
    return conversation.commands().pipelining().isLost();
  }

  /** Whether a command got a BAD that was sent before the one before was answered. */
  public boolean refusesPipelining() {
    return conversation.commands().pipelining().hasRefused();
  }

  /** Whether a command got a BAD that was sent when no other was under way. */
  public boolean refusesSingleCommands() {
    return conversation.commands().pipelining().hasRefusedAlone();
  }

  /** Whether no command that was sent early was ever answered. */
  public boolean neverPipelined() {
    return conversation.commands().pipelining().neverWorked();
  }

  /** Sends what is useful and may be refused, in one go. */
  private void introduce() {
    Capabilities capabilities = conversation.capabilities();
    List<Command> commands = new ArrayList<>();
    if (capabilities.has("ENABLE")) {
      List<String> wanted = new ArrayList<>();
      if (capabilities.has("UTF8=ACCEPT") || capabilities.has("UTF8=ONLY")) {
        wanted.add("UTF8=ACCEPT");
      }
      if (capabilities.tellsModSeq()) {
        wanted.add("CONDSTORE");
      }
      if (capabilities.has("QRESYNC")) {
        wanted.add("QRESYNC");
      }
      if (!wanted.isEmpty()) {
        enabling = started("ENABLE", "ENABLE " + String.join(" ", wanted));
        commands.add(enabling);
      }
    }
    if (capabilities.has("ID")) {
      commands.add(started("ID", "ID (\"name\" \"Mail Caravan\")"));
    }
    conversation.flush();
    if (capabilities.has("UTF8=ACCEPT") || capabilities.has("UTF8=ONLY")) {
      // How names of folders are written hangs on the answer.
      commands.forEach(command -> conversation.await(command.done()));
    }
  }

  private Command started(String label, String text) {
    Command command = new Command(label).ofNoFolder();
    new CommandWriter(conversation, command).text(text).end();
    return command;
  }

  /** Whether {@link #compress} is worth a call: it is not on, advertised, and was not refused. */
  public boolean canCompress() {
    return !compressed
        && !compressionRefused
        && conversation.capabilities().has("COMPRESS=DEFLATE");
  }

  /**
   * Turns on COMPRESS=DEFLATE (RFC 4978), if it {@link #canCompress can}, once nothing is under way
   * any more; returns whether it is on now. There is no way back on this connection.
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
   * Begins to take the time of what comes and goes.
   *
   * @param stretch how many octets are timed together
   */
  public void time(int stretch) {
    conversation.streams().received().measure(stretch);
    conversation.streams().sent().measure(stretch);
  }

  /**
   * How fast octets come, as they are before compression, in octets a second: a link that bounds
   * what is read has this speed. Without the time in which nothing was expected. 0 as long as it is
   * not known: before eight stretches have come, or sixteen since {@link #compress}.
   */
  public double receivingSpeed() {
    return conversation.streams().received().speed();
  }

  /**
   * How fast octets of mail go, from the beginning of an APPEND to its answer, what several
   * commands under way have to wait being theirs together; as {@link #receivingSpeed}.
   */
  public double sendingSpeed() {
    return conversation.streams().sent().speed();
  }

  /** NAMESPACE, or where it is missing prefix "" and the separator that LIST "" "" tells. */
  public Namespaces namespaces() {
    return sendNamespaces().get();
  }

  /** As {@link #namespaces}, but does not wait; {@code get} does. */
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

  /** As {@link #list}, with what hints at folders that are not in it. */
  public FolderList folderList(boolean withStatus) {
    return new FolderListing(conversation).list(withStatus);
  }

  /**
   * What Kolab says that its folders hold, by their names on the wire: {@code event.default}. Empty
   * where the server tells no such thing.
   */
  public Map<String, String> folderTypes(Collection<FolderName> folders) {
    return new FolderTypes(conversation).of(folders);
  }

  /** The name of a folder on this connection: encodes as the connection's mode wants it. */
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

  /** Opens for reading and writing. */
  public SelectedFolder select(FolderName folder) {
    return opening(folder, false).await();
  }

  /** Opens read-only: nothing in the folder changes. */
  public SelectedFolder examine(FolderName folder) {
    return opening(folder, true).await();
  }

  private FolderSelection opening(FolderName folder, boolean readOnly) {
    FolderSelection next = new FolderSelection(conversation, folder, readOnly);
    next.write();
    opening = next;
    return next;
  }

  /**
   * Sends an EXAMINE (or SELECT) and does not wait: what is sent next is already for that folder.
   * Where it is refused, no folder is open, and the server refuses that too.
   *
   * @return waits for the answer; throws {@link CommandRefused} when it cannot be opened
   */
  public Supplier<SelectedFolder> open(FolderName folder, boolean readOnly) {
    FolderSelection next = opening(folder, readOnly);
    conversation.flush();
    return next::await;
  }

  /**
   * Opens a folder read-only and fetches from it in one go. Returns as soon as both commands are
   * sent, so that several folders can be under way; the last one stays open.
   *
   * @param uids as of {@link #fetch}
   * @param items no bodies
   * @param sink as of {@link #fetch}
   */
  public FolderFetch examine(
      FolderName folder, String uids, Set<FetchItem> items, Consumer<FetchedMessage> sink) {
    FolderSelection next = opening(folder, true);
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

  /** As {@link #create}, but does not wait; {@code run} does, and throws what the answer means. */
  public Runnable sendCreate(FolderName folder) {
    return withFolder("CREATE ", folder);
  }

  public void subscribe(FolderName folder) {
    sendSubscribe(folder).run();
  }

  /** As {@link #subscribe}, but does not wait; {@code run} does. */
  public Runnable sendSubscribe(FolderName folder) {
    return withFolder("SUBSCRIBE ", folder);
  }

  /**
   * RENAME, with all folders below it. What is subscribed keeps its old name (RFC 9051 section
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
   * The storage quota that holds for a folder (RFC 9208); empty when the server has no QUOTA, does
   * not tell, or sets no limit.
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
   * Fetches messages of the selected folder as a stream. Returns as soon as the command is sent, so
   * that several fetches can be under way; some servers work on them at once, so that their answers
   * may be mixed. Fetches under way together should be for different messages.
   *
   * @param uids an IMAP sequence set of UIDs, such as {@code 5:9,12} or {@code 1:*}; kept under
   *     8,000 octets by the caller
   * @param store where bodies go; called on the reader thread
   * @param sink called on the reader thread for each message, in the order of the server's answers;
   *     owns the message's content once it has returned; blocking here slows the server down. UIDs
   *     outside {@code uids} and unsolicited FETCH responses without UID never get here
   * @return completes when the server has answered: normally at OK, exceptionally with {@link
   *     CommandRefused} or {@link ConnectionLost}, and with what {@code store} or {@code sink}
   *     threw, in which case the connection stays usable
   */
  public CompletableFuture<Void> fetch(
      String uids, Set<FetchItem> items, ContentStore store, Consumer<FetchedMessage> sink) {
    return new MessageFetch(conversation, uids, items, store, sink).after(opening).send();
  }

  /**
   * As {@link #fetch}, and waits. Where the server works on only so many messages in one command
   * (RFC 9738), it is asked again until all have come.
   */
  public void read(
      String uids, Set<FetchItem> items, ContentStore store, Consumer<FetchedMessage> sink) {
    sendRead(uids, items, store, sink).run();
  }

  /** As {@link #read}, but does not wait; {@code run} does, with the same folder still open. */
  public Runnable sendRead(
      String uids, Set<FetchItem> items, ContentStore store, Consumer<FetchedMessage> sink) {
    MessageFetch first = new MessageFetch(conversation, uids, items, store, sink).after(opening);
    CompletableFuture<Void> answer = first.send();
    return () -> {
      try {
        answer.join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof CommandRefused refused)
            || !MessageLimit.isIn(refused.refusal())) {
          throw e;
        }
        UidSet wanted = UidSet.parse(uids);
        for (UidSet piece : pieces(wanted)) {
          fetch(piece.toString(), items, store, sink).join();
        }
        return;
      }
      Deque<MessageFetch> cut = new ArrayDeque<>(List.of(first));
      while (!cut.isEmpty()) {
        for (String set : cut.remove().rest().commands()) {
          MessageFetch next =
              new MessageFetch(conversation, set, items, store, sink).after(opening);
          next.send().join();
          cut.add(next);
        }
      }
    };
  }

  /** Some messages of the folder that is open, no more in a piece than the server works on. */
  private List<UidSet> pieces(UidSet wanted) {
    FolderSelection folder = opening;
    long messages = folder == null ? 0 : folder.await().status().messages();
    long most = Math.min(conversation.server().messageLimit(), MOST_OF_PIECE);
    List<UidSet> pieces = new ArrayList<>();
    for (long place = 1; place <= messages; place += most) {
      UidSet piece = new UidSet();
      uidsAt(place + ":" + Math.min(messages, place + most - 1)).stream()
          .sorted()
          .filter(wanted::contains)
          .forEach(piece::add);
      if (!piece.isEmpty()) {
        pieces.add(piece);
      }
    }
    return pieces;
  }

  /** Whether the server has left something out over its limit of messages for one command. */
  public boolean hasMetMessageLimit() {
    return conversation.server().hasMetMessageLimit();
  }

  /**
   * The UIDs of messages of the selected folder, and waits.
   *
   * @param places a sequence set of message sequence numbers, the first message having 1
   * @throws CommandRefused also where there are not that many messages
   */
  public List<Long> uidsAt(String places) {
    UidSearch search = new UidSearch((int) UidSet.parse(places).count());
    new CommandWriter(conversation, search).text("UID SEARCH " + places).end();
    Conversation.check(search, conversation.await(search.done()));
    return search.uids();
  }

  /**
   * The UIDs of messages of the selected folder, and waits.
   *
   * @param uids a sequence set of UIDs
   * @param most more are not kept
   * @throws CommandRefused also where the server knows no such search
   */
  public List<Long> uidsIn(String uids, int most) {
    UidSearch search = new UidSearch(most);
    new CommandWriter(conversation, search).text("UID SEARCH UID " + uids).end();
    Conversation.check(search, conversation.await(search.done()));
    return search.uids();
  }

  /**
   * Which of some messages are in the selected folder, and waits.
   *
   * @throws CommandRefused also where the server knows no such search
   */
  public List<Long> existing(Collection<Long> uids) {
    List<Long> found = new ArrayList<>();
    for (String set : UidSet.of(uids).commands()) {
      UidSearch search = new UidSearch(uids.size());
      new CommandWriter(conversation, search).text("UID SEARCH UID " + set).end();
      Conversation.check(search, conversation.await(search.done()));
      found.addAll(search.uids());
    }
    return found;
  }

  /** Whether {@link #fetchChanges} can be used: CONDSTORE or QRESYNC is advertised. */
  public boolean tellsChanges() {
    return conversation.capabilities().tellsModSeq();
  }

  /**
   * Fetches what changed in the selected folder since a mod-sequence (RFC 7162), and waits.
   *
   * @param modSeq the highest that is known already, at least 1
   * @param items no bodies
   * @param sink as of {@link #fetch}; has seen all when this returns, and what it throws is thrown
   *     here
   * @return which messages vanished since; it may name UIDs of messages that vanished long before
   *     or never were, and one that the sink was given and that vanished right after. Empty when
   *     the server does not tell, which is to be told from an empty set
   * @throws CommandRefused also where the folder keeps no mod-sequences (NOMODSEQ)
   */
  public Optional<UidSet> fetchChanges(
      long modSeq, Set<FetchItem> items, Consumer<FetchedMessage> sink) {
    return sendFetchChanges(modSeq, items, sink).get();
  }

  /**
   * As {@link #fetchChanges}, but does not wait for the changes.
   *
   * @return waits for them
   */
  public Supplier<Optional<UidSet>> sendFetchChanges(
      long modSeq, Set<FetchItem> items, Consumer<FetchedMessage> sink) {
    Command enable = enabling;
    if (enable != null) {
      // Whether the server tells what vanished is in its answer.
      conversation.await(enable.done());
    }
    ChangesFetch fetch = new ChangesFetch(conversation, modSeq, items, sink);
    fetch.after(opening);
    fetch.write();
    return fetch::await;
  }

  /**
   * Adds flags to messages of the selected folder or takes them away, and waits.
   *
   * @param flags as they go on the wire, each an {@link OutgoingMessage#isFlag flag}
   * @param unchangedSince leaves alone what changed after this mod-sequence; below 0, and where the
   *     server has no CONDSTORE, nothing is left alone
   * @return the UIDs that the server left alone, as it said by MODIFIED (RFC 7162 section 3.1.3)
   * @throws CommandRefused when the server refuses without MODIFIED; with thousands of UIDs, which
   *     take several commands, some may have been changed
   */
  public UidSet store(Collection<Long> uids, boolean add, Set<String> flags, long unchangedSince) {
    return sendStore(uids, add, flags, unchangedSince).get();
  }

  /** As {@link #store}, but does not wait; {@code get} does. */
  public Supplier<UidSet> sendStore(
      Collection<Long> uids, boolean add, Set<String> flags, long unchangedSince) {
    UidSet set = flags.isEmpty() ? new UidSet() : UidSet.of(uids);
    return new FlagStore(conversation, add, flags, unchangedSince).send(set);
  }

  /** Whether a message is never in both folders while {@link #move} is under way: MOVE. */
  public boolean movesAtOnce() {
    return conversation.capabilities().has("MOVE");
  }

  /** Whether {@link #move} can be used: MOVE, or UIDPLUS as a substitute. */
  public boolean canMove() {
    return MessageMove.canMove(conversation.capabilities());
  }

  /**
   * Moves messages of the selected folder to another by UID MOVE, or by UID COPY and {@link
   * #expunge}, and waits.
   *
   * @return the UIDs in the other folder by the UIDs in this one. Messages that the server's
   *     COPYUID (RFC 4315) leaves out were gone already and are not in it. Where there was no
   *     COPYUID all are, with 0: the server does not tell UIDs, or none of the messages was there
   *     any more
   * @throws CommandRefused when some may have been moved all the same, and without MOVE some may be
   *     in both folders
   */
  public NavigableMap<Long, Long> move(Collection<Long> uids, FolderName to) {
    return new MessageMove(conversation).move(UidSet.of(uids), to);
  }

  /** Whether {@link #expunge} can be used: UIDPLUS is advertised. */
  public boolean canExpunge() {
    return MessageMove.canExpunge(conversation.capabilities());
  }

  /**
   * Removes messages of the selected folder for good, exactly these (RFC 4315 section 2.1), and
   * waits. They are marked as \Deleted first, and stay so where the removal is refused.
   */
  public void expunge(Collection<Long> uids) {
    new MessageMove(conversation).expunge(UidSet.of(uids));
  }

  /**
   * Appends messages to a folder, which need not be selected. One MULTIAPPEND where it is
   * advertised; else single APPENDs, pipelined with LITERAL+ or LITERAL- (up to its 4096 octets),
   * and one at a time for synchronizing literals.
   *
   * @return one result for each message, in their order
   * @throws ConnectionLost when the outcome of some is unknown
   */
  public List<AppendResult> append(FolderName folder, List<OutgoingMessage> messages) {
    return sendAppend(folder, messages).get();
  }

  /**
   * As {@link #append}, but returns when all is sent.
   *
   * @return waits for the answers; to be called once, before the contents of the messages are freed
   */
  public Supplier<List<AppendResult>> sendAppend(
      FolderName folder, List<OutgoingMessage> messages) {
    return sendAppend(folder, messages, true, (number, result) -> {});
  }

  /**
   * As {@link #sendAppend(FolderName, List)}.
   *
   * @param together whether one command may carry several messages, which then are stored or
   *     refused together
   * @param answered receives what became of a message, by its number in the list, as soon as that
   *     is known: so it is known of some though the connection is lost
   */
  public Supplier<List<AppendResult>> sendAppend(
      FolderName folder,
      List<OutgoingMessage> messages,
      boolean together,
      BiConsumer<Integer, AppendResult> answered) {
    return new MessageAppend(conversation, folder, messages, together, answered).send();
  }

  /**
   * Sends LOGOUT, if the connection still stands and nothing is under way, and does not wait;
   * {@link #close} does. Nothing else may be sent then. Never throws.
   */
  public void leave() {
    conversation.leave();
  }

  /** LOGOUT if the connection still stands, then closes it. Never throws. */
  @Override
  public void close() {
    conversation.close();
  }
}
