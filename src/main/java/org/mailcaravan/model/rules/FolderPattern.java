package org.mailcaravan.model.rules;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A folder, or several, by name: {@code Projects/2020}. The separator is {@code /}, whatever that
 * of the server is. {@code *} stands for any letters within a name, {@code **} for any number of
 * levels: {@code Projects/**} is the folder Projects and all below it. INBOX may be written in any
 * case; elsewhere case counts. No star stands for INBOX itself, so that nobody means it unawares.
 *
 * @param text as it was written
 */
public record FolderPattern(String text) {
  private static final String ANY_LEVELS = "**";

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException when a name in it is empty; the message says what is wrong
   */
  public FolderPattern {
    if (List.of(text.split("/", -1)).contains("")) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is not a folder name: write / between the levels, such as Projects/2020 or"
              + " Projects/**");
    }
  }

  /** Whether it ends in {@code /**}: what is below the folders goes with them. */
  boolean isTree() {
    List<String> names = names();
    return names.size() > 1 && names.get(names.size() - 1).equals(ANY_LEVELS);
  }

  /** Its names from the top down, without what stands for those below it. */
  List<String> top() {
    List<String> names = names();
    return isTree() ? names.subList(0, names.size() - 1) : names;
  }

  /** How many stars are in the names of {@link #top}. */
  int stars() {
    return (int) String.join("/", top()).chars().filter(c -> c == '*').count();
  }

  /**
   * What the stars in the names of {@link #top} stand for, in their order; empty when a folder is
   * neither one of these nor, in a tree, below one.
   *
   * @param path as in {@link #matches}
   */
  Optional<List<String>> found(List<String> path) {
    List<String> top = top();
    List<String> names = spelled(path);
    if (names.size() < top.size() || (names.size() > top.size() && !isTree())) {
      return Optional.empty();
    }
    List<String> found = new ArrayList<>();
    for (int i = 0; i < top.size(); i++) {
      Optional<List<String>> ofName = Stars.found(top.get(i), names.get(i));
      if (ofName.isEmpty()) {
        return Optional.empty();
      }
      found.addAll(ofName.get());
    }
    return Optional.of(found);
  }

  /**
   * The names of {@link #top}, with texts in the place of their stars, as many as these. Such a
   * name has no blank at its ends: {@code Client*} leaves one where the folder is "Client Smith".
   */
  List<String> filled(List<String> texts) {
    List<String> names = new ArrayList<>();
    Iterator<String> text = texts.iterator();
    for (String name : top()) {
      String[] between = name.split("\\*", -1);
      StringBuilder filled = new StringBuilder(between[0]);
      for (int i = 1; i < between.length; i++) {
        filled.append(text.next()).append(between[i]);
      }
      names.add(between.length == 1 ? name : filled.toString().strip());
    }
    return spelled(names);
  }

  /**
   * Whether a folder is one of these.
   *
   * @param path its names from the top down: INBOX first, for that and what is below it
   */
  public boolean matches(List<String> path) {
    List<String> pattern = names();
    List<String> names = spelled(path);
    if (names.equals(List.of("INBOX")) && !pattern.contains("INBOX")) {
      return false;
    }
    // Which beginnings of the path the names of the pattern up to here fit.
    boolean[] fits = new boolean[names.size() + 1];
    fits[0] = true;
    for (String name : pattern) {
      boolean[] next = new boolean[fits.length];
      for (int i = 0; i < fits.length; i++) {
        if (name.equals(ANY_LEVELS)) {
          next[i] = fits[i] || (i > 0 && next[i - 1]);
        } else {
          next[i] = i > 0 && fits[i - 1] && Stars.match(name, names.get(i - 1));
        }
      }
      fits = next;
    }
    return fits[names.size()];
  }

  private List<String> names() {
    return spelled(List.of(text.split("/", -1)));
  }

  private static List<String> spelled(List<String> path) {
    List<String> spelled = new ArrayList<>(path);
    if (!path.isEmpty() && path.get(0).equalsIgnoreCase("INBOX")) {
      spelled.set(0, "INBOX");
    }
    return spelled;
  }

  @Override
  public String toString() {
    return text;
  }
}
