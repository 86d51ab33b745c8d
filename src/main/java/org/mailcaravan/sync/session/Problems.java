package org.mailcaravan.sync.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;

/**
 * The problems of one pass, as a person wants to read them: what befell many messages of a folder
 * for the same cause is one problem with a count and examples, and so is what befell many folders,
 * such as a plea for patience. Bounded, since a server can refuse a hundred thousand messages one
 * by one; the ledger has them all. For one thread at a time.
 */
final class Problems {
  /** Problems of mail that are reported one by one; what is beyond is counted by its kind. */
  static final int MOST = 200;

  private static final int EXAMPLES = 3;

  /** UIDs of one problem that are known apart, so that the same one twice counts once. */
  private static final int MOST_UIDS = 500;

  /** Numbers, UIDs, times and the ids that servers give to each of their answers. */
  private static final Pattern CHANGING =
      Pattern.compile("[\\p{L}\\p{N}_:.\\-/]*\\p{N}[\\p{L}\\p{N}_:.\\-/]*");

  /** What stands for the place where many folders have the same. */
  private static final Where FOLDERS = Where.words("folders");

  /** What stands for the place of those that are only counted. */
  private static final Where BEYOND = Where.words("more places");

  /**
   * What problems have in common that are reported as one: the next step too, for it may differ.
   */
  private record Kind(ProblemCode code, Owner owner, Where place, String cause, String nextStep) {}

  /** Stands for all next steps with a time. */
  private static final String TIMED = "";

  private final Map<Kind, Group> groups = new LinkedHashMap<>();
  private int ofMail;

  private static final class Group {
    final Problem first;
    final @Nullable Where folder;
    final Set<Long> uids = new LinkedHashSet<>();
    final Set<String> folders = new LinkedHashSet<>();
    boolean stepsDiffer;
    boolean ofFolders;

    /** The next steps for folders; those with a time are one. */
    final Map<String, String> steps = new LinkedHashMap<>();

    boolean moreSteps;

    /** The latest time before which nobody logs in. */
    @Nullable Instant latest;

    long more;

    /** The last of a folder, which has the latest time. */
    Problem last;

    Group(Problem first, @Nullable Where folder) {
      this.first = first;
      this.last = first;
      this.folder = folder;
    }

    boolean isAbout(Where place) {
      return (place instanceof Where.Folder one && folders.contains(one.name()))
          || first.place().equals(place)
          || (first.place() instanceof Where.Message message && message.folder().equals(place));
    }

    private Problem told() {
      if (ofFolders) {
        return ofFolders();
      }
      long count = uids.size() + more;
      if (folder == null || count < 2) {
        return more == 0 ? first : beyond();
      }
      String examples =
          uids.stream().limit(EXAMPLES).map(String::valueOf).collect(Collectors.joining(", "));
      long others = count - Math.min(EXAMPLES, uids.size());
      return new Problem(
          first.code(),
          folder,
          count
              + " messages: "
              + first.cause()
              + "; UIDs "
              + examples
              + (others == 0 ? "" : " and " + others + " more"),
          first.owner(),
          stepsDiffer ? first.nextStep() + " Do the same for the others." : first.nextStep(),
          first.notBefore());
    }

    /** Adds one of a folder; of next steps with a time, the one with the latest counts. */
    void addOfFolder(Problem problem) {
      ofFolders = true;
      Instant notBefore = problem.notBefore();
      String step = notBefore == null ? problem.nextStep() : TIMED;
      boolean isNew = !steps.containsKey(step);
      boolean isEarlier = notBefore != null && latest != null && notBefore.isBefore(latest);
      if (isNew && steps.size() == EXAMPLES) {
        moreSteps = true;
      } else if (!isEarlier) {
        steps.put(step, problem.nextStep());
      }
      if (!isEarlier) {
        last = problem;
        latest = notBefore == null ? latest : notBefore;
      }
    }

    /** The one that fits all, or else each. */
    private String nextSteps() {
      String each =
          steps.values().stream()
              .filter(
                  step ->
                      steps.values().stream()
                          .noneMatch(other -> !other.equals(step) && other.contains(step)))
              .collect(Collectors.joining(" "));
      return each + (moreSteps ? " Do the same for the others." : "");
    }

    /** As it was of the last of them. */
    private Problem ofFolders() {
      if (folders.size() < 2) {
        return new Problem(
            last.code(), last.place(), last.cause(), last.owner(), nextSteps(), latest);
      }
      return new Problem(
          last.code(),
          new Where.Folders(folders.size(), folders.stream().limit(EXAMPLES).toList()),
          last.cause(),
          last.owner(),
          nextSteps(),
          latest);
    }

    private Problem beyond() {
      return new Problem(
          first.code(),
          BEYOND,
          "the same kind of problem "
              + (more + 1)
              + " more times, such as in "
              + first.place()
              + ": "
              + first.cause(),
          first.owner(),
          first.nextStep(),
          first.notBefore());
    }
  }

  /** Adds one; the same thing twice counts once. */
  void add(Problem problem) {
    Where.Message ofMessage = problem.place() instanceof Where.Message message ? message : null;
    Where.Folder ofFolder = problem.place() instanceof Where.Folder folder ? folder : null;
    boolean isOfServer =
        isOfServer(problem) && (ofFolder != null || problem.place() instanceof Where.AllFolders);
    boolean isOfFolder = isOfFolder(problem) && ofFolder != null;
    Kind kind = kind(problem, ofMessage, isOfFolder ? ofFolder : null, isOfServer);
    Group group = groups.get(kind);
    if (group == null) {
      boolean isOfMail = problem.code() != ProblemCode.OTHER && problem.code() != ProblemCode.FAULT;
      if (isOfMail && ofMail >= MOST) {
        addBeyond(problem);
        return;
      }
      ofMail += isOfMail ? 1 : 0;
      group = new Group(problem, ofMessage == null ? null : ofMessage.folder());
      groups.put(kind, group);
    }
    if (isOfServer || isOfFolder) {
      if (ofFolder != null) {
        group.folders.add(ofFolder.name());
      }
      group.addOfFolder(problem);
    }
    if (ofMessage != null) {
      group.stepsDiffer |= !group.first.nextStep().equals(problem.nextStep());
      if (group.uids.size() < MOST_UIDS) {
        group.uids.add(ofMessage.uid());
      } else if (!group.uids.contains(ofMessage.uid())) {
        group.more++;
      }
    }
  }

  private static Kind kind(
      Problem problem,
      Where.@Nullable Message ofMessage,
      Where.@Nullable Folder ofFolder,
      boolean isOfServer) {
    if (isOfServer) {
      boolean fails =
          problem.code() == ProblemCode.SERVER_DOWN
              || problem.code() == ProblemCode.CONNECTION_LOST;
      return new Kind(
          problem.code(), problem.owner(), FOLDERS, fails ? unchanging(problem.cause()) : "", "");
    }
    if (ofFolder != null) {
      return new Kind(
          problem.code(),
          problem.owner(),
          FOLDERS,
          unchanging(without(ofFolder.name(), problem.cause())),
          unchanging(without(ofFolder.name(), problem.nextStep())));
    }
    if (ofMessage != null) {
      return new Kind(
          problem.code(),
          problem.owner(),
          ofMessage.folder(),
          unchanging(problem.cause()),
          unchanging(problem.nextStep()));
    }
    return new Kind(
        problem.code(), problem.owner(), problem.place(), problem.cause(), problem.nextStep());
  }

  /** Whether the server as a whole is meant, so that it says the same in each folder. */
  private static boolean isOfServer(Problem problem) {
    return switch (problem.code()) {
      case THROTTLED, TOO_MANY_LOGINS, SERVER_DOWN, CONNECTION_LOST -> true;
      default -> false;
    };
  }

  /** Whether one folder is meant, and others may well have the same. */
  private static boolean isOfFolder(Problem problem) {
    return switch (problem.code()) {
      case FOLDER_REFUSED, COMMAND_REFUSED, FOLDER_REPLACED, NOT_COMPARED -> true;
      default -> false;
    };
  }

  private static String without(String folder, String words) {
    return words.replaceAll(
        "(?<![\\p{L}\\p{N}])" + Pattern.quote(folder) + "(?![\\p{L}\\p{N}])", "#");
  }

  private static String unchanging(String words) {
    return CHANGING.matcher(words).replaceAll("#");
  }

  private void addBeyond(Problem problem) {
    Kind kind = new Kind(problem.code(), problem.owner(), BEYOND, "", "");
    Group group = groups.get(kind);
    if (group == null) {
      groups.put(kind, new Group(problem, null));
    } else {
      group.more++;
    }
  }

  /** Whether one is about a folder or a message of it. */
  boolean tells(Where folder) {
    return groups.values().stream().anyMatch(group -> group.isAbout(folder));
  }

  /** What the first of them that is about a folder says, or null when none is. */
  @Nullable String cause(Where folder) {
    return groups.values().stream()
        .filter(group -> group.isAbout(folder))
        .findFirst()
        .map(group -> group.told().cause())
        .orElse(null);
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** In the order in which they came first. */
  List<Problem> told() {
    List<Problem> told = new ArrayList<>();
    groups.values().forEach(group -> told.add(group.told()));
    return told;
  }
}
