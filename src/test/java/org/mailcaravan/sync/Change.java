package org.mailcaravan.sync;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sync.NamedAccount.Mail;

/**
 * One thing that somebody does in an account, in the words of {@link Scenario}.
 *
 * @param name of the message, or ""
 * @param from the folder where it happens
 * @param to the other folder, or ""
 * @param flag that is set or, with a minus, removed; or ""
 */
record Change(Verb verb, String name, String from, String to, String flag) {
  private static final List<String> KINDS = List.of("m", "m", "m", "n", "t", "x");
  private static final List<String> FLAGS =
      List.of("Seen", "Flagged", "Answered", "$Work", "Deleted");

  enum Verb {
    ADD,
    MOVE,
    COPY,
    DELETE,
    FLAG,
    RENAME,
    REMOVE,
    REPLACE
  }

  @Override
  public String toString() {
    return switch (verb) {
      case ADD -> "add " + name + " to " + from;
      case MOVE -> "move " + name + " from " + from + " to " + to;
      case COPY -> "copy " + name + " from " + from + " to " + to;
      case DELETE -> "delete " + name + " from " + from;
      case FLAG -> "flag " + name + " in " + from + " " + flag;
      case RENAME -> "rename " + from + " to " + to;
      case REMOVE -> "remove " + from;
      case REPLACE -> "replace " + from;
    };
  }

  /** Makes changes up. The same random numbers and states make the same changes. */
  static final class Source {
    private final Random random;
    private final boolean withFolders;
    private int made;

    /**
     * @param withFolders whether folders are renamed, removed and replaced, too
     */
    Source(Random random, boolean withFolders) {
      this.random = random;
      this.withFolders = withFolders;
    }

    /** A change at the source. */
    Change atSource(Map<String, List<Mail>> state) {
      @Nullable Change change = null;
      while (change == null) {
        int dice = random.nextInt(withFolders ? 100 : 90);
        if (dice < 25) {
          change =
              new Change(
                  Verb.ADD,
                  fresh(KINDS.get(random.nextInt(KINDS.size()))),
                  anyOf("INBOX", "A", "B", "C"),
                  "",
                  "");
        } else if (dice < 30) {
          change = withMessage(state, Verb.ADD);
        } else if (dice < 55) {
          change = withMessage(state, Verb.MOVE);
        } else if (dice < 60) {
          change = withMessage(state, Verb.COPY);
        } else if (dice < 68) {
          change = withMessage(state, Verb.DELETE);
        } else if (dice < 90) {
          change = withMessage(state, Verb.FLAG);
        } else if (dice < 95) {
          change = withFolder(state, Verb.RENAME);
        } else {
          change = withFolder(state, Verb.REPLACE);
        }
      }
      return change;
    }

    /** A change of the user at the destination. */
    Change atDestination(Map<String, List<Mail>> state) {
      @Nullable Change change = null;
      while (change == null) {
        int dice = random.nextInt(withFolders ? 100 : 90);
        if (dice < 8) {
          change = new Change(Verb.ADD, fresh("u"), anyOf("INBOX", "A", "Mine"), "", "");
        } else if (dice < 38) {
          change = withMessage(state, Verb.MOVE);
        } else if (dice < 46) {
          change = withMessage(state, Verb.COPY);
        } else if (dice < 58) {
          change = withMessage(state, Verb.DELETE);
        } else if (dice < 90) {
          change = withMessage(state, Verb.FLAG);
        } else if (dice < 94) {
          change = withFolder(state, Verb.RENAME);
        } else if (dice < 96) {
          change = withFolder(state, Verb.REMOVE);
        } else {
          change = withFolder(state, Verb.REPLACE);
        }
      }
      return change;
    }

    private String fresh(String kind) {
      return kind + ++made;
    }

    private String anyOf(String... names) {
      return names[random.nextInt(names.length)];
    }

    private @Nullable Change withMessage(Map<String, List<Mail>> state, Verb verb) {
      List<String> full =
          state.entrySet().stream()
              .filter(folder -> !folder.getValue().isEmpty())
              .map(Map.Entry::getKey)
              .toList();
      if (full.isEmpty()) {
        return null;
      }
      String from = full.get(random.nextInt(full.size()));
      List<Mail> there = state.getOrDefault(from, List.of());
      String name = there.get(random.nextInt(there.size())).name();
      Set<String> targets = new TreeSet<>(state.keySet());
      targets.addAll(Set.of("A", "B", "C"));
      targets.remove(from);
      String to = List.copyOf(targets).get(random.nextInt(targets.size()));
      return switch (verb) {
        case MOVE, COPY -> new Change(verb, name, from, to, "");
        case FLAG -> {
          String flag = FLAGS.get(random.nextInt(FLAGS.size()));
          boolean isSet =
              there.stream()
                  .filter(m -> m.name().equals(name))
                  .anyMatch(m -> m.flags().contains(flag));
          yield new Change(verb, name, from, "", (isSet ? "-" : "+") + flag);
        }
        default -> new Change(verb, name, from, "", "");
      };
    }

    private @Nullable Change withFolder(Map<String, List<Mail>> state, Verb verb) {
      List<String> folders =
          state.keySet().stream().filter(folder -> !folder.equals("INBOX")).toList();
      if (folders.isEmpty()) {
        return null;
      }
      String folder = folders.get(random.nextInt(folders.size()));
      return new Change(verb, "", folder, verb == Verb.RENAME ? "R" + ++made : "", "");
    }
  }
}
