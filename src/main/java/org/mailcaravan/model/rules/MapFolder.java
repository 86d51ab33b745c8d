package org.mailcaravan.model.rules;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.FolderRole;

/**
 * A rule by which folders go to others at the new server. With {@code /**} at the end of both
 * sides, the folders below go along under their own names, even where there is no folder above
 * them. Each {@code *} on the right stands for what the one at its place on the left has found.
 *
 * @param text the rule as it is shown
 * @param folder null where the role alone says which
 */
public record MapFolder(
    String text, @Nullable FolderPattern folder, @Nullable FolderRole role, FolderPattern to) {
  /** The conditions by their names. */
  static final List<String> CONDITIONS = List.of("folder", "role");

  /** Stands before the folder at the new server. */
  static final String ARROW = "->";

  /**
   * Checks that it says which folder goes where.
   *
   * @throws IllegalArgumentException otherwise; the message says what is wrong
   */
  public MapFolder {
    if (folder == null && role == null) {
      throw new IllegalArgumentException("it names no folder; write Sent items -> Archive/2020");
    }
    boolean tree = folder != null && folder.isTree();
    if (String.join("/", to.top()).contains("**")
        || (folder != null && String.join("/", folder.top()).contains("**"))) {
      throw new IllegalArgumentException(
          "** may only stand in /** at the end; within a name write *");
    }
    if (tree != to.isTree()) {
      throw new IllegalArgumentException(
          "either both folders end in /** or neither does, such as Projects/** -> Old/Projects/**");
    }
    if ((folder == null ? 0 : folder.stars()) != to.stars()) {
      throw new IllegalArgumentException(
          "both folders must have the same number of *, such as Project* -> Old/Project*: each * on the right stands for what the * in the same place on the left matches");
    }
    if (!tree && (isInbox(to.top()) || (folder != null && isInbox(folder.top())))) {
      throw new IllegalArgumentException("INBOX goes to INBOX, and nothing else does");
    }
  }

  /**
   * Where a folder goes, as names from the top down; empty when the rule does not speak of it, or
   * when a name in it would be empty.
   *
   * @param path its names from the top down: INBOX first, for that and what is below it
   * @param roles what the folder is for
   */
  public Optional<List<String>> target(List<String> path, Collection<FolderRole> roles) {
    if ((role != null && !roles.contains(role)) || isInbox(path)) {
      return Optional.empty();
    }
    if (folder == null) {
      return Optional.of(to.top());
    }
    Optional<List<String>> found = folder.found(path);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> target = to.filled(found.get());
    if (target.contains("")) {
      return Optional.empty();
    }
    target.addAll(path.subList(folder.top().size(), path.size()));
    // Only INBOX could go there.
    return isInbox(target) ? Optional.empty() : Optional.of(target);
  }

  /** Whether another rule has the same left side, so that the later of both never counts. */
  boolean isOfTheSame(MapFolder other) {
    return Objects.equals(folder, other.folder) && role == other.role;
  }

  private static boolean isInbox(List<String> path) {
    return path.size() == 1 && path.get(0).equalsIgnoreCase("INBOX");
  }

  @Override
  public String toString() {
    return text;
  }
}
