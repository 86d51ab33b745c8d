package org.mailcaravan.oauth;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;

/** What a token server answers. Its words are fit to be shown, and hold none of our secrets. */
sealed interface TokenAnswer {
  /**
   * A token.
   *
   * @param life how long it is good for, as the server says
   * @param refreshToken the one to use next time, or null when there is no new one
   */
  record Issued(Secret token, Duration life, @Nullable Secret refreshToken)
      implements TokenAnswer {}

  /**
   * No token (RFC 6749 section 5.2).
   *
   * @param error a code such as {@code invalid_client}; empty when the answer is none of a token
   *     server
   * @param words the code with the description, or what came instead
   */
  record Refused(String error, String words) implements TokenAnswer {}

  /**
   * No answer now.
   *
   * @param asked whether the server asks for time, rather than failing
   * @param after how long it asks for, or null
   */
  record Busy(boolean asked, String words, @Nullable Duration after) implements TokenAnswer {}
}
