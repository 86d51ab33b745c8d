package org.mailcaravan.sync.session;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.Namespaces;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.HostHabits;
import org.mailcaravan.store.HostHabits.Habit;

/**
 * How one side of a pass is spoken to: usually with many commands under way. Some servers refuse,
 * forget or hang up at a command that comes before they have answered the one before (James 3.8),
 * and some close a connection after a few commands. They are found out, treated as they need it,
 * and known from the start in later passes. Thread-safe.
 */
public final class ServerManners {
  /** After a loss, so many commands go one at a time: the loss may have had another reason. */
  private static final int TRIAL = 64;

  /** Without status, a list of folders is one command, or two. */
  private static final int LISTINGS_LOST = 2;

  private final Side side;
  private final Server server;
  private final HostHabits habits;
  private final PassTally tally;
  private final boolean known;
  private boolean oneAtATime;
  private boolean brief;
  private boolean refusesAnyway;
  private long trial;
  private boolean onTrial;
  private int losses;
  private int answeredBefore;
  private boolean listing;
  private int listingsLost;
  private boolean staleStatus;
  private @Nullable Namespaces namespaces;
  private @Nullable ImapConnection last;

  ServerManners(Side side, Server server, HostHabits habits, PassTally tally) {
    this.side = side;
    this.server = server;
    this.habits = habits;
    this.tally = tally;
    this.known = habits.has(server, Habit.ONE_COMMAND_AT_A_TIME);
    this.oneAtATime = known;
    this.brief = habits.has(server, Habit.SHORT_CONNECTIONS);
    this.staleStatus = habits.has(server, Habit.STALE_STATUS);
  }

  /** Logs in as the server needs it. */
  void login(ImapConnection made, Credentials credentials) {
    ImapConnection before;
    boolean briefly;
    synchronized (this) {
      made.oneAtATime(oneAtATime ? Long.MAX_VALUE : trial);
      before = last;
      briefly = brief;
    }
    if (briefly) {
      made.loginBriefly(credentials, before);
    } else {
      made.login(credentials);
    }
    synchronized (this) {
      last = made;
    }
  }

  /** Asks for the namespaces, once in a pass; what is given back waits for them. */
  public Supplier<Namespaces> namespaces(ImapConnection connection) {
    Namespaces told;
    boolean alone;
    synchronized (this) {
      told = namespaces;
      alone = listingsLost > 0;
    }
    if (told != null) {
      return () -> told;
    }
    Supplier<Namespaces> asked = connection.sendNamespaces();
    Supplier<Namespaces> noted =
        () -> {
          Namespaces now = asked.get();
          synchronized (this) {
            namespaces = now;
          }
          return now;
        };
    if (alone) {
      // So it need not be asked for again when the list is lost.
      Namespaces now = noted.get();
      return () -> now;
    }
    return noted;
  }

  /** Folders are being listed, or were. */
  public synchronized void listing(boolean underWay) {
    listing = underWay;
  }

  public synchronized boolean canTellStatuses() {
    return listingsLost < LISTINGS_LOST;
  }

  /** A connection was lost. */
  synchronized void lost(ImapConnection used) {
    if (listing) {
      listing = false;
      listingsLost++;
    }
    // One that is lost over a message says nothing of how many commands it takes.
    if (!used.lostOverContent()) {
      if (used.answered() == answeredBefore && !brief) {
        brief = true;
        tally.gotFurther(1);
      }
      answeredBefore = used.answered();
    }
    if (oneAtATime || !used.lostInPipelining()) {
      return;
    }
    if (++losses > 1 || used.neverPipelined()) {
      oneAtATime = true;
    } else {
      trial = TRIAL;
    }
    tally.gotFurther(1);
  }

  /** A server showed messages only when they were asked for after their folder was open. */
  public synchronized void losesWhatComesEarly() {
    oneAtATime = true;
  }

  /**
   * What is to be thrown when a server has refused what came early, so that it is asked again, one
   * command at a time; null when it has not, or refuses the same when it comes alone.
   */
  synchronized @Nullable MigrationException refused(ImapConnection used, Where place) {
    if (onTrial && used.isOneAtATime() && used.refusesSingleCommands()) {
      // So it was not that.
      refusesAnyway = true;
      onTrial = false;
      oneAtATime = known;
      used.oneAtATime(known ? Long.MAX_VALUE : 0);
    }
    if (oneAtATime || refusesAnyway || !used.refusesPipelining()) {
      return null;
    }
    oneAtATime = true;
    onTrial = true;
    tally.gotFurther(1);
    return new TryAgain(
        new Problem(
            ProblemCode.COMMAND_REFUSED,
            place,
            side.words() + " refuses a command that comes before it has answered the one before",
            side == Side.SOURCE ? Owner.OLD_HOST : Owner.US,
            "Run the request again; it then gets one command at a time."),
        null,
        new CommandRefused("a command", new ServerRefusal(true, "", "too early")));
  }

  /** STATUS tells less of a folder than its EXAMINE did before. */
  public synchronized void tellsOldStatus() {
    staleStatus = true;
  }

  public synchronized boolean hasStaleStatus() {
    return staleStatus;
  }

  /** Keeps what was found out, at the end of a pass. */
  synchronized void learn() {
    if (oneAtATime && !known) {
      habits.learn(server, Habit.ONE_COMMAND_AT_A_TIME);
    }
    if (brief) {
      habits.learn(server, Habit.SHORT_CONNECTIONS);
    }
    if (staleStatus) {
      habits.learn(server, Habit.STALE_STATUS);
    }
  }
}
