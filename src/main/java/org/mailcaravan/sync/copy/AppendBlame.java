package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.sync.diagnosis.AppendRefusal;
import org.mailcaravan.sync.session.Patience;
import org.mailcaravan.sync.session.Suspects;

/**
 * Finds out whom a refusal is to be blamed on: a message, which is set aside; the folder or the
 * server, which end the try; or nobody yet. For one use, by one thread.
 */
final class AppendBlame {
  /** A server that failed at so many messages, and stored none since, fails at all messages. */
  private static final int BLAMED = 8;

  /** How often a server gets time that it wants at one message, while it stores those after it. */
  static final int MOST_OBEYED = 2;

  private final FolderCopy copy;
  private final SetAside setAside;
  private final AppendCommands commands;
  private final AppendRecord record;
  private final Where place;
  private final List<SourceMessage> guilty = new ArrayList<>();
  private final Map<SourceMessage, ServerRefusal> refusedByFolder = new LinkedHashMap<>();

  AppendBlame(FolderCopy copy, SetAside setAside, AppendCommands commands, AppendRecord record) {
    this.copy = copy;
    this.setAside = setAside;
    this.commands = commands;
    this.record = record;
    this.place = copy.place();
  }

  /** The server fails each time at this message; {@link #judge} decides whose fault that is. */
  void blameMessage(SourceMessage message) {
    guilty.add(message);
    if (!copy.work().wasSetAside(message.uid()) && copy.failures().guilty(message.uid()) > BLAMED) {
      throw new NeedsAttention(serverFails(message));
    }
  }

  /** The folder refuses a message, and may refuse them all. */
  void blameFolder(SourceMessage message, ServerRefusal refusal) {
    refusedByFolder.put(message, refusal);
  }

  /**
   * Decides, after all other messages were sent, which messages are at fault. Where the server has
   * stored nothing, the server is.
   */
  void judge() {
    boolean stores = commands.stores();
    boolean allSetAside =
        refusedByFolder.keySet().stream()
            .allMatch(message -> copy.work().wasSetAside(message.uid()));
    if (!refusedByFolder.isEmpty() && !commands.takes() && !allSetAside) {
      ServerRefusal first = refusedByFolder.values().iterator().next();
      throw AppendRefusal.of(first) == AppendRefusal.FOLDER ? endTry(first) : endFolder(first);
    }
    refusedByFolder.forEach(
        (message, refusal) ->
            setAside(
                message, ProblemCode.MESSAGE_REFUSED, "the new server refused it: " + refusal));
    List<SourceMessage> blamed =
        guilty.stream()
            .filter(
                message ->
                    copy.work().wasSetAside(message.uid()) || (stores && isProved(message.uid())))
            .toList();
    for (SourceMessage message : guilty) {
      // What an earlier pass has set aside stays so while it is refused, with its file.
      if (blamed.contains(message)) {
        setAside(message, ProblemCode.MESSAGE_REFUSED, failsEachTime(message));
      } else {
        Problem problem = serverFails(message);
        copy.work().open().remove(message.uid());
        suspects().unproved(sourceFolder(), message.uid());
        copy.ledger()
            .recordOpen(message.uid(), new OpenMessage(OpenMessage.Why.FAILED, problem.cause()));
        copy.session().tally().problem(problem);
      }
    }
  }

  void setAside(SourceMessage message, ProblemCode code, String reason) {
    SetAside.Kept kept = setAside.keep(copy.plan(), message, reason);
    copy.work().open().remove(message.uid());
    suspects().remove(sourceFolder(), List.of(message.uid()));
    copy.ledger().recordOpen(message.uid(), new OpenMessage(OpenMessage.Why.SET_ASIDE, reason));
    copy.session()
        .tally()
        .setAside(AppendProblems.setAside(code, place, message.uid(), kept, reason));
  }

  String failsEachTime(SourceMessage message) {
    return "the new server fails each time it is given this message" + said(message);
  }

  private Problem serverFails(SourceMessage message) {
    return AppendProblems.fails(place, commands.stores(), said(message));
  }

  /** A server that only hangs up may do so with any message. */
  private boolean isProved(long uid) {
    return !copy.failures().hasHungUpAt(uid) || suspects().isProved(sourceFolder(), uid);
  }

  String said(SourceMessage message) {
    String words = copy.failures().lastWords().get(message.uid());
    return words == null ? "" : ": " + words;
  }

  /**
   * The server asked for time at these and hung up. That is obeyed. When it does so again, they are
   * sent in parts, and those first that it did not refuse yet: one that is busy takes none of them;
   * one that minds a single message takes the others.
   */
  void wantsTime(List<Long> uids) {
    if (uids.isEmpty()) {
      return;
    }
    int times = copy.pleas().wantsTime(uids);
    boolean alone = uids.size() == 1;
    boolean first = times < MOST_OBEYED && !copy.pleas().wantsTimeAtSome();
    boolean known = alone && copy.work().wasSetAside(uids.get(0));
    if (!known && (first || (alone && times <= MOST_OBEYED))) {
      return;
    }
    copy.pleas().wantsTimeAtSome(true);
    if (!alone) {
      suspects().apart(sourceFolder(), uids);
    } else if ((known || commands.stores()) && !suspects().isGuilty(sourceFolder(), uids.get(0))) {
      copy.session()
          .failed(Side.DESTINATION, copy.plan().name(), uids, false, Suspects.Failure.PASSING);
      copy.session().tally().gotFurther(1);
    }
  }

  /** Messages that were refused alone may be taken later, or be at fault: more tries show it. */
  void requireNoTrouble() {
    Map<SourceMessage, ServerRefusal> troubled = commands.troubled();
    if (troubled.isEmpty()) {
      return;
    }
    commands.clearInFlight();
    ServerRefusal last = List.copyOf(troubled.values()).get(troubled.size() - 1);
    for (SourceMessage message : troubled.keySet()) {
      // Only where the server stores others is a message to blame.
      if (commands.storesHere() || suspects().hasFailedAlone(sourceFolder(), message.uid())) {
        copy.session()
            .failed(
                Side.DESTINATION,
                copy.plan().name(),
                List.of(message.uid()),
                false,
                Suspects.Failure.PASSING);
      }
    }
    throw passing(new CommandRefused("APPEND", last));
  }

  /**
   * Records what has arrived; gives what is to be thrown where others would be refused likewise.
   */
  MigrationException endTry(ServerRefusal refusal) {
    record.record();
    commands.clearInFlight();
    CommandRefused cause = new CommandRefused("APPEND", refusal);
    return AppendRefusal.of(refusal) == AppendRefusal.FOLDER
        ? new NeedsAttention(AppendProblems.folderRefused(place, refusal), cause)
        : passing(cause);
  }

  /**
   * Records what has arrived; gives what is to be thrown when a folder has refused so many messages
   * and has never taken one.
   */
  NeedsAttention endFolder(ServerRefusal refusal) {
    record.record();
    commands.clearInFlight();
    return new NeedsAttention(
        AppendProblems.takesNothing(place, refusal), new CommandRefused("APPEND", refusal));
  }

  private MigrationException passing(CommandRefused cause) {
    Map<SourceMessage, ServerRefusal> troubled = commands.troubled();
    boolean ofMessages =
        !troubled.isEmpty()
            && troubled.keySet().stream().allMatch(each -> copy.failures().isOvertaken(each.uid()));
    boolean doubted =
        hadItsHours(cause.refusal())
            && (ofMessages || copy.session().mayDoubtHours(Side.DESTINATION, sourceFolder()));
    MigrationException known =
        doubted
            ? copy.session().untimed(cause, Side.DESTINATION, place)
            : copy.session().refused(cause, Side.DESTINATION, place);
    if (known instanceof NeedsAttention
        && AppendRefusal.of(cause.refusal()) == AppendRefusal.PATIENCE) {
      return known;
    }
    return known instanceof TryAgain
        ? known
        : new TryAgain(AppendProblems.cannotAnswer(place, cause.refusal()), null, cause);
  }

  /** Whether the server wants hours which it had already, so that it may mean one message. */
  boolean hadItsHours(ServerRefusal refusal) {
    return !Patience.isSatOut(copy.session().diagnosis().meaning(refusal))
        && copy.session().hadItsTime(Side.DESTINATION);
  }

  /** Whether it has hung up after it refused some. */
  boolean hasHungUp() {
    return !copy.session().answers(Side.DESTINATION);
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.DESTINATION);
  }

  private FolderName sourceFolder() {
    return copy.source().name();
  }
}
