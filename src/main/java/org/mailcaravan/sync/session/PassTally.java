package org.mailcaravan.sync.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.CarriedOver;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.model.Where;

/** Counts what one pass of one mailbox does. Thread-safe. */
public final class PassTally {
  private static final int MOST_FLAGS = 20;
  private static final int MOST_OBSTACLES = 20;

  private final Mailbox mailbox;
  private final Progress progress;
  private final long startedNanos;
  private final Problems problems = new Problems();
  private final Set<String> notes = new LinkedHashSet<>();
  private final OtherSizes otherSizes = new OtherSizes();
  private final Map<Where, Map<String, Long>> dropped =
      new TreeMap<>(Comparator.comparing(Where::toString));
  private int folders;
  private long allMessages = -1;
  private long allBytes = -1;
  private long copied;
  private long alreadyThere;
  private long setAside;
  private long moved;
  private long flagsUpdated;
  private long deletedAtSource;
  private boolean mayBeLeftOut;
  private long mirrored;
  private long bytes;
  private long compared;
  private long groupware;
  private long steps;
  private long looks;
  private final Map<Side, Long> given = new EnumMap<>(Side.class);
  private boolean planned;
  private boolean fault;
  private List<ImportResult> contacts = List.of();
  private List<ImportResult> calendar = List.of();
  private @Nullable Certificate certificate;

  public PassTally(Mailbox mailbox, Progress progress, long startedNanos) {
    this.mailbox = mailbox;
    this.progress = progress;
    this.startedNanos = startedNanos;
  }

  public synchronized void planned(int folderCount, long messages, long octets) {
    planned = true;
    folders = folderCount;
    allMessages = messages;
    allBytes = octets;
    progress.mailboxPlanned(mailbox, folderCount, messages, octets);
  }

  void waits(Instant until, String why) {
    progress.mailboxWaits(mailbox, until, why);
  }

  void goesOn() {
    progress.mailboxGoesOn(mailbox);
  }

  public synchronized void alreadyThere(long messages) {
    alreadyThere += messages;
    progress.messagesDone(mailbox, messages, 0);
  }

  /** Rules leave so many messages of those out that were planned. */
  public synchronized void leftOut(long messages) {
    allMessages = Math.max(-1, allMessages - messages);
  }

  public synchronized void copied(long messages, long octets) {
    copied += messages;
    bytes += octets;
    progress.messagesDone(mailbox, messages, octets);
  }

  /** Whether the destination has stored anything in this pass. */
  public synchronized boolean hasCopied() {
    return copied > 0;
  }

  /** Messages that were counted as copied are not at the destination after all. */
  public synchronized void notStored(long messages) {
    copied -= Math.min(copied, messages);
  }

  public synchronized void moved(long messages) {
    moved += messages;
  }

  public synchronized void flagsUpdated(long messages) {
    flagsUpdated += messages;
  }

  /**
   * Source messages have left their folder and are in no other that was opened.
   *
   * @param ruled whether rules leave something out, where they may be
   */
  public synchronized void deletedAtSource(long messages, boolean ruled) {
    deletedAtSource += messages;
    mayBeLeftOut |= ruled;
  }

  public synchronized void mirrored(long messages) {
    mirrored += messages;
  }

  /** Source messages were compared with their copies. */
  public synchronized void compared(long messages) {
    compared += messages;
  }

  /** Shows what was compared, if nothing else is done. */
  public synchronized void shown(long messages, long octets) {
    progress.messagesDone(mailbox, messages, octets);
  }

  public synchronized void certificate(Certificate issued) {
    certificate = issued;
  }

  /**
   * What the comparison of both sides showed, or null when there was none. What is a problem and
   * stands in no folder of it is an obstacle, so that it never says that all is well where the
   * result does not.
   */
  public synchronized @Nullable Certificate certificate() {
    Certificate issued = certificate;
    if (issued == null || issued.verdict() == Verdict.INCOMPLETE) {
      return issued;
    }
    List<String> obstacles =
        problems.told().stream()
            .filter(problem -> problem.code() != ProblemCode.MESSAGE_GONE)
            .limit(MOST_OBSTACLES)
            .map(problem -> problem.place() + ": " + problem.cause())
            .toList();
    return obstacles.isEmpty() ? issued : issued.withObstacles(obstacles);
  }

  public synchronized void setAside(Problem problem) {
    setAside++;
    problems.add(problem);
    progress.messagesDone(mailbox, 1, 0);
  }

  /** Adds something that a person must know; the same thing twice counts once. */
  public synchronized void problem(Problem problem) {
    problems.add(problem);
  }

  /**
   * Adds what was done otherwise than at the source and needs nothing done; the same thing twice
   * counts once.
   */
  public synchronized void note(String note) {
    notes.add(note);
  }

  public OtherSizes otherSizes() {
    return otherSizes;
  }

  /** A message was stored without a flag or keyword that it has at the source. */
  public synchronized void dropped(Where place, String flag) {
    dropped.computeIfAbsent(place, any -> new TreeMap<>()).merge(flag, 1L, Long::sum);
  }

  /** Whether messages were stored without a flag in a folder. */
  public synchronized boolean isDropped(Where place, String flag) {
    return dropped.getOrDefault(place, Map.of()).keySet().stream().anyMatch(flag::equalsIgnoreCase);
  }

  /** What was stored without flags in a folder, as a sentence, or null when nothing was. */
  public synchronized @Nullable String droppedFlags(Where place) {
    Map<String, Long> flags = dropped.get(place);
    return flags == null
        ? null
        : "The new server does not keep these flags, without which messages were stored: "
            + flags.entrySet().stream()
                .limit(MOST_FLAGS)
                .map(flag -> flag.getKey() + " (" + flag.getValue() + ")")
                .collect(Collectors.joining(", "))
            + (flags.size() > MOST_FLAGS ? ", and " + (flags.size() - MOST_FLAGS) + " more." : ".");
  }

  /** Adds a fault of ours. */
  public synchronized void fault(Problem problem) {
    fault = true;
    problems.add(problem);
  }

  /** A card or event was dealt with. */
  public synchronized void groupware() {
    groupware++;
  }

  /** Sets what became of the files of contacts. */
  public synchronized void contacts(List<ImportResult> results) {
    contacts = List.copyOf(results);
    results.forEach(result -> result.refused().forEach(problems::add));
  }

  /** Sets what became of the files of events. */
  public synchronized void calendar(List<ImportResult> results) {
    calendar = List.copyOf(results);
    results.forEach(result -> result.refused().forEach(problems::add));
  }

  /**
   * Something was done that need not be done again in this pass, and that is no result yet: a
   * folder was looked at, a message came from the source, the bad ones among others are fewer.
   */
  public synchronized void gotFurther(long howMuch) {
    steps += howMuch;
  }

  /** The source has told what is in a folder. */
  public synchronized void looked() {
    looks++;
  }

  /** A side has given or taken a message. */
  public synchronized void given(Side side) {
    given.merge(side, 1L, Long::sum);
  }

  /**
   * Rises with all that a side gives or takes. Unlike {@link #progress} it does not count what was
   * only found out of failures.
   *
   * @param messages whether only messages count, and not what is told of folders
   */
  synchronized long results(Side side, boolean messages) {
    long all = given.getOrDefault(side, 0L) + (messages ? 0 : alreadyThere + compared);
    return side == Side.SOURCE
        ? all + (messages ? 0 : looks)
        : all + copied + moved + flagsUpdated + mirrored;
  }

  /**
   * Rises with all that is dealt with, so that a retry can tell whether it got further than the
   * last.
   */
  public synchronized long progress() {
    return copied + alreadyThere + moved + flagsUpdated + mirrored + compared + groupware + steps;
  }

  /** How far the pass is, for who watches. */
  public synchronized PassProgress soFar() {
    return new PassProgress(copied + alreadyThere + setAside, allMessages, bytes, allBytes);
  }

  /** What was noted so far. */
  public synchronized List<String> notes() {
    return new ArrayList<>(notes);
  }

  /** Whether some problem is about a folder or a message of it. */
  public synchronized boolean tells(Where folder) {
    return problems.tells(folder);
  }

  /** Whether some problem has this code. */
  public synchronized boolean tells(ProblemCode code) {
    return problems.told().stream().anyMatch(problem -> problem.code() == code);
  }

  /** What a problem about a folder says, or null when there is none. */
  public synchronized @Nullable String cause(Where folder) {
    return problems.cause(folder);
  }

  public synchronized List<Problem> problems() {
    return problems.told();
  }

  public synchronized MailboxResult result(long nowNanos) {
    return new MailboxResult(
        mailbox,
        state(),
        folders,
        copied,
        alreadyThere,
        setAside,
        new CarriedOver(moved, flagsUpdated, deletedAtSource, mirrored),
        bytes,
        (nowNanos - startedNanos) / 1e9,
        contacts,
        calendar,
        certificate(),
        problems.told(),
        allNotes());
  }

  private List<String> allNotes() {
    List<String> all = new ArrayList<>(notes);
    Stream.ofNullable(otherSizes.note()).forEach(all::add);
    dropped.keySet().forEach(place -> all.add(capitalized(place) + ": " + droppedFlags(place)));
    if (planned && problems.isEmpty() && certificate == null) {
      all.add(
          "No step of the routes compared both sides (mailbox:verify), so nothing proves that all messages are at"
              + " the new server.");
    }
    if (certificate != null) {
      Certificate.leftOut(certificate.folders()).forEach(told -> all.add(told + "."));
    }
    if (moved > 0) {
      all.add(
          messagesWere(moved)
              + " moved to another folder, as was done at the old provider since the last pass.");
    }
    if (deletedAtSource > 0) {
      all.add(
          messagesWere(deletedAtSource)
              + " deleted at the old provider since the last pass"
              + (mayBeLeftOut ? ", or moved to where a rule leaves them out" : "")
              + (mirrored == 0 ? "; what was copied stays at the new server." : "."));
    }
    if (mirrored > 0) {
      all.add(
          messagesWere(mirrored)
              + " removed at the new server, since the old provider has them no more"
              + " (pass.mirror-deletions).");
    }
    return all;
  }

  public static String capitalized(Where place) {
    String words = place.toString();
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static String messagesWere(long count) {
    return count == 1 ? "1 message was" : count + " messages were";
  }

  /** The one place that decides it: exit codes, JSON and tables ask for nothing else. */
  private MailboxState state() {
    if (fault) {
      return MailboxState.FAULT;
    }
    if (!planned) {
      return MailboxState.BLOCKED;
    }
    boolean certified = certificate == null || certificate.verdict() != Verdict.INCOMPLETE;
    return problems.isEmpty() && certified ? MailboxState.COPIED : MailboxState.INCOMPLETE;
  }
}
