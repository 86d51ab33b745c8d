package org.mailcaravan.imap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The commands under way on one connection, the oldest first, until the connection is lost.
 * Thread-safe.
 */
final class CommandQueue {
  private final Deque<Command> commands = new ArrayDeque<>();
  private final Pipelining pipelining = new Pipelining();
  private int sent;
  private int answered;
  private long waitingSince;
  private @Nullable ConnectionLost lost;
  private boolean lostOverContent;

  /**
   * Gives a command the next tag and adds it.
   *
   * @throws ConnectionLost when the connection is lost
   */
  synchronized void add(Command command) {
    requireConnection();
    sent++;
    command.tag("A" + sent);
    if (commands.isEmpty()) {
      waitingSince = System.nanoTime();
    } else {
      command.markPipelined();
    }
    commands.addLast(command);
  }

  /** The server has answered a command. */
  synchronized void remove(Command command) {
    if (commands.remove(command)) {
      answered++;
    }
    waitingSince = System.nanoTime();
    notifyAll();
  }

  synchronized boolean isEmpty() {
    return commands.isEmpty();
  }

  /**
   * Waits until nothing is under way.
   *
   * @throws ConnectionLost when the connection is lost
   */
  synchronized void awaitEmpty() throws InterruptedException {
    while (!commands.isEmpty()) {
      wait();
    }
    requireConnection();
  }

  private void requireConnection() {
    if (lost != null) {
      throw lost.again();
    }
  }

  /** How many commands were added, those under way included. */
  synchronized int sent() {
    return sent;
  }

  /** How many commands the server has answered. */
  synchronized int answered() {
    return answered;
  }

  /** Since when a command is under way, or when the last one ended; {@link System#nanoTime}. */
  synchronized long waitingSince() {
    return waitingSince;
  }

  synchronized @Nullable Command oldest() {
    return commands.peekFirst();
  }

  /** The oldest command that meets a condition. */
  synchronized Optional<Command> first(Predicate<Command> condition) {
    for (Command command : commands) {
      if (condition.test(command)) {
        return Optional.of(command);
      }
    }
    return Optional.empty();
  }

  synchronized void forEach(Consumer<Command> action) {
    commands.forEach(action);
  }

  /** The commands of a kind, the oldest first. */
  synchronized <C extends Command> List<C> ofKind(Class<C> kind) {
    List<C> found = new ArrayList<>(1);
    for (Command command : commands) {
      if (kind.isInstance(command)) {
        found.add(kind.cast(command));
      }
    }
    return found;
  }

  /** Whether every command that was sent before and may tell of a folder has ended. */
  synchronized boolean isOldestOfFolder(Command command) {
    return commands.stream().takeWhile(before -> before != command).noneMatch(Command::isOfFolder);
  }

  /**
   * The connection is lost: no command can be added any more.
   *
   * @return the first loss of this connection; a later one changes nothing
   */
  synchronized ConnectionLost lose(ConnectionLost loss) {
    if (lost == null) {
      lost = loss;
      if (commands.stream().anyMatch(Command::isPipelined)) {
        pipelining.lost();
      }
      lostOverContent = commands.stream().anyMatch(Command::carriesContent);
    }
    return lost;
  }

  /** Whether messages were on their way when the connection was lost. */
  synchronized boolean lostOverContent() {
    return lostOverContent;
  }

  /**
   * Fails all commands, outside of the lock. Where an Error breaks this off, a further call goes on
   * with the commands that are left.
   */
  void failAll(ConnectionLost loss) {
    for (Command command = oldest(); command != null; command = oldest()) {
      command.lost(loss);
      synchronized (this) {
        commands.remove(command);
      }
    }
    synchronized (this) {
      notifyAll();
    }
  }

  /** Whether commands are sent before others are answered, and how the server took it. */
  Pipelining pipelining() {
    return pipelining;
  }
}
