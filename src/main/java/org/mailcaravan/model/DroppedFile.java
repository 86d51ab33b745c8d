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
