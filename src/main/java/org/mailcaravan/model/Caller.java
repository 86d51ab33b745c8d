package org.mailcaravan.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request by the API: the answer is there for who asks for it.
 *
 * @param key what the caller repeats a call with, so that it is done once; null where it has none
 * @param notes as {@link Sender#notes}
 * @param language as {@link Sender#language}
 */
public record Caller(@Nullable Key key, List<String> notes, @Nullable Language language)
    implements Sender {
  /** Keys of mails are digests, without a colon. */
  private static final String OF_THE_API = "api:";

  /**
   * A key for repeated calls.
   *
   * @param text 1 to 128 visible characters of ASCII
   * @param digest of what was sent, so that something else with the same key is told apart
   */
  public record Key(String text, String digest) {
    /** As the database has it beside the keys of mails. */
    public String stored() {
      return OF_THE_API + text;
    }
  }

  public Caller {
    notes = List.copyOf(notes);
  }

  @Override
  public Channel channel() {
    return Channel.API;
  }

  @Override
  public @Nullable String requestKey() {
    return key == null ? null : key.stored();
  }
}
