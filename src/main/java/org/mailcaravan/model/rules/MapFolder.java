package org.mailcaravan.model.rules;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.FolderRole;

/**
 * A rule by which a folder goes to another one at the new server. With {@code /**} at the end of
 * both, the folders below go along under their own names, wherever the folder above them is not.
 *
 * @param text the rule as it is shown
 * @param folder one folder, or a tree of them; null where the role alone says which
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
    boolean tree = folder != null && folder.isTree();
    if (folder == null && role == null) {
      throw new IllegalArgumentException("it names no folder; write Sent items -> Archive/2020");
    }
    if (folder != null && !folder.isOneFolder() && !tree) {
      throw new IllegalArgumentException(
          "\"" + folder + "\" is more than one folder; * may only stand in /** at the end");
    }
    if (tree != to.isTree() || (!tree && !to.isOneFolder())) {
      throw new IllegalArgumentException(
          "both folders or none of them end in /**, such as Projects/** -> Old/Projects/**");
    }
    if ((folder != null && folder.top().equals(List.of("INBOX")) && !tree)
        || (to.top().equals(List.of("INBOX")) && !tree)) {
      throw new IllegalArgumentException("INBOX goes to INBOX, and nothing else does");
    }
  }

  /**
   * Where a folder goes, as names from the top down; empty when the rule does not speak of it.
   *
   * @param path its names from the top down: INBOX first, for that and what is below it
   * @param roles what the folder is for
   */
  public Optional<List<String>> target(List<String> path, Collection<FolderRole> roles) {
    if ((role != null && !roles.contains(role)) || (folder != null && !folder.matches(path))) {
      return Optional.empty();
    }
    if (folder == null || !folder.isTree()) {
      return Optional.of(to.top());
    }
    List<String> target = new ArrayList<>(to.top());
    target.addAll(path.subList(folder.top().size(), path.size()));
    // INBOX itself stays, and is all that could go there.
    return path.equals(List.of("INBOX")) || target.equals(List.of("INBOX"))
        ? Optional.empty()
        : Optional.of(target);
  }

  @Override
  public String toString() {
    return text;
  }
}
