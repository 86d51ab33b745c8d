package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An IMAP server in memory, in clear text on a free loopback port, that does what the RFCs say
 * except where a {@link Behaviour} does otherwise. Good as a source and as a destination; tests
 * reach into its accounts.
 *
 * <pre>{@code
 * try (ImapHost host = ImapHost.start()) {
 *   host.account("ann", "secret").folder("INBOX").put(octets, Set.of("\\Seen"), date);
 *   host.behaves(Behaviours.refusing(command -> command.fetchesContent(), "NO [UNAVAILABLE] no"));
 *   ...
 *   host.behavesWell();
 *   assertThat(host.commands("UID STORE")).isEmpty();
 * }
 * }</pre>
 */
public final class ImapHost implements AutoCloseable {
  /** Everything that it can do and our client uses. */
  public static final String ALL_CAPABILITIES =
      "IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN ID ENABLE NAMESPACE UIDPLUS MOVE MULTIAPPEND CONDSTORE"
          + " LIST-EXTENDED SPECIAL-USE LIST-STATUS STATUS=SIZE UNSELECT QUOTA";

  private final ServerSocket listener;
  private final Map<String, HostAccount> accounts = new ConcurrentHashMap<>();
  private final List<HostSession> sessions = Collections.synchronizedList(new ArrayList<>());
  private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Set<String> capabilities = words(ALL_CAPABILITIES);
  private volatile List<Behaviour> behaviours = List.of();
  private volatile String spared = "";
  private volatile String greeting = "the test host is ready";
  private volatile String prefix = "";
  private volatile String separator = "/";

  private ImapHost(String address) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getByName(address));
    Thread acceptor = new Thread(this::accept, "imap host");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  public static ImapHost start() {
    return startAt("127.0.0.1");
  }

  /** At an address of its own, so that nothing that is remembered of another is taken for its. */
  public static ImapHost startAt(String loopbackAddress) {
    try {
      return new ImapHost(loopbackAddress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> words(String list) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(list.split(" ", -1))));
  }

  public int port() {
    return listener.getLocalPort();
  }

  public String address() {
    return listener.getInetAddress().getHostAddress();
  }

  /** Takes capabilities away. */
  public ImapHost without(String... names) {
    Set<String> rest = new LinkedHashSet<>(capabilities);
    rest.removeAll(List.of(names));
    capabilities = rest;
    return this;
  }

  /** Adds capabilities; whether anything is behind them is another matter. */
  public ImapHost with(String... names) {
    Set<String> more = new LinkedHashSet<>(capabilities);
    more.addAll(List.of(names));
    capabilities = more;
    return this;
  }

  public String capabilities() {
    return String.join(" ", capabilities);
  }

  /** Whether it advertises a capability. */
  public boolean can(String capability) {
    return capabilities.contains(capability);
  }

  /** The words of the greeting. */
  public ImapHost greeting(String words) {
    greeting = words;
    return this;
  }

  String greeting() {
    return greeting;
  }

  /** The personal namespace, such as {@code INBOX.} with the separator {@code .}. */
  public ImapHost namespace(String newPrefix, String newSeparator) {
    prefix = newPrefix;
    separator = newSeparator;
    return this;
  }

  String prefix() {
    return prefix;
  }

  String separator() {
    return separator;
  }

  /** From now on, on connections that stand already as well; the first is outermost. */
  public ImapHost behaves(Behaviour... some) {
    behaviours = List.of(some);
    return this;
  }

  /** From now on it does what the RFCs say. */
  public void behavesWell() {
    behaviours = List.of();
  }

  /** The account of this user, made with this password when it is not there. */
  public HostAccount account(String user, String password) {
    return accounts.computeIfAbsent(
        user, made -> new HostAccount(user, UsedPasswords.add(password)));
  }

  @Nullable HostAccount find(String user) {
    return accounts.get(user);
  }

  /** Every connection that was made, in their order. */
  public List<HostSession> sessions() {
    return List.copyOf(sessions);
  }

  /** Every command that came on any connection, of these names, or all. */
  public List<ImapCommand> commands(String... names) {
    Predicate<ImapCommand> wanted = command -> names.length == 0 || command.is(names);
    return sessions().stream()
        .flatMap(session -> session.commands().stream())
        .filter(wanted)
        .toList();
  }

  /** Forgets the connections that have ended, and all commands. */
  public void forget() {
    sessions().forEach(HostSession::forget);
    sessions.removeIf(HostSession::hasEnded);
  }

  /** One user is served as the RFCs say, whatever {@link #behaves} says of the others. */
  public void sparing(String user) {
    spared = user;
  }

  private boolean isSpared(ImapCommand command) {
    HostAccount account = command.session().account();
    return !spared.isEmpty()
        && (account == null ? command.loginName().equals(spared) : account.user().equals(spared));
  }

  Answer answer(ImapCommand command, Supplier<Answer> usual) {
    if (isSpared(command)) {
      return usual.get();
    }
    Supplier<Answer> inner = usual;
    List<Behaviour> worn = behaviours;
    for (int i = worn.size() - 1; i >= 0; i--) {
      Behaviour behaviour = worn.get(i);
      Supplier<Answer> next = inner;
      inner = () -> behaviour.answer(command, next);
    }
    return inner.get();
  }

  @Nullable Answer beforeLiteral(ImapCommand begun, long octets) {
    if (isSpared(begun)) {
      return null;
    }
    for (Behaviour behaviour : behaviours) {
      Answer answer = behaviour.beforeLiteral(begun, octets);
      if (answer != null) {
        return answer;
      }
    }
    return null;
  }

  /** Waits so long, for a server that is slow; true when the host is being closed. */
  boolean pause(long millis) {
    try {
      return closing.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  void failed(Throwable failure) {
    failures.add(failure);
  }

  private void accept() {
    while (true) {
      try {
        HostSession session = new HostSession(this, listener.accept(), sessions.size() + 1);
        sessions.add(session);
        session.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  /** Ends all connections, and throws what went wrong in the server itself. */
  @Override
  public void close() {
    closing.countDown();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sessions().forEach(HostSession::end);
    if (!failures.isEmpty()) {
      throw new AssertionError("the test host failed: " + failures.get(0), failures.get(0));
    }
  }
}
