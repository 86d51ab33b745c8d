package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sync.NamedAccount.Mail;

/**
 * Remembers what people did, and so knows what a pass may leave at the destination: of each message
 * how often it must be there; of those that exist once, where, and with which flags.
 *
 * <p>Where two readings of the rules are sound, either is accepted: what else lies in a folder that
 * was renamed may go along or not; a copy that the user changed and changed back, or changed as the
 * source did, may count as touched or not.
 */
final class Expectations {
  private final boolean destinationMoves;
  private final Map<String, Story> stories = new HashMap<>();

  /** Folders that had or got another name, on either side. */
  private final Set<String> renamed = new HashSet<>();

  /** New names of source folders since the last pass. */
  private final Map<String, String> newNames = new HashMap<>();

  /**
   * @param destinationMoves whether the destination can take a message out of a folder; otherwise
   *     what moves at the source may stay where it is
   */
  Expectations(boolean destinationMoves) {
    this.destinationMoves = destinationMoves;
  }

  /** What is known of a message. */
  private static final class Story {
    int countAtLastPass;
    int mostAtAnyPass;
    int seen;
    int removedByUser;
    int addedByUser;

    /** Whether there ever was more than one, so that they cannot be told apart. */
    boolean plural;

    boolean movedByUser;

    /** Whether it moved at the source and its copy, touched by the user, did not follow. */
    boolean leftBehind;

    /** Where a pass put its copy, under the folder's present name. */
    @Nullable String home;

    /** The flags that passes gave it. */
    Set<String> written = Set.of();

    /** Those that the user changed, and how. */
    final Map<String, Boolean> usersFlags = new HashMap<>();

    /** How the last pass left it, and found it at the source. */
    @Nullable Place copy;

    @Nullable Place original;
  }

  private record Place(String folder, Set<String> flags) {
    boolean has(String flag) {
      return flags.contains(flag);
    }
  }

  private Story story(String name) {
    return stories.computeIfAbsent(name, unknown -> new Story());
  }

  /** Somebody is about to make a change at the source. */
  void atSource(Change change, Map<String, List<Mail>> state) {
    switch (change.verb()) {
      case ADD -> story(change.name()).plural |= count(state, change.name()) > 0;
      case COPY -> story(change.name()).plural = true;
      case RENAME -> {
        renamed.addAll(Set.of(change.from(), change.to()));
        newNames.replaceAll((from, to) -> to.equals(change.from()) ? change.to() : to);
        newNames.put(change.from(), change.to());
      }
      default -> {}
    }
  }

  /** The user is about to make a change at the destination. */
  void atDestination(Change change, Map<String, List<Mail>> state) {
    switch (change.verb()) {
      case ADD -> story(change.name()).addedByUser++;
      case MOVE -> story(change.name()).movedByUser = true;
      case COPY -> {
        story(change.name()).plural = true;
        story(change.name()).addedByUser++;
      }
      case DELETE -> story(change.name()).removedByUser++;
      case REMOVE -> {
        renamed.add(change.from());
        state.getOrDefault(change.from(), List.of()).forEach(m -> story(m.name()).removedByUser++);
      }
      case RENAME -> {
        renamed.addAll(Set.of(change.from(), change.to()));
        for (Story story : stories.values()) {
          story.home = change.from().equals(story.home) ? change.to() : story.home;
        }
      }
      default -> {}
    }
  }

  /** What a pass did wrong, for people; empty when nothing. */
  List<String> faults(
      Map<String, List<Mail>> source,
      Map<String, List<Mail>> before,
      Map<String, List<Mail>> after) {
    List<String> faults = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    for (Map<String, List<Mail>> state : List.of(source, before, after)) {
      state.values().forEach(messages -> messages.forEach(mail -> names.add(mail.name())));
    }
    names.addAll(stories.keySet());
    for (String name : names) {
      Story story = story(name);
      int now = count(source, name);
      story.seen += Math.max(0, now - story.countAtLastPass);
      story.mostAtAnyPass = Math.max(story.mostAtAnyPass, now);
      story.countAtLastPass = now;
      int usersPart = story.addedByUser - story.removedByUser;
      int found = count(after, name);
      if (found < story.mostAtAnyPass + usersPart || found > story.seen + usersPart) {
        faults.add(
            "%s is there %d times, but at the source %d to %d, and by the user %+d"
                .formatted(name, found, story.mostAtAnyPass, story.seen, usersPart));
      }
      Place original = place(source, name);
      Place copy = place(after, name);
      if (!story.plural && found == 1 && copy != null) {
        check(name, story, original, place(before, name), copy, faults);
      }
      story.original = original;
      story.copy = copy;
    }
    newNames.clear();
    return faults;
  }

  private void check(
      String name,
      Story story,
      @Nullable Place original,
      @Nullable Place before,
      Place after,
      List<String> faults) {
    Set<String> flags = new TreeSet<>(after.flags());
    flags.addAll(story.written);
    if (before == null) {
      if (original != null) {
        checkNew(name, original, after, faults);
        story.home = after.folder();
        story.written = original.flags();
      }
      return;
    }
    flags.addAll(before.flags());
    Place left = story.copy == null ? before : story.copy;
    for (String flag : flags) {
      if (before.has(flag) != left.has(flag)) {
        story.usersFlags.put(flag, before.has(flag));
      }
    }
    Place known = story.original == null ? before : story.original;
    boolean away = !before.folder().equals(story.home);
    boolean touched =
        flags.stream()
            .anyMatch(
                flag ->
                    before.has(flag) != story.written.contains(flag)
                        && before.has(flag) != known.has(flag));
    boolean sourceMoved = original != null && !original.folder().equals(known.folder());
    if (original != null && sourceMoved && !away && !touched) {
      boolean surely = destinationMoves && story.usersFlags.isEmpty() && !story.movedByUser;
      Set<String> folders = new TreeSet<>(Set.of(original.folder()));
      if (!surely) {
        folders.add(before.folder());
      }
      checkFolder(name, after, folders, true, faults);
    } else {
      Set<String> folders = new TreeSet<>(Set.of(before.folder()));
      folders.add(newNames.getOrDefault(before.folder(), before.folder()));
      checkFolder(name, after, folders, !away && !touched, faults);
    }
    if (original != null) {
      flags.addAll(original.flags());
      story.leftBehind |=
          sourceMoved
              && after.folder().equals(before.folder())
              && !after.folder().equals(original.folder());
    }
    Set<String> written = new TreeSet<>();
    for (String flag : flags) {
      Set<Boolean> allowed = new HashSet<>();
      Boolean users = story.usersFlags.get(flag);
      boolean usersAsWritten = users != null && users == story.written.contains(flag);
      if (original == null || away || users != null) {
        allowed.add(before.has(flag));
      }
      if (original != null && !away && (users == null || usersAsWritten)) {
        allowed.add(original.has(flag));
        if (story.movedByUser || (sourceMoved && !story.usersFlags.isEmpty()) || story.leftBehind) {
          allowed.add(before.has(flag));
        }
      }
      if (!allowed.contains(after.has(flag))) {
        faults.add(
            "%s: %s is %s, was %s, at the source %s, the user's %s"
                .formatted(
                    name,
                    flag,
                    after.has(flag),
                    before.has(flag),
                    original == null ? "gone" : original.has(flag),
                    users));
      }
      if (users == null ? after.has(flag) : story.written.contains(flag)) {
        written.add(flag);
      }
    }
    story.written = written;
    if (!after.folder().equals(before.folder())) {
      story.home = after.folder();
    }
  }

  private void checkNew(String name, Place original, Place after, List<String> faults) {
    checkFolder(name, after, Set.of(original.folder()), true, faults);
    if (!after.flags().equals(original.flags())) {
      faults.add(name + " arrived with " + after.flags() + ", not " + original.flags());
    }
  }

  /**
   * @param orRenamed whether it may be anywhere when one of the folders was ever renamed
   */
  private void checkFolder(
      String name, Place after, Set<String> folders, boolean orRenamed, List<String> faults) {
    boolean anywhere = orRenamed && folders.stream().anyMatch(renamed::contains);
    if (!folders.contains(after.folder()) && !anywhere) {
      faults.add(name + " is in " + after.folder() + ", not in " + folders);
    }
  }

  private static int count(Map<String, List<Mail>> state, String name) {
    return (int)
        state.values().stream()
            .flatMap(List::stream)
            .filter(mail -> mail.name().equals(name))
            .count();
  }

  private static @Nullable Place place(Map<String, List<Mail>> state, String name) {
    for (Map.Entry<String, List<Mail>> folder : state.entrySet()) {
      for (Mail mail : folder.getValue()) {
        if (mail.name().equals(name)) {
          return new Place(folder.getKey(), mail.flags());
        }
      }
    }
    return null;
  }
}
