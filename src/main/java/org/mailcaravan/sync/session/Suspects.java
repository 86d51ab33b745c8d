package org.mailcaravan.sync.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderName;

/**
 * The messages of one side that were part of a failure: their command was refused, or the
 * connection was lost over it. One of them may cause it each time, so they are tried again in
 * halves, and halves of these, until it is alone: a few more commands for each bad message, however
 * many good ones there are. Thread-safe.
 *
 * <p>Only a message that failed alone, and more than once, is guilty. Whether it is the message or
 * the whole server shows in what is served meanwhile: {@link #needsProof}.
 */
public final class Suspects {
  /** What a message must have weighed against it, alone, before it is guilty. */
  private static final int GUILTY = 3;

  /** Into so many parts messages are taken {@link #apart}. */
  public static final int PARTS = 10;

  /** After so many messages have failed alone, and none was served since, the server is tested. */
  private static final int FIRST_PROOF = 3;

  /** So many messages of a folder are tried, of which nothing is known, before it is given up. */
  public static final int MOST_SAMPLES = 64;

  /** So many messages may be blamed while no message of any folder is served. */
  public static final int MOST_UNPROVED = 8;

  /** A connection may be lost over something else once. */
  private static final int MOST_WRONGED = 2;

  /** What a failure says of the messages that were under way. */
  public enum Failure {
    /** A connection was lost on which more was done: so it may have been over that. */
    UNCLEAR(0),
    /** It may pass by itself: a lost connection, {@code UNAVAILABLE}, {@code SERVERBUG}. */
    PASSING(1),
    /** It is not said to pass: another refusal, or an OK without the message. */
    LASTING(2);

    private final int weight;

    Failure(int weight) {
      this.weight = weight;
    }
  }

  /** Messages that are to be tried together. */
  private static final class Group {
    final int size;
    int weight;
    boolean known;

    /** Whether another message was served after it had failed alone. */
    boolean overtaken;

    Group(int size) {
      this.size = size;
    }

    boolean hasFailedAlone() {
      return weight > 0;
    }
  }

  private static final class Folder {
    final Map<Long, Group> groups = new HashMap<>();
    final Collection<Long> aloneSinceServed = new TreeSet<>();
    final Set<Long> samples = new HashSet<>();
    final double samplesFrom = ThreadLocalRandom.current().nextDouble();
    int proofAfter = FIRST_PROOF;
  }

  private final Map<FolderName, Folder> folders = new HashMap<>();
  private int blamedUnproved;

  /** What had weighed against messages that had failed alone and were served later. */
  private int wronged;

  private int unproved;
  private long served;
  private long failuresAlone;

  /** These failed together, of which nothing else is known. */
  public void add(FolderName folder, Collection<Long> uids) {
    failed(folder, uids, false, Failure.PASSING);
  }

  /**
   * A command with these messages failed.
   *
   * @param partly whether others of the same command got through first: then the first of these is
   *     the likeliest cause
   * @return whether more is known now than before, so that another try is worthwhile
   */
  public synchronized boolean failed(
      FolderName folder, Collection<Long> uids, boolean partly, Failure failure) {
    List<Long> ordered = List.copyOf(uids);
    if (ordered.isEmpty()) {
      return false;
    }
    Folder known = of(folder);
    if (ordered.size() == 1) {
      return failedAlone(known, ordered.get(0), failure);
    }
    int from = partly ? 1 : 0;
    int middle = from + (ordered.size() - from + 1) / 2;
    put(known, ordered.subList(0, from));
    put(known, ordered.subList(from, middle));
    put(known, ordered.subList(middle, ordered.size()));
    return true;
  }

  private boolean failedAlone(Folder folder, long uid, Failure failure) {
    boolean told = folder.aloneSinceServed.size() < folder.proofAfter;
    Group group = folder.groups.get(uid);
    if (group == null || group.size > 1) {
      group = new Group(1);
      folder.groups.put(uid, group);
    }
    int weight = Math.max(1, group.weight + failure.weight);
    boolean narrowed = told && group.weight < Math.min(GUILTY, weight);
    if (!group.known) {
      failuresAlone += weight - group.weight;
    }
    group.weight = weight;
    if (!group.known) {
      folder.aloneSinceServed.add(uid);
    }
    return narrowed;
  }

  private static void put(Folder folder, List<Long> uids) {
    Group group = new Group(uids.size());
    uids.forEach(uid -> folder.groups.put(uid, group));
  }

  /**
   * A command with these messages failed, and each failure costs a long wait: they are tried in
   * more and smaller parts than halves.
   */
  public synchronized void apart(FolderName folder, Collection<Long> uids) {
    List<Long> ordered = List.copyOf(uids);
    int part = (ordered.size() + PARTS - 1) / PARTS;
    for (int from = 0; from < ordered.size(); from += part) {
      put(of(folder), ordered.subList(from, Math.min(ordered.size(), from + part)));
    }
  }

  /** Each of these failed for itself, though they were asked for together. */
  public synchronized void singly(FolderName folder, Collection<Long> uids) {
    uids.forEach(uid -> put(of(folder), List.of(uid)));
  }

  /** These were found guilty in an earlier pass: another failure is enough. */
  public synchronized void known(FolderName folder, Collection<Long> uids) {
    for (long uid : uids) {
      Group group = new Group(1);
      group.weight = GUILTY - 1;
      group.known = true;
      of(folder).groups.put(uid, group);
    }
  }

  /** These have got through. */
  public synchronized void served(FolderName folder, Collection<Long> uids) {
    if (!uids.isEmpty()) {
      blamedUnproved = 0;
    }
    served += uids.size();
    Folder known = folders.get(folder);
    if (known != null) {
      uids.stream()
          .map(known.groups::get)
          .filter(group -> group != null && !group.known)
          .forEach(group -> wronged += group.weight);
    }
    if (known != null && !uids.isEmpty()) {
      known.groups.keySet().removeAll(uids);
      known.aloneSinceServed.clear();
    }
  }

  /**
   * The server has taken other messages after those that have failed alone so far.
   *
   * @param last these of a folder failed after that
   */
  public synchronized void overtaken(FolderName name, Collection<Long> last) {
    folders.forEach(
        (each, folder) ->
            folder.groups.forEach(
                (uid, group) ->
                    group.overtaken |=
                        group.hasFailedAlone() && !(each.equals(name) && last.contains(uid))));
  }

  /**
   * Whether it is this message that fails, and not the server, now and then or from some time on:
   * another message was served after it had failed, more were served than others failed alone, and
   * none that had failed was served later. Where none was left to be served, no other that has
   * failed is open either.
   */
  public synchronized boolean isProved(FolderName folder, long uid) {
    Group group = group(folder, uid);
    if (group == null || wronged >= MOST_WRONGED) {
      return false;
    }
    return group.overtaken
        ? served > failuresAlone - group.weight
        : wronged == 0 && unproved == 0 && isOnlyOneOpen(group);
  }

  private boolean isOnlyOneOpen(Group one) {
    return folders.values().stream()
        .flatMap(folder -> folder.groups.values().stream())
        .allMatch(
            group ->
                group.equals(one) || group.known || group.overtaken || !group.hasFailedAlone());
  }

  /** It is open whether a message fails, or the server; it will not be tried again. */
  public synchronized void unproved(FolderName folder, long uid) {
    unproved++;
    remove(folder, List.of(uid));
  }

  /** These have got through, or will not be tried again. */
  public synchronized void remove(FolderName folder, Collection<Long> uids) {
    Folder known = folders.get(folder);
    if (known != null) {
      known.groups.keySet().removeAll(uids);
    }
  }

  /** No message of a folder will be tried again. */
  public synchronized void remove(FolderName folder) {
    folders.remove(folder);
  }

  synchronized boolean isEmpty() {
    return folders.values().stream().allMatch(folder -> folder.groups.isEmpty());
  }

  /** Whether it is still open which messages of a group fail, rather than why single ones do. */
  synchronized boolean isSearching() {
    return folders.values().stream()
        .flatMap(folder -> folder.groups.values().stream())
        .anyMatch(group -> !group.hasFailedAlone());
  }

  /** Whether a message has failed alone, as far as it goes in this pass or was known before. */
  public synchronized boolean hasFailedAlone(FolderName folder, long uid) {
    Group group = group(folder, uid);
    return group != null && group.hasFailedAlone();
  }

  /** Whether it is this message that fails. */
  public synchronized boolean isGuilty(FolderName folder, long uid) {
    Group group = group(folder, uid);
    return group != null && group.weight >= GUILTY;
  }

  /** Whether one more failure that may pass would make a message guilty, for the first time. */
  public synchronized boolean isLastChance(FolderName folder, long uid) {
    Group group = group(folder, uid);
    return group != null && !group.known && group.weight == GUILTY - 1;
  }

  /** Whether a message was guilty in an earlier pass. */
  public synchronized boolean isKnown(FolderName folder, long uid) {
    Group group = group(folder, uid);
    return group != null && group.known;
  }

  /**
   * Whether so many messages have failed, and none was served since, that it may be the server. A
   * message that was served before should be asked for; then {@link #proved}.
   */
  public synchronized boolean needsProof(FolderName folder) {
    Folder known = folders.get(folder);
    return known != null && known.aloneSinceServed.size() >= known.proofAfter;
  }

  /** The server gives another message of the folder. Proof is needed less often now. */
  public synchronized void proved(FolderName folder) {
    Folder known = of(folder);
    known.aloneSinceServed.clear();
    known.proofAfter *= 2;
  }

  /**
   * Whether another message may be blamed where none of its folder is readable; after a few without
   * one of any folder that was served, it is the server.
   */
  public synchronized boolean mayBlameUnproved() {
    return ++blamedUnproved <= MOST_UNPROVED;
  }

  /** Where in a folder to begin to try messages, from 0 to 1: somewhere else in each pass. */
  public synchronized double samplesFrom(FolderName folder) {
    return of(folder).samplesFrom;
  }

  /** How many messages were tried to see whether the server gives any. */
  public synchronized int samples(FolderName folder) {
    return of(folder).samples.size();
  }

  /**
   * Whether a message was not yet tried to see whether the server gives any, of which only so many
   * are tried in a folder.
   */
  public synchronized boolean isNewSample(FolderName folder, long uid) {
    Folder known = of(folder);
    return known.samples.size() < MOST_SAMPLES && known.samples.add(uid);
  }

  /** Shares messages out among groups that may be under way together, in their order. */
  public synchronized <T> List<List<T>> groups(
      FolderName folder, List<T> messages, ToLongFunction<T> uid) {
    List<List<T>> groups = new ArrayList<>();
    Group before = null;
    for (T message : messages) {
      Group group = group(folder, uid.applyAsLong(message));
      if (groups.isEmpty() || !Objects.equals(group, before)) {
        groups.add(new ArrayList<>());
        before = group;
      }
      groups.get(groups.size() - 1).add(message);
    }
    return groups;
  }

  /**
   * Shares messages out among groups: small ones first, so that what is bad is soon known, and
   * after all others those that have failed alone.
   */
  public synchronized List<List<Long>> smallestFirst(FolderName folder, List<Long> uids) {
    List<List<Long>> groups = groups(folder, uids, uid -> uid);
    groups.sort(this.<Long>byWeight(folder, uid -> uid).thenComparingInt(List::size));
    return groups;
  }

  /**
   * As {@link #groups}, but large groups first: the next that is tried is not half of what has just
   * failed.
   */
  public synchronized <T> List<List<T>> largestFirst(
      FolderName folder, List<T> messages, ToLongFunction<T> uid) {
    List<List<T>> groups = groups(folder, messages, uid);
    groups.sort(
        this.byWeight(folder, uid)
            .thenComparing(Comparator.comparingInt(List<T>::size).reversed()));
    return groups;
  }

  private <T> Comparator<List<T>> byWeight(FolderName folder, ToLongFunction<T> uid) {
    return Comparator.comparingInt(group -> weight(folder, uid.applyAsLong(group.get(0))));
  }

  private int weight(FolderName folder, long uid) {
    Group group = group(folder, uid);
    return group == null ? 0 : group.weight;
  }

  private @Nullable Group group(FolderName folder, long uid) {
    Folder known = folders.get(folder);
    return known == null ? null : known.groups.get(uid);
  }

  private Folder of(FolderName folder) {
    return folders.computeIfAbsent(folder, name -> new Folder());
  }
}
