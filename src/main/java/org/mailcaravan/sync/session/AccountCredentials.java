package org.mailcaravan.sync.session;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;

/** What to log in with, on both sides of a mailbox. Thread-safe. */
public interface AccountCredentials {
  /**
   * The credentials for the source.
   *
   * @throws org.mailcaravan.model.NeedsAttention when its credentials are not kept any more, or no
   *     token is issued
   * @throws org.mailcaravan.model.TryAgain when no token can be fetched now
   */
  Credentials source(Mailbox mailbox);

  /** The new server. */
  Server destinationServer();

  /**
   * The credentials for the destination.
   *
   * @throws org.mailcaravan.model.NeedsAttention as of {@link #source}
   * @throws org.mailcaravan.model.TryAgain as of {@link #source}
   */
  Credentials destination(Mailbox mailbox);

  /**
   * Whether to log in again, with what {@link #source} or {@link #destination} gives then, after a
   * login was refused or a session ended over a token. A password is replaced where it is a new
   * one, by the one before it.
   *
   * @param worked whether a login of this pass went well
   */
  default boolean renews(Mailbox mailbox, Side side, Credentials refused, boolean worked) {
    return false;
  }

  /** A login with what {@link #source} or {@link #destination} gave went well. */
  default void accepted(Mailbox mailbox, Side side, Credentials used) {}

  /** What is to be said of new passwords that were refused, while those before them are used. */
  default List<Problem> refusedPasswords(Mailbox mailbox) {
    return List.of();
  }

  /**
   * A login did not go well.
   *
   * @param tokenRefused the problem where the source refused the token; null for any other failure
   */
  default void failed(Mailbox mailbox, Side side, @Nullable Problem tokenRefused) {}
}
