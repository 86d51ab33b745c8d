package org.mailcaravan.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who dropped a file: the answer is a file, too.
 *
 * @param answer the name of the file with the answer, from the drop folder on
 * @param language as {@link Sender#language}
 */
public record DroppedFile(String answer, @Nullable Language language) implements Sender {
  private static final String ENDING = ".txt";
  private static final String ANSWER = ".answer.txt";

  /** The name of the copy of the dropped file, from the drop folder on. */
  public String copy() {
    return answer.endsWith(ANSWER)
        ? answer.substring(0, answer.length() - ANSWER.length())
        : answer;
  }

  /** The name of the file with all that is told later, from the drop folder on. */
  public String told() {
    return copy() + ".told.txt";
  }

  /**
   * The file of a later answer, beside the first one.
   *
   * @param number from 2
   */
  public DroppedFile later(int number) {
    String stem =
        answer.endsWith(ENDING) ? answer.substring(0, answer.length() - ENDING.length()) : answer;
    return new DroppedFile(stem + "." + number + ENDING, language);
  }

  @Override
  public Channel channel() {
    return Channel.DROP;
  }

  @Override
  public @Nullable String requestKey() {
    return null;
  }

  @Override
  public List<String> notes() {
    return List.of();
  }
}
